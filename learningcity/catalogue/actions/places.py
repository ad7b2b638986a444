"""What enrolment tells the catalogue: how many places are left."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.actions.rows import update
from learningcity.catalogue.models import Series, Session
from learningcity.catalogue.permissions import can_note_places
from learningcity.core.actors import Actor

Row = TypeVar("Row", Series, Session)
NO_LIMIT: Final = "no limit"
"""Everybody finds room: not a number, but places all the same."""
Left = Mapping[int, int | Literal["no limit"] | None] | Mapping[int, int | Literal["no limit"]]
NOTHING: Left = MappingProxyType({})
NOTED = ("places_left", "has_no_limit")


@transaction.atomic
def note_places_left(series_left: Left, session_left: Left = NOTHING, *, by: Actor, at: datetime) -> None:
    """Note how many places are left, by the row of the series and of the session; None where nobody counts.

    Called by the room that counts them, as the operator. Raises PermissionDenied.
    """
    if not can_note_places(by):
        raise PermissionDenied
    series = changed(Series.objects.filter(pk__in=list(series_left)), series_left)
    sessions = changed(
        Session.objects.filter(pk__in=list(session_left)).select_related("series"), session_left
    )
    update(Series, NOTED, [(*columns_of(series_left[one.pk]), one.pk) for one in series])
    update(Session, NOTED, [(*columns_of(session_left[one.pk]), one.pk) for one in sessions])
    note_change(sorted({one.offer_id for one in series} | {one.series.offer_id for one in sessions}), at)


def changed(rows: "QuerySet[Row]", left: Left) -> list[Row]:
    """Return the rows that say something else, in the order of their keys."""
    return [
        one for one in rows.order_by("pk") if (one.places_left, one.has_no_limit) != columns_of(left[one.pk])
    ]


def columns_of(left: int | Literal["no limit"] | None) -> tuple[int | None, bool]:
    """Return what is written in the columns."""
    return (None, True) if left == NO_LIMIT else (left, False)
