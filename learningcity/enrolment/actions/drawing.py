"""Drawing the order of a waiting list, and saying what counts in a list by need."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.engines.waiting import digest_of_seed, drawn_order
from learningcity.enrolment.actions.moves import locked, note_events
from learningcity.enrolment.actions.queue import NotWaiting, asked_again, give_free_places, words_of
from learningcity.enrolment.actions.refusals import OWN_PLACES, NotPossible
from learningcity.enrolment.actions.telling import tell
from learningcity.enrolment.models import Criterion, Enrolment, Intake, QueueEvent
from learningcity.enrolment.permissions.queue import can_answer_offer
from learningcity.enrolment.queries.published import drawn_list
from learningcity.enrolment.queries.queue import line
from learningcity.enrolment.queries.reasons import (
    DESK,
    RECORDS,
    SAYABLE,
    SELF,
    criteria_on,
    points_of,
    said,
    source_of,
)

State, Kind = Enrolment.State, QueueEvent.Kind


class NotToBeDrawn(NotPossible):
    """The list is not drawn, or was drawn before."""

    code = "not_to_be_drawn"
    words = _("This list is not drawn, or was drawn before. A list is drawn once.")
    label = _("See the offer")


class DrawnAlready(NotPossible):
    """The order was drawn: reasons count no more."""

    code = "drawn_already"
    words = _("The order was drawn already. What you say now would change nothing any more.")
    label = _("See your places")
    page = OWN_PLACES


class ProofNotSeen(NotPossible):
    """A reason counts only when somebody at a desk has seen the proof."""

    code = "proof_not_seen"
    words = _("This counts when a helper at a desk has seen your proof. Go to a desk before the draw.")
    label = _("See your places")
    page = OWN_PLACES


@transaction.atomic
def commit_seed(intake: Intake, *, entropy: bytes, by: Actor, at: datetime) -> Intake:
    """Publish the digest of a seed made of 32 bytes of chance, where none was when the list opened.

    Raises PermissionDenied unless the operator or the schedule asks, ValueError for too little chance.
    """
    if not by.is_operator:
        raise PermissionDenied
    if len(entropy) != 32:
        raise ValueError("A seed needs 32 bytes of chance.")
    place = locked(intake)
    if place.rule == Intake.Rule.ARRIVAL or place.seed or place.drawn_at is not None:
        return place
    place.seed, place.seed_digest = entropy.hex(), digest_of_seed(entropy.hex())
    place.save(update_fields=["seed", "seed_digest"])
    note_events(place, [QueueEvent(kind=Kind.COMMITTED, at=at)])
    record("enrolment.seed_committed", by=by, about=place, at=at)
    return place


@transaction.atomic
def draw(intake: Intake, *, entropy: bytes, by: Actor, at: datetime) -> list[Enrolment]:
    """Draw the order of the list, reveal the seed, and offer the places; return who was offered one.

    `entropy` counts only if no digest was published when the list opened; the published list tells. Raises
    PermissionDenied unless the operator or the schedule asks, or NotToBeDrawn.
    """
    if not by.is_operator:
        raise PermissionDenied
    place = locked(intake)
    if place.rule == Intake.Rule.ARRIVAL or place.drawn_at is not None:
        raise NotToBeDrawn(place)
    if not place.seed:
        place = commit_seed(place, entropy=entropy, by=by, at=at)
    by_need = place.rule == Intake.Rule.PRIORITY
    entries = drawn_list(place.events.order_by("number"), by_need=by_need)
    turns = {
        entry.token: turn
        for turn, entry in enumerate(drawn_order(entries, seed=place.seed, by_points=by_need))
    }
    waiting = list(line(place))
    for enrolment in waiting:
        enrolment.turn = turns[enrolment.token]
    Enrolment.objects.bulk_update(waiting, ["turn"], batch_size=500)
    place.drawn_at = at
    place.save(update_fields=["drawn_at"])
    note_events(place, [QueueEvent(kind=Kind.DRAWN, at=at)])
    record("enrolment.queue_drawn", by=by, about=place, at=at)
    chosen = give_free_places(place, by=by, at=at)
    tell_who_waits(place, by=by, at=at)
    return chosen


def tell_who_waits(intake: Intake, *, by: Actor, at: datetime) -> None:
    """Tell those who still wait after the draw where they stand."""
    for number, enrolment in enumerate(line(intake), start=1):
        words = {**words_of(enrolment, intake), "number": number}
        tell(enrolment, "enrolment/messages/drawn_waiting", words, by=by, at=at)


@transaction.atomic
def say_reasons(enrolment: Enrolment, keys: Collection[str], *, by: Actor, at: datetime) -> Enrolment:
    """Say which published reasons somebody meets that are not in the city's records, before the draw.

    Who says so is kept with each: the person (where they live), or a helper at a desk who has seen the proof,
    which nobody takes back but a desk. Raises PermissionDenied, NotWaiting, DrawnAlready, or ProofNotSeen.
    """
    if not can_answer_offer(by, enrolment, at):
        raise PermissionDenied
    intake = locked(enrolment.intake)
    waits = asked_again(enrolment)
    if waits.state != State.WAITING:
        raise NotWaiting(intake)
    if intake.drawn_at is not None or intake.rule != Intake.Rule.PRIORITY:
        raise DrawnAlready(intake)
    source = source_of(by)
    kept = [
        one for one in waits.met if one["source"] == RECORDS or (source == SELF and one["source"] == DESK)
    ]
    there = {one["key"] for one in kept}
    now_said = [
        one for one in criteria_on(intake, at) if one.kind in SAYABLE and one.key in set(keys) - there
    ]
    if source == SELF and any(one.kind == Criterion.Kind.SAID for one in now_said):
        raise ProofNotSeen(intake, field="reasons")
    waits.met = [*kept, *(said(one, source) for one in now_said)]
    waits.points = points_of(waits.met)
    waits.save(update_fields=["met", "points"])
    note_events(intake, [QueueEvent(kind=Kind.POINTS, token=waits.token, points=waits.points, at=at)])
    record("enrolment.reasons_said", by=by, about=waits, at=at)
    return waits
