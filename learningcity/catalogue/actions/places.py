"""What enrolment tells the catalogue: how many places are left."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.actions.rows import update
from learningcity.catalogue.models import Series, Session
from learningcity.catalogue.permissions import can_note_places
from learningcity.core.actors import Actor

Left = Mapping[int, int | None]
NOTHING: Left = MappingProxyType({})


@transaction.atomic
def note_places_left(series_left: Left, session_left: Left = NOTHING, *, by: Actor, at: datetime) -> None:
    """Note how many places are left, by the row of the series and of the session; None for no limit.

    Called by the room that counts them, as the operator. Raises PermissionDenied.
    """
    if not can_note_places(by):
        raise PermissionDenied
    series = [
        one
        for one in Series.objects.filter(pk__in=list(series_left)).order_by("pk")
        if one.places_left != series_left[one.pk]
    ]
    sessions = [
        one
        for one in Session.objects.filter(pk__in=list(session_left)).select_related("series").order_by("pk")
        if one.places_left != session_left[one.pk]
    ]
    update(Series, ("places_left",), [(series_left[one.pk], one.pk) for one in series])
    update(Session, ("places_left",), [(session_left[one.pk], one.pk) for one in sessions])
    note_change(sorted({one.offer_id for one in series} | {one.series.offer_id for one in sessions}), at)
