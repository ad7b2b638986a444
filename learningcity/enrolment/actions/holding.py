"""More time for a form: what is held stays held a while longer, within a published limit."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.enrolment.actions.moves import locked
from learningcity.enrolment.actions.refusals import FORM, HoldOver, NotHeld, NotPossible
from learningcity.enrolment.models import Enrolment
from learningcity.enrolment.permissions.places import can_take_places, in_matter_of

LONGEST_HOLD = 4
"""A place is held for so many times the usual minutes at most, so that nobody keeps it from others."""


class HeldLongEnough(NotPossible):
    """A place was held for as long as it can be."""

    code = "held_long_enough"
    words = _("We cannot hold the place any longer than %(minutes)s minutes. Take it now, or give it back.")
    label = _("Go on with the form")
    page = FORM


@transaction.atomic
def extend_holds(holds: Sequence[Enrolment], *, by: Actor, at: datetime) -> datetime:
    """Hold places of one intake for the usual minutes from now on; return until when.

    Raises PermissionDenied, NotHeld, HoldOver, or HeldLongEnough.
    """
    if not holds or not all(one.person and can_take_places(by, one.person, at) for one in holds):
        raise PermissionDenied
    place = locked(holds[0].intake)
    rows = list(
        Enrolment.objects.filter(
            intake=place, pk__in=[one.pk for one in holds], state=Enrolment.State.HELD
        ).select_related("person")
    )
    if len(rows) < len(holds):
        raise NotHeld(place)
    if any(one.until_at is None or one.until_at <= at for one in rows):
        raise HoldOver(place)
    usual = timedelta(minutes=place.hold_minutes)
    until_at = min(at + usual, min(one.asked_at for one in rows) + LONGEST_HOLD * usual)
    if until_at <= min(one.until_at for one in rows if one.until_at):
        raise HeldLongEnough(place, minutes=LONGEST_HOLD * place.hold_minutes)
    Enrolment.objects.filter(pk__in=[one.pk for one in rows]).update(until_at=until_at)
    for one in rows:
        if one.person:
            record("enrolment.hold_extended", by=in_matter_of(by, one.person), about=one, at=at)
    return until_at
