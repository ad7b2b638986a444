"""Tell the catalogue how many places are left, which feeds the search."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.catalogue.actions.places import NO_LIMIT, note_places_left
from learningcity.core.actors import Actor
from learningcity.core.piecework import each, in_parts
from learningcity.enrolment.models import Intake
from learningcity.enrolment.queries.places import intakes_to_tell

AT_ONCE = 200
Said = int | Literal["no limit"]


def tell_places_left(*, by: Actor, at: datetime) -> int:
    """Tell the catalogue the numbers that it does not know; return of how many intakes.

    What has to be told stands in the rows themselves: nothing is lost when a machine goes down between an
    enrolment and its news. Raises PermissionDenied unless the operator or the schedule asks.
    """
    if not by.is_operator:
        raise PermissionDenied

    def tell(part: Sequence[Intake]) -> int:
        return tell_some(part, by=by, at=at)

    return sum(each(in_parts(intakes_to_tell(), size=AT_ONCE), tell, about=lambda part: part[0]))


@transaction.atomic
def tell_some(intakes: Sequence[Intake], *, by: Actor, at: datetime) -> int:
    """Tell the numbers of some intakes, and note of which they still hold; return how many.

    Nobody who enrols waits for this, and it waits for nobody: who is being counted is told in the next run.
    """
    note_places_left(
        {one.series_id: said_of(one) for one in intakes if one.session_id is None},
        {one.session_id: said_of(one) for one in intakes if one.session_id is not None},
        by=by,
        at=at,
    )
    told = {one.pk: what_is_told(one) for one in intakes}
    rows = Intake.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=list(told))
    hold = [one.pk for one in rows.order_by("pk") if what_is_told(one) == told[one.pk]]
    return Intake.objects.filter(pk__in=hold).update(is_told=True)


def what_is_told(intake: Intake) -> tuple[int, int | None, Said]:
    """Return what is told, and of what."""
    return intake.series_id, intake.session_id, said_of(intake)


def said_of(intake: Intake) -> Said:
    """Return what the catalogue is told of the places of an intake."""
    left = intake.places_left
    if not intake.is_open or intake.decision == Intake.Decision.CANCELLED:
        return 0
    return NO_LIMIT if left is None else left
