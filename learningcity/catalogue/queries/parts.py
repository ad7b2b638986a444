"""A long list, part by part: from behind a marker, without gap or repeat while rows come and go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from learningcity.core.markers import BadMarker, marker, values_of

SIZE = 50


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list: its rows, the marker of the next part, and why the list begins anew, if it does."""

    rows: Sequence[Any]
    next: str = ""
    refusal: BadMarker | None = None


def part_by_row(rows: "QuerySet[Any]", *, kind: str, after: str, size: int = SIZE) -> Part:
    """Return a part of a list in the order of its rows."""
    refusal = None
    if after:
        try:
            rows = rows.filter(pk__gt=values_of(after, kind, int)[0])
        except BadMarker as bad:
            refusal = bad
    found = list(rows.order_by("pk")[: size + 1])
    more = marker(kind, found[size - 1].pk) if len(found) > size else ""
    return Part(found[:size], more, refusal)


def part_by_moment(rows: "QuerySet[Any]", *, column: str, kind: str, after: str, size: int = SIZE) -> Part:
    """Return a part of a list in the order of a moment, the earliest first."""
    refusal = None
    if after:
        try:
            moment, pk = values_of(after, kind, datetime, int)
            rows = rows.filter(Q(**{f"{column}__gt": moment}) | Q(**{column: moment}, pk__gt=pk))
        except BadMarker as bad:
            refusal = bad
    found = list(rows.order_by(column, "pk")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    more = marker(kind, getattr(last, column), last.pk) if last else ""
    return Part(found[:size], more, refusal)
