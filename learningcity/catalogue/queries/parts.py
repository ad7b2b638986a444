"""A long list, part by part: from behind a marker, without gap or repeat while rows come and go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
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


def part_by_days(
    rows: "QuerySet[Any]",
    *,
    columns: Sequence[str],
    kind: str,
    after: str,
    is_newest_first: bool = False,
    size: int = SIZE,
) -> Part:
    """Return a part of a list in the order of days: of the first column, among equals of the next one."""
    refusal, order = None, [*columns, "pk"]
    if after:
        try:
            *days, pk = values_of(after, kind, *(int for _column in order))
            rows = rows.filter(behind(order, [*map(day_of, days), pk], is_newest_first=is_newest_first))
        except BadMarker as bad:
            refusal = bad
    found = list(rows.order_by(*(f"-{one}" if is_newest_first else one for one in order))[: size + 1])
    last = found[size - 1] if len(found) > size else None
    more = marker(kind, *(getattr(last, one).toordinal() for one in columns), last.pk) if last else ""
    return Part(found[:size], more, refusal)


def day_of(number: int) -> date:
    """Return the day of a number in a marker; of one that was made up, the first or the last of all."""
    return date.fromordinal(min(max(number, 1), date.max.toordinal()))


def behind(order: Sequence[str], values: Sequence[date | int], *, is_newest_first: bool) -> Q:
    """Return the condition that a row stands behind these values."""
    further, alike, found = "lt" if is_newest_first else "gt", Q(), Q(pk__in=[])
    for column, value in zip(order, values, strict=True):
        found |= alike & Q(**{f"{column}__{further}": value})
        alike &= Q(**{column: value})
    return found
