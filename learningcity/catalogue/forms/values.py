"""The values a person may ask for: each read from an address, or refused with a sentence."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learningcity.catalogue.forms.labels import KINDS
from learningcity.core.refusals import Refused

LONGEST_WORDS = 200
MOST_VALUES = 20
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
AREA_CODE = re.compile(r"[a-z0-9_-]{1,40}:[A-Za-z0-9_.-]{1,40}")
MANY = {
    "form": "forms",
    "field": "fields",
    "mode": "modes",
    "level": "levels",
    "audience": "audiences",
    "taught_in": "taught_in",
    "written_in": "written_in",
    "access": "access",
    "slot": "slots",
}


class NotUnderstood(Refused):
    """The address asks for something that the search cannot do."""

    code = "not_understood"


def plain_words(raw: str, name: str) -> str:
    """Return the words with their spaces in order.

    Raises NotUnderstood where they are too long or hold characters that nobody can type.
    """
    if len(raw) > LONGEST_WORDS:
        raise NotUnderstood(
            ngettext(
                "Use at most %(count)s character; shorten the words.",
                "Use at most %(count)s characters; shorten the words.",
                LONGEST_WORDS,
            )
            % {"count": LONGEST_WORDS},
            field=name,
        )
    words = " ".join(raw.split())
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in words):
        raise NotUnderstood(
            _("There are characters that cannot be shown among the words; type the words again."), field=name
        )
    return words


def _whole(least: int, most: int) -> Callable[[str, str], int]:
    def read(raw: str, name: str) -> int:
        if not (raw.isascii() and raw.isdigit() and len(raw) <= 7 and least <= int(raw) <= most):
            raise NotUnderstood(
                _("Give a whole number from %(least)s to %(most)s.") % {"least": least, "most": most},
                field=name,
            )
        return int(raw)

    return read


def _day(raw: str, name: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError as problem:
        raise NotUnderstood(
            _("Give the date with year, month and day, for example 2027-01-31."), field=name
        ) from problem


def _identifier(raw: str, name: str) -> UUID:
    try:
        return UUID(raw)
    except ValueError as problem:
        raise NotUnderstood(
            _("This identifier is not known; take the filter off or follow the link again."), field=name
        ) from problem


def _area(raw: str, name: str) -> str:
    if not AREA_CODE.fullmatch(raw):
        raise NotUnderstood(_("This area is not known; choose one from the list of areas."), field=name)
    return raw


def _one_of(kind: str) -> Callable[[str, str], str]:
    def read(raw: str, name: str) -> str:
        if raw not in KINDS[kind]:
            raise NotUnderstood(
                _("“%(value)s” cannot be chosen here; choose from the list.") % {"value": raw[:40]},
                field=name,
            )
        return raw

    return read


def _yes(raw: str, name: str) -> bool:
    if raw != "1":
        raise NotUnderstood(_("This can only be on; take it off or choose it again."), field=name)
    return True


ONE: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "q": ("words", plain_words),
    "minutes": ("minutes", _whole(1, 120)),
    "metres": ("metres", _whole(50, 50_000)),
    "unknown": ("access_unknown", _yes),
    "free": ("free", _yes),
    "places": ("with_places", _yes),
    "up_to_cents": ("up_to_cents", _whole(0, 9_999_999)),
    "group": ("price_group", _one_of("group")),
    "from": ("from_on", _day),
    "to": ("to_on", _day),
    "age": ("age", _whole(0, 120)),
    "when": ("when", _one_of("when")),
    "provider": ("provider", _identifier),
    "venue": ("venue", _identifier),
    "area": ("area", _area),
    "sort": ("sort", _one_of("sort")),
}
PLACE = ("near", "at", "near_was")
BESIDE = ("after", "found", "read")
NAMES = frozenset({*ONE, *MANY, *PLACE, *BESIDE})


def _language(raw: str, name: str) -> str:
    if not LANGUAGE_CODE.fullmatch(raw):
        raise NotUnderstood(
            _("“%(value)s” is not the code of a language; choose from the list.") % {"value": raw[:40]},
            field=name,
        )
    return raw


def many_values(raws: Iterable[str], name: str) -> tuple[str, ...]:
    """Return the values of a filter, each once. Raises NotUnderstood for one that cannot be chosen."""
    read = _one_of(name) if name in KINDS else _language
    values = tuple(dict.fromkeys(read(raw, name) for raw in raws if raw))
    if len(values) > MOST_VALUES:
        raise NotUnderstood(_("Choose fewer values at a time."), field=name)
    return values
