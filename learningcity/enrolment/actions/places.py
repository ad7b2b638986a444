"""What can be done with places: hold, take, enrol, give back.

Rights and rules are checked before the lock of the intake is taken; places, the waiting list and who is there
already are looked at under it, so that no two people ever get one place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from learningcity.core.actors import Actor, Right
from learningcity.core.audit import record
from learningcity.enrolment.actions.eligibility import (
    Applicant,
    check_group,
    check_open,
    check_places,
    refusal_for,
)
from learningcity.enrolment.actions.giving import (
    Refusals,
    Share,
    Wish,
    added,
    end_holds,
    note,
    queued,
    shared,
)
from learningcity.enrolment.actions.moves import doer, locked, move
from learningcity.enrolment.actions.queue import decline_offer, give_free_places, leave_queue
from learningcity.enrolment.actions.refusals import (
    AlreadyOver,
    Full,
    GivenByList,
    HeldTooOften,
    HoldOver,
    LimitReached,
    NotHeld,
    Past,
)
from learningcity.enrolment.actions.telling import tell_everybody
from learningcity.enrolment.models import Enrolment, Intake, Party
from learningcity.enrolment.permissions.places import can_take_places
from learningcity.enrolment.permissions.queue import can_answer_offer
from learningcity.enrolment.queries.scene import have_held, holds_of, holds_over, is_awaited, is_over
from learningcity.enrolment.queries.terms import Terms, is_past, terms_of

__all__ = [
    "Applicant",
    "Outcome",
    "cancel_enrolment",
    "enrol",
    "hold_places",
    "release_holds",
    "take_places",
]

State = Enrolment.State

MOST_HOLDS = 5
"""In so many intakes somebody may hold places at one moment."""
MOST_AN_HOUR = 10
"""So many times in an hour somebody may begin to hold a place: to give it back and hold it again adds up."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking for places: who has one, who waits, who cannot come and why."""

    enrolled: list[Enrolment] = field(default_factory=list)
    waiting: list[Enrolment] = field(default_factory=list)
    refused: Refusals = field(default_factory=list)


def enrol(
    intake: Intake,
    applicants: Iterable[Applicant],
    *,
    way: str = Party.Way.ALL,
    waits: bool = True,
    by: Actor,
    at: datetime,
) -> Outcome:
    """Give places to one person or a group; whoever finds none joins the waiting list.

    `way` "all": all of them together get places, or all wait; "any": as many as there are places. What
    somebody holds is taken. With `waits` False nobody joins the list: who finds no place is refused.
    Guardians name children beside themselves: the right is asked for each person, with the actor in that
    person's matter (`in_matter_of`).

    Raises PermissionDenied, or NotPossible if none of them can come; with "all", if one cannot.
    """
    return given(intake, checked(intake, list(applicants), way=way, by=by, at=at), waits=waits, at=at)


@transaction.atomic
def given(intake: Intake, wish: Wish, *, waits: bool, at: datetime) -> Outcome:
    """Give places under the lock to those who were checked."""
    place, share = shared(intake, wish)
    if share.kept and share.others and wish.is_together:
        raise Full(place)
    if not waits:
        refuse_to_wait(place, share, wish)
    for one in share.kept:
        move(one, State.ENROLLED, intake=place, by=doer(wish.by, one), at=at)
    enrolled = [*share.kept, *added(share.fit, State.ENROLLED, intake=place, by=wish.by, at=at)]
    accepted, waiting = queued(place, share.others, by=wish.by, at=at)
    note(enrolled + accepted, "enrolment.enrolled", by=wish.by, at=at)
    note(waiting, "enrolment.queue_joined", by=wish.by, at=at)
    return Outcome(enrolled + accepted, waiting, share.refused)


def refuse_to_wait(intake: Intake, share: Share, wish: Wish) -> None:
    """Refuse those who find no place and do not want to wait; a list that is drawn is the only way in.

    Raises Full if nobody finds a place, or all of them wanted to come together.
    """
    if not share.others or intake.rule != Intake.Rule.ARRIVAL:
        return
    if wish.is_together or not (share.kept or share.fit):
        raise Full(intake)
    left = {one.person_id for one in share.others}
    share.refused.extend((one, Full(intake)) for one in wish.applicants if one.person.pk in left)
    share.others.clear()


def hold_places(
    intake: Intake, applicants: Iterable[Applicant], *, way: str = Party.Way.ALL, by: Actor, at: datetime
) -> list[Enrolment]:
    """Hold places while a form is open, until `until_at`; what is held already stays held until then.

    With "any", as many are held as there are places: the others are not in the answer. Raises
    PermissionDenied, or NotPossible: Full where none is left or others wait, GivenByList where places are not
    given in order of arrival, LimitReached and HeldTooOften for who holds many, or many times.
    """
    wish = checked(intake, list(applicants), way=way, by=by, at=at)
    if intake.rule != Intake.Rule.ARRIVAL:
        raise GivenByList(intake)
    persons = [one.person.pk for one in wish.applicants]
    if holds_of(persons, besides=intake, at=at) >= MOST_HOLDS:
        raise LimitReached(intake)
    if have_held(persons, MOST_AN_HOUR, at=at):
        raise HeldTooOften(intake)
    return held(intake, wish, at=at)


@transaction.atomic
def held(intake: Intake, wish: Wish, *, at: datetime) -> list[Enrolment]:
    """Hold places under the lock for those who were checked."""
    place, share = shared(intake, wish)
    if share.others and (wish.is_together or not (share.fit or share.kept)):
        raise Full(place)
    until_at = at + timedelta(minutes=place.hold_minutes)
    new = added(share.fit, State.HELD, until_at=until_at, intake=place, by=wish.by, at=at)
    note(new, "enrolment.place_held", by=wish.by, at=at)
    return [*share.kept, *new]


@transaction.atomic
def take_places(of: Party | Iterable[Enrolment], *, by: Actor, at: datetime) -> list[Enrolment]:
    """Turn places that are held into places for good, all of them or none.

    A hold that is over is still taken while nobody waits for the place. Raises PermissionDenied, NotHeld, or
    HoldOver.
    """
    wanted = list(of.enrolments.filter(state=State.HELD) if isinstance(of, Party) else of)
    if not wanted or not all(can_answer_offer(by, one, at) for one in wanted):
        raise PermissionDenied
    place = locked(wanted[0].intake)
    rows = Enrolment.objects.filter(intake=place, pk__in=[one.pk for one in wanted], state=State.HELD)
    found = list(rows.select_related("person", "guest", "party").order_by("number"))
    if len(found) < len(wanted):
        raise NotHeld(place)
    if any(is_over(one, at) for one in found) and is_awaited(place):
        raise HoldOver(place)
    for one in found:
        move(one, State.ENROLLED, intake=place, by=doer(by, one), at=at)
    note(found, "enrolment.enrolled", by=by, at=at)
    return found


@transaction.atomic
def cancel_enrolment(enrolment: Enrolment, *, by: Actor, at: datetime) -> Enrolment:
    """Give a place back, let go of a hold, leave the waiting list, or say no to an offer.

    The place goes at once to whoever is next; who gave one back is not offered it again. Somebody whose place
    a helper gave back is told. Raises PermissionDenied, AlreadyOver, or Past.
    """
    if not can_answer_offer(by, enrolment, at):
        raise PermissionDenied
    place = locked(enrolment.intake)
    there = Enrolment.objects.select_related("person", "guest", "party").get(pk=enrolment.pk)
    acting = doer(by, there)
    if there.state == State.WAITING:
        return leave_queue(there, by=acting, at=at)
    if there.state == State.OFFERED:
        return next(one for one in decline_offer(there, by=acting, at=at) if one.pk == there.pk)
    if there.state not in (State.HELD, State.ASKED, State.ENROLLED):
        raise AlreadyOver(place)
    terms = terms_of(place, at)
    if is_past(terms, at):
        raise Past(place)
    move(there, State.CANCELLED, intake=place, reason=reason_of(place, terms, at), by=acting, at=at)
    record("enrolment.cancelled", by=acting, about=there, at=at)
    if acting.right is Right.MANDATE:
        page = reverse("enrolment:place_detail", args=[there.public_id])
        tell_everybody([there], "enrolment/messages/given_back", place, page=page, by=acting, at=at)
    give_free_places(place, by=acting, at=at)
    return there


def reason_of(intake: Intake, terms: Terms, at: datetime) -> str:
    """Return "late" for a place given back after the hours the intake asks for. It is noted, nothing more."""
    if terms.starts_at is None or not intake.cancel_hours:
        return ""
    return "late" if at > terms.starts_at - timedelta(hours=intake.cancel_hours) else ""


@transaction.atomic
def release_holds(intake: Intake, *, by: Actor, at: datetime) -> int:
    """Free the places whose hold is over and offer them to whoever waits; return how many holds ended.

    Raises PermissionDenied unless the operator or the schedule asks.
    """
    if not by.is_operator:
        raise PermissionDenied
    place = locked(intake)
    return end_holds(place, list(holds_over(place, at)), at=at)


def checked(intake: Intake, applicants: Sequence[Applicant], *, way: str, by: Actor, at: datetime) -> Wish:
    """Check rights and rules without a lock; return who can come, and who cannot.

    Raises PermissionDenied, or NotPossible.
    """
    if not all(can_take_places(by, one.person, at) for one in applicants):
        raise PermissionDenied
    check_group(intake, applicants)
    if way == Party.Way.ALL:
        check_places(intake, applicants)
    terms = terms_of(intake, at)
    check_open(intake, terms, at)
    reasons = [(one, refusal_for(intake, terms, one.person, at)) for one in applicants]
    refused = [(one, reason) for one, reason in reasons if reason is not None]
    if refused and (way == Party.Way.ALL or len(refused) == len(applicants)):
        raise refused[0][1]
    return Wish(terms, [one for one, reason in reasons if reason is None], refused, way, by, at)
