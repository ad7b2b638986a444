"""Whether something takes place when few are enrolled: the organiser is asked, decides, and all are told."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.offers import locked as locked_offer
from learningcity.catalogue.actions.workspace_sessions import Scope, cancel_sessions, postpone_sessions
from learningcity.catalogue.models import Session
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.enrolment.actions.moves import change_of, locked, move
from learningcity.enrolment.actions.refusals import SETTINGS, CalledOff
from learningcity.enrolment.actions.telling import tell_everybody, tell_keepers
from learningcity.enrolment.models import LIVING, Enrolment, Intake, StatusChange
from learningcity.enrolment.permissions.intakes import can_decide
from learningcity.enrolment.queries.places import enrolled_in
from learningcity.enrolment.queries.session_news import TOLD_OTHERWISE
from learningcity.enrolment.signals import places_changed
from learningcity.people.queries.ages import city_day

Decision, State = Intake.Decision, Enrolment.State


@transaction.atomic
def decide(intake: Intake, decision: str, *, reason: str = "", by: Actor, at: datetime) -> Intake:
    """Say that it takes place, is postponed, or is called off; everybody who is concerned is told once.

    Calling off ends all enrolments, closes the intake and cancels the dates to come; it cannot be taken back.
    Postponing postpones the dates, and everybody keeps their place. Both give the `reason` to all who look;
    without one that too few are enrolled. Raises PermissionDenied, CalledOff, or what the catalogue refuses.
    """
    if not can_decide(by, intake, decision, at):
        raise PermissionDenied
    # Dates first, then places: whoever merges offers locks them in this order, too.
    locked_offer(intake.series.offer)
    place = locked(intake)
    if place.decision == Decision.CANCELLED:
        raise CalledOff(place)
    if place.decision == decision:
        return place
    place.decision, place.changed_at = decision, at
    place.is_open = place.is_open and decision != Decision.CANCELLED
    place.is_told = False
    place.save(update_fields=["decision", "is_open", "changed_at", "is_told"])
    record(f"enrolment.decided_{decision}", by=by, about=place, at=at)
    concerned = Enrolment.objects.filter(intake=place, state__in=LIVING)
    there = list(concerned.select_related("person", "guest", "party").order_by("number"))
    why = " ".join(reason.split()) or _("Too few people are enrolled.")
    # Who only asked or holds a place for a form has nothing yet that could be told them.
    told = [one for one in there if one.state not in (State.ASKED, State.HELD)]
    note_decision(place, there, decision, by=by, at=at)
    change_dates(place, decision, why, by=by, at=at)
    tell_everybody(told, f"enrolment/messages/decided_{decision}", place, reason=why, by=by, at=at)
    places_changed.send(Intake, intakes=[place.pk], at=at)
    return place


def note_decision(
    intake: Intake, there: Sequence[Enrolment], decision: str, *, by: Actor, at: datetime
) -> None:
    """Write a decision into the history of everybody concerned, so that the news of dates leave them out."""
    if decision == Decision.CANCELLED:
        for one in there:
            move(one, State.CALLED_OFF, intake=intake, reason="not_held", by=by, at=at)
    elif decision == Decision.POSTPONED:
        StatusChange.objects.bulk_create(
            [change_of(one, reason=TOLD_OTHERWISE, by=by, at=at) for one in there], batch_size=500
        )


def change_dates(intake: Intake, decision: str, reason: str, *, by: Actor, at: datetime) -> None:
    """Cancel or postpone the dates to come, so that page, search and calendars say so with the reason."""
    change = {Decision.CANCELLED: cancel_sessions, Decision.POSTPONED: postpone_sessions}.get(
        Decision(decision)
    )
    dates = Session.objects.filter(series=intake.series_id, ends_at__gt=at).exclude(
        status=Session.Status.CANCELLED
    )
    if intake.session_id is not None:
        dates = dates.filter(pk=intake.session_id)
    first = dates.select_related("series__offer__provider").order_by("starts_at", "pk").first()
    if change is None or first is None:
        return
    scope = Scope.ALL if intake.session_id is None else Scope.THIS
    change(first, scope=scope, reason=reason, by=by, at=at)


@transaction.atomic
def ask_to_decide(intake: Intake, *, by: Actor, at: datetime) -> bool:
    """Ask those who keep the places to decide, on the day they chose; return whether they were asked.

    Where enough are enrolled there is nothing to ask: it takes place, and everybody is told. Raises
    PermissionDenied unless the operator or the schedule asks.
    """
    if not by.is_operator:
        raise PermissionDenied
    # In this order, as in a decision.
    locked_offer(intake.series.offer)
    place = locked(intake)
    if place.decision != Decision.OPEN:
        return False
    # Who only holds a place, or was offered one, may never come.
    enrolled = enrolled_in(place)
    if enrolled >= place.minimum:
        decide(place, Decision.GO, by=by, at=at)
        return False
    words = {
        "taken": enrolled,
        "minimum": place.minimum,
        "page": reverse(SETTINGS, args=[place.series.public_id]),
    }
    code = f"decision_asked:{place.decide_on}"
    place.asked_to_decide_on = city_day(at)
    place.save(update_fields=["asked_to_decide_on"])
    tell_keepers(place, "enrolment/messages/decision_asked", words, code=code, by=by, at=at)
    record("enrolment.decision_asked", by=by, about=place, at=at)
    return True
