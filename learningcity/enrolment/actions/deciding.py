"""Whether something takes place when few are enrolled: the organiser is asked, decides, and all are told."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.enrolment.actions.moves import locked, move
from learningcity.enrolment.actions.refusals import SETTINGS, CalledOff
from learningcity.enrolment.actions.telling import tell_everybody, tell_keepers
from learningcity.enrolment.models import LIVING, Enrolment, Intake
from learningcity.enrolment.permissions.intakes import can_open_intake
from learningcity.enrolment.signals import places_changed
from learningcity.people.queries.ages import city_day

Decision, State = Intake.Decision, Enrolment.State


@transaction.atomic
def decide(intake: Intake, decision: str, *, by: Actor, at: datetime) -> Intake:
    """Say that it takes place, is postponed, or is called off; everybody who is concerned is told.

    Calling off ends all enrolments and closes the intake; it cannot be taken back. Raises PermissionDenied,
    or CalledOff.
    """
    if not can_open_intake(by, intake.series, at):
        raise PermissionDenied
    place = locked(intake)
    if place.decision == Decision.CANCELLED:
        raise CalledOff(place)
    if place.decision == decision:
        return place
    place.decision, place.changed_at = decision, at
    place.is_open = place.is_open and decision != Decision.CANCELLED
    place.save(update_fields=["decision", "is_open", "changed_at"])
    record(f"enrolment.decided_{decision}", by=by, about=place, at=at)
    concerned = Enrolment.objects.filter(intake=place, state__in=LIVING)
    there = list(concerned.select_related("person", "guest", "party").order_by("number"))
    if decision == Decision.CANCELLED:
        for one in there:
            move(one, State.CALLED_OFF, intake=place, reason="not_held", by=by, at=at)
    tell_everybody(there, f"enrolment/messages/decided_{decision}", place, by=by, at=at)
    places_changed.send(Intake, intakes=[place.pk], at=at)
    return place


@transaction.atomic
def ask_to_decide(intake: Intake, *, by: Actor, at: datetime) -> bool:
    """Ask those who keep the places to decide, on the day they chose; return whether they were asked.

    Where enough are enrolled there is nothing to ask: it takes place, and everybody is told. Raises
    PermissionDenied unless the operator or the schedule asks.
    """
    if not by.is_operator:
        raise PermissionDenied
    place = locked(intake)
    if place.taken >= place.minimum:
        decide(place, Decision.GO, by=by, at=at)
        return False
    words = {
        "taken": place.taken,
        "minimum": place.minimum,
        "page": reverse(SETTINGS, args=[place.series.public_id]),
    }
    code = f"decision_asked:{place.decide_on}"
    place.asked_to_decide_on = city_day(at)
    place.save(update_fields=["asked_to_decide_on"])
    tell_keepers(place, "enrolment/messages/decision_asked", words, code=code, by=by, at=at)
    record("enrolment.decision_asked", by=by, about=place, at=at)
    return True
