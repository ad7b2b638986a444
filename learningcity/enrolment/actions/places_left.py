"""Tell the catalogue how many places are left, which feeds the search."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.catalogue.actions.places import note_places_left
from learningcity.core.actors import Actor
from learningcity.enrolment.queries.places import intakes_told_wrongly

MOST_AT_ONCE = 500


@transaction.atomic
def tell_places_left(*, by: Actor, at: datetime) -> int:
    """Tell the catalogue the numbers that are not what it says; return how many.

    What is told is compared with what is there, so that nothing is lost when a machine goes down between an
    enrolment and its news. Raises PermissionDenied unless the operator or the schedule asks.
    """
    if not by.is_operator:
        raise PermissionDenied
    stale = [(one.series_id, one.session_id, one.left) for one in intakes_told_wrongly()[:MOST_AT_ONCE]]
    if stale:
        note_places_left(
            {series: left for series, session, left in stale if session is None},
            {session: left for _series, session, left in stale if session is not None},
            by=by,
            at=at,
        )
    return len(stale)
