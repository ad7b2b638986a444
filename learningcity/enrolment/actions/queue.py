"""What can be done with a waiting list: join, leave, give places that are free, answer an offer.

The rule and the method are published (docs/methods/waiting.md); every step leaves an event to replay.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.models import Session
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.enrolment.actions.moves import add, locked, move, note_events
from learningcity.enrolment.actions.queue_events import joined
from learningcity.enrolment.actions.refusals import OWN_PLACES, NotPossible
from learningcity.enrolment.models import Enrolment, Intake, QueueEvent
from learningcity.enrolment.permissions.queue import can_answer_offer
from learningcity.enrolment.queries.queue import next_in_line

State, Kind = Enrolment.State, QueueEvent.Kind


class OfferOver(NotPossible):
    """The place that was offered is no longer kept for the person."""

    code = "offer_over"
    words = _("This place is no longer kept for you: the time to answer is over, or you have answered.")
    label = _("See your places")
    page = OWN_PLACES


class NotWaiting(NotPossible):
    """The person is not on the waiting list."""

    code = "not_waiting"
    words = _("You are no longer on this waiting list. See what counts now.")
    label = _("See your places")
    page = OWN_PLACES


@transaction.atomic
def join_queue(
    intake: Intake, enrolments: Sequence[Enrolment], *, by: Actor, at: datetime
) -> list[Enrolment]:
    """Put enrolments at the end of the waiting list of a locked intake, in this order.

    New ones are written; others move. Called by actions that have checked the right to act.
    """
    for enrolment in enrolments:
        if enrolment.pk:
            move(enrolment, State.WAITING, intake=intake, by=by, at=at)
        else:
            enrolment.state = State.WAITING
    add([one for one in enrolments if not one.pk], intake=intake, by=by, at=at)
    for enrolment, event in zip(
        enrolments, note_events(intake, [joined(one, at=at) for one in enrolments]), strict=True
    ):
        enrolment.turn = event.number
    Enrolment.objects.bulk_update(enrolments, ["turn"], batch_size=500)
    return list(enrolments)


@transaction.atomic
def leave_queue(enrolment: Enrolment, *, by: Actor, at: datetime) -> Enrolment:
    """Take somebody off the waiting list, at their wish. Raises PermissionDenied, or NotWaiting."""
    if not can_answer_offer(by, enrolment, at):
        raise PermissionDenied
    intake = locked(enrolment.intake)
    left = asked_again(enrolment)
    if left.state != State.WAITING:
        raise NotWaiting(intake)
    move(left, State.CANCELLED, intake=intake, reason="left_queue", by=by, at=at)
    record("enrolment.queue_left", by=by, about=left, at=at)
    # A group that keeps together may be small enough now.
    give_free_places(intake, by=by, at=at)
    return left


def give_free_places(intake: Intake, *, by: Actor, at: datetime) -> list[Enrolment]:
    """Offer the free places of a locked intake to those whose turn it is; return who was offered one.

    Called by actions that have checked the right to act, whenever places may have become free.
    """
    free = intake.places_left
    chosen = next_in_line(intake, free)
    if not chosen:
        return []
    note_events(intake, [QueueEvent(kind=Kind.ROOM, places=free or 0, at=at)])
    until_at = answer_until(intake, at)
    for enrolment in chosen:
        move(enrolment, State.OFFERED, intake=intake, until_at=until_at, by=by, at=at)
        record("enrolment.place_offered", by=by, about=enrolment, at=at)
    return chosen


def answer_until(intake: Intake, at: datetime) -> datetime:
    """Return until when an offer made now can be answered: the published hours, or until it begins."""
    until_at = at + timedelta(hours=intake.answer_hours)
    dates = Session.objects.filter(series=intake.series_id, starts_at__gt=at)
    if intake.session_id:
        dates = dates.filter(pk=intake.session_id)
    first = dates.order_by("starts_at").values_list("starts_at", flat=True).first()
    return min(until_at, first) if first else until_at


@transaction.atomic
def accept_offer(enrolment: Enrolment, *, by: Actor, at: datetime) -> list[Enrolment]:
    """Take an offered place; a group that keeps together answers as one.

    Raises PermissionDenied, or OfferOver when the time to answer is over.
    """
    intake, offered = answering(enrolment, by=by, at=at)
    for one in offered:
        if one.until_at is None or one.until_at <= at:
            raise OfferOver(intake)
    for one in offered:
        move(one, State.ENROLLED, intake=intake, reason="accepted", by=by, at=at)
        record("enrolment.offer_accepted", by=by, about=one, at=at)
    return offered


@transaction.atomic
def decline_offer(enrolment: Enrolment, *, by: Actor, at: datetime) -> list[Enrolment]:
    """Say no to an offered place, which moves on at once; a group that keeps together answers as one.

    Raises PermissionDenied, or OfferOver when nothing is offered any more.
    """
    intake, offered = answering(enrolment, by=by, at=at)
    for one in offered:
        move(one, State.DECLINED, intake=intake, by=by, at=at)
        record("enrolment.offer_declined", by=by, about=one, at=at)
    give_free_places(intake, by=by, at=at)
    return offered


def answering(enrolment: Enrolment, *, by: Actor, at: datetime) -> tuple[Intake, list[Enrolment]]:
    """Return the locked intake and those for whom an answer counts."""
    if not can_answer_offer(by, enrolment, at):
        raise PermissionDenied
    intake = locked(enrolment.intake)
    asked = asked_again(enrolment)
    if asked.state != State.OFFERED:
        raise OfferOver(intake)
    return intake, list(together_with(asked))


def together_with(enrolment: Enrolment) -> Iterable[Enrolment]:
    """Return everybody who was offered a place together with somebody, themselves included."""
    party = enrolment.party
    if party is None or party.way != party.Way.ALL:
        return [enrolment]
    return party.enrolments.filter(state=State.OFFERED).order_by("number")


def asked_again(enrolment: Enrolment) -> Enrolment:
    """Return an enrolment as it is now, under the lock of its intake."""
    return Enrolment.objects.select_related("person", "guest", "party").get(pk=enrolment.pk)
