"""What can be done with a waiting list: join, leave, give places that are free, answer an offer.

The rule and the method are published (docs/methods/waiting.md); every step leaves an event to replay.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.models import Session
from learningcity.core.actors import Actor, Channel, operator
from learningcity.core.audit import record
from learningcity.enrolment.actions.moves import add, doer, locked, move, note_events
from learningcity.enrolment.actions.queue_events import joined
from learningcity.enrolment.actions.refusals import OWN_PLACES, NotPossible
from learningcity.enrolment.actions.telling import tell
from learningcity.enrolment.models import Enrolment, Intake, QueueEvent
from learningcity.enrolment.permissions.queue import can_answer_offer
from learningcity.enrolment.queries.held import as_held
from learningcity.enrolment.queries.offer_links import offer_token
from learningcity.enrolment.queries.queue import next_in_line, offers_over
from learningcity.enrolment.queries.reasons import criteria_on, met_by_records, points_of
from learningcity.enrolment.queries.terms import is_past, terms_of
from learningcity.people.queries.ages import city_zone

State, Kind = Enrolment.State, QueueEvent.Kind
GIVING = operator(Channel.TASK)
"""Who offers places: the rule does, not whoever gave one back."""


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


def join_queue(
    intake: Intake, enrolments: Sequence[Enrolment], *, by: Actor, at: datetime
) -> list[Enrolment]:
    """Put enrolments at the end of the waiting list of a locked intake, in this order.

    New ones are written; others move. In a list by need, the points that the city's records give are counted
    now, once. Called by actions that have checked the right to act, inside their transaction.
    """
    criteria = criteria_on(intake, at) if intake.rule == Intake.Rule.PRIORITY else []
    for enrolment in enrolments:
        enrolment.met = met_by_records(enrolment, criteria, at)
        enrolment.points = points_of(enrolment.met)
        if enrolment.pk:
            move(enrolment, State.WAITING, intake=intake, by=doer(by, enrolment), at=at)
            enrolment.turn = note_events(intake, [joined(enrolment, at=at)])[0].number
            enrolment.save(update_fields=["turn", "points", "met"])
        else:
            enrolment.state = State.WAITING
    new = [one for one in enrolments if not one.pk]
    add(new, intake=intake, events=[joined(one, at=at) for one in new], by=by, at=at)
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


def give_free_places(
    intake: Intake, *, here: Collection[int] = (), by: Actor, at: datetime
) -> list[Enrolment]:
    """Offer the free places of a locked intake to those whose turn it is; return who was offered one.

    Called by actions that have checked the right to act, whenever places may have become free. Whoever is
    `here` (keys of enrolments) takes the place at once and is sent nothing.
    """
    chosen = next_in_line(intake, intake.places_left)
    until_at = answer_until(intake, at) if chosen else None
    if until_at is None:
        return []
    note_events(intake, [QueueEvent(kind=Kind.ROOM, places=free_of(intake, chosen), at=at)])
    for enrolment in chosen:
        # Who freed the place does not act for who is offered it.
        move(enrolment, State.OFFERED, intake=intake, until_at=until_at, by=GIVING, at=at)
        record("enrolment.place_offered", by=GIVING, about=enrolment, at=at)
        if enrolment.pk not in here:
            tell(enrolment, "enrolment/messages/place_offered", words_of(enrolment, intake), by=GIVING, at=at)
    return chosen


def free_of(intake: Intake, chosen: Sequence[Enrolment]) -> int:
    """Return how many places are free; where there is no limit, as many as are wanted."""
    return sum(one.places for one in chosen) if intake.places_left is None else intake.places_left


def words_of(enrolment: Enrolment, intake: Intake) -> dict[str, object]:
    """Return what a message about a list says."""
    return {
        "title": intake.series.offer.title,
        "page": reverse("enrolment:offer_answer", args=[offer_token(enrolment)]),
        "list_page": reverse("enrolment:queue_detail", args=[intake.public_id]),
        # Without its zone, for templates would put it on the clock of the machine.
        "until_at": enrolment.until_at and enrolment.until_at.astimezone(city_zone()).replace(tzinfo=None),
    }


def answer_until(intake: Intake, at: datetime) -> datetime | None:
    """Return until when an offer made now can be answered: the published hours, or until it begins.

    None when nothing of it is still to come: then nothing is offered.
    """
    until_at = at + timedelta(hours=intake.answer_hours)
    dates = Session.objects.filter(series=intake.series_id).select_related("venue").order_by("pk")
    if intake.session_id:
        dates = dates.filter(pk=intake.session_id)
    starts = [one.starts_at for one in as_held(list(dates), at) if one.status != Session.Status.CANCELLED]
    if not starts:
        return None if is_past(terms_of(intake, at), at) else until_at
    coming = [one for one in starts if one > at]
    return min(until_at, *coming) if coming else None


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
        move(one, State.ENROLLED, intake=intake, reason="accepted", by=doer(by, one), at=at)
        record("enrolment.offer_accepted", by=doer(by, one), about=one, at=at)
    return offered


@transaction.atomic
def decline_offer(enrolment: Enrolment, *, by: Actor, at: datetime) -> list[Enrolment]:
    """Say no to an offered place, which moves on at once; a group that keeps together answers as one.

    Raises PermissionDenied, or OfferOver when nothing is offered any more.
    """
    intake, offered = answering(enrolment, by=by, at=at)
    for one in offered:
        move(one, State.DECLINED, intake=intake, by=doer(by, one), at=at)
        record("enrolment.offer_declined", by=doer(by, one), about=one, at=at)
    give_free_places(intake, by=by, at=at)
    return offered


@transaction.atomic
def lapse_offers(intake: Intake, *, by: Actor, at: datetime) -> list[Enrolment]:
    """Let the offers that nobody answered move on to whoever is next; return who was next.

    Raises PermissionDenied unless the operator or the schedule asks.
    """
    if not by.is_operator:
        raise PermissionDenied
    place = locked(intake)
    for one in offers_over(place, at):
        move(one, State.LAPSED, intake=place, reason="not_answered", by=by, at=at)
        record("enrolment.offer_lapsed", by=by, about=one, at=at)
        tell(one, "enrolment/messages/offer_lapsed", words_of(one, place), by=by, at=at)
    return give_free_places(place, by=by, at=at)


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
