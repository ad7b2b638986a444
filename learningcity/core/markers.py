"""Continuing markers: where the next part of a list starts, packed into one word for an address.

A marker names the last row that was shown (its sort values), never a page number: rows that come or go in
between are neither shown twice nor left out.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from learningcity.core.refusals import Refused

LONGEST = 600
LARGEST_NUMBER = 2**63 - 1


class BadMarker(Refused):
    """The marker was cut, changed, or made for another list."""

    code = "bad_marker"


def marker(kind: str, *values: str | int | datetime) -> str:
    """Return a marker for a list of this kind: the sort values of the last row shown.

    >>> values_of(marker("venues", "Library", 7), "venues", str, int)
    ('Library', 7)
    """
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    packed = json.dumps([kind, *plain], separators=(",", ":"), ensure_ascii=False)
    return urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def values_of(word: str, kind: str, *types: type) -> tuple[Any, ...]:
    """Return the sort values in a marker, of exactly these types (str, int or datetime).

    Raises BadMarker for a marker that was cut, changed or made for another list.
    """
    try:
        found, *values = _unpacked(word)
        if found != kind:
            raise ValueError("made for another list")
        return tuple(_read(value, wanted) for value, wanted in zip(values, types, strict=True))
    except (ValueError, OverflowError, RecursionError):
        raise BadMarker(
            _("This list cannot be continued from here: the marker was changed. Start the list again."),
            field="after",
        ) from None


def _unpacked(word: str) -> list[Any]:
    if len(word) > LONGEST:
        raise ValueError("too long")
    parts = json.loads(urlsafe_b64decode(word.encode("ascii") + b"=" * (-len(word) % 4)))
    if not isinstance(parts, list):
        raise ValueError("not a list")
    return parts


def _read(value: Any, wanted: type) -> Any:
    if type(value) is not (str if wanted is datetime else wanted):
        raise ValueError("of another type")
    if wanted is int and abs(value) > LARGEST_NUMBER:
        raise ValueError("larger than any key")
    if wanted is datetime:
        return datetime.fromisoformat(value).astimezone(UTC)
    # A database may refuse NUL and lone surrogates inside a text.
    if wanted is str and not value.isprintable():
        raise ValueError("not a text of ours")
    return value
