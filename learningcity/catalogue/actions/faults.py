"""Faults of a single field: words, codes, numbers and addresses that cannot be."""

import re
from collections.abc import Iterator, Sized
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.drafts import zone
from learningcity.catalogue.models.language import is_language

# Control characters, half characters, and marks that hide the direction of what follows.
NEVER_IN_WORDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e\ufeff\ud800-\udfff]")
NEVER_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a draft: in which field, and the sentence with the remedy."""

    field: str
    reason: str


def line(field: str, value: str, longest: int, *, needed: bool = False) -> Iterator[Fault]:
    """Yield what is wrong with one line of words."""
    if needed and not value.strip():
        yield Fault(field, _("This is empty. Fill it in."))
    yield from plain_words(field, value, longest, NEVER_IN_A_LINE)


def words(field: str, value: str, longest: int) -> Iterator[Fault]:
    """Yield what is wrong with words of several lines."""
    yield from plain_words(field, value, longest, NEVER_IN_WORDS)


def plain_words(field: str, value: str, longest: int, never: re.Pattern[str]) -> Iterator[Fault]:
    """Yield words that are too long, or hold a character that nobody can see."""
    if len(value) > longest:
        yield Fault(
            field,
            _("This has %(length)s characters; %(longest)s are allowed. Shorten it.")
            % {"length": len(value), "longest": longest},
        )
    hidden = never.search(value)
    if hidden:
        yield Fault(
            field,
            _("This holds the control character U+%(character)s. Delete it and type the words anew.")
            % {"character": f"{ord(hidden.group()):04X}"},
        )


def code(field: str, value: str, allowed: frozenset[str]) -> Iterator[Fault]:
    """Yield a code that is not of the list."""
    if value not in allowed:
        yield Fault(
            field,
            _("There is no code “%(value)s” here. Use one of: %(codes)s.")
            % {"value": shown(value), "codes": ", ".join(sorted(allowed))},
        )


def language(field: str, value: str) -> Iterator[Fault]:
    """Yield a language that nobody knows."""
    if not is_language(value):
        yield Fault(
            field,
            _("There is no language code “%(value)s”. Use an ISO 639 code, such as en or cy.")
            % {"value": shown(value)},
        )


def number(field: str, value: int | None, most: int) -> Iterator[Fault]:
    """Yield a number below nothing or absurdly large."""
    if value is not None and value < 0:
        yield Fault(
            field, _("%(value)s is below zero. Give 0 or more, or leave it empty.") % {"value": value}
        )
    elif value is not None and value > most:
        yield Fault(
            field,
            _("%(value)s is more than %(most)s. See whether digits slipped in.")
            % {"value": shown(value), "most": most},
        )


def not_too_many(field: str, things: Sized, most: int) -> Iterator[Fault]:
    """Yield a list that is too long."""
    count = len(things)
    if count > most:
        yield Fault(
            field,
            _("There are %(count)s; %(most)s are allowed. Divide them among several offers.")
            % {"count": count, "most": most},
        )


def web_address(field: str, value: str, *, longest: int = 500) -> Iterator[Fault]:
    """Yield an address that is no page of the web."""
    if not value:
        return
    yield from line(field, value, longest)
    if not is_web_address(value):
        yield Fault(
            field,
            _("“%(value)s” is no web address. Give one that starts with https://, or leave it empty.")
            % {"value": shown(value)},
        )


def email(field: str, value: str) -> Iterator[Fault]:
    """Yield what is no e-mail address."""
    yield from line(field, value, 254)
    try:
        if value:
            validate_email(value)
    except ValidationError:
        yield Fault(
            field,
            _("“%(value)s” is no e-mail address. Give one like name@example.org, or leave it empty.")
            % {"value": shown(value)},
        )


def is_web_address(value: str) -> bool:
    """Return whether a browser may be sent there."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in value


def is_time_zone(name: str) -> bool:
    """Return whether there is such a time zone."""
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return len(name) <= 60


def shown(value: object) -> str:
    """Return what somebody gave, short enough and safe for a sentence."""
    text = str(value)
    tidy = NEVER_IN_A_LINE.sub("\N{REPLACEMENT CHARACTER}", text[:60])
    return tidy if len(text) <= 60 else f"{tidy}…"
