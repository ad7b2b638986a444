"""What an offer says, field by field, as plain values that can be compared and kept."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from learningcity.catalogue.models import Offer

SCALARS = (
    "title",
    "summary",
    "description",
    "language",
    "form",
    "field",
    "level",
    "mode",
    "audience",
    "age_from",
    "age_to",
    "hours",
    "website",
)
PARTS = ("texts", "prices", "access", "skills", "concepts")
SAID = (*SCALARS, "taught_in", *PARTS)
SERIES = "series"
"""Series and sessions are one field: what the city planned anew stands until the source plans anew."""

PART_COLUMNS = {
    "texts": ("language", "title", "summary", "description", "is_machine_made"),
    "prices": ("group", "cents", "currency"),
    "access": ("feature", "is_there", "note"),
}
WORD_COLUMNS = {"skills": "words", "concepts": "address"}


def said_by(offer: Offer) -> dict[str, Any]:
    """Return what an offer says now, by field."""
    said = {field: getattr(offer, field) for field in SCALARS}
    said["taught_in"] = list(offer.taught_in)
    for part, columns in PART_COLUMNS.items():
        said[part] = in_order(getattr(offer, part).values(*columns))
    for part, column in WORD_COLUMNS.items():
        rows = getattr(offer, part).order_by("pk")
        said[part] = list(rows.values_list(column, flat=True))
    return said


def in_order(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows in an order that does not depend on how they were written."""
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def value_digest(value: Any) -> str:
    """Return what stands for a value: equal values, equal digests.

    >>> value_digest({"a": 1, "b": None}) == value_digest({"b": None, "a": 1})
    True
    """
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the fields of which two offers do not say the same."""
    return [field for field in SAID if value_digest(before[field]) != value_digest(after[field])]
