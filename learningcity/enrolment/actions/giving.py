"""The steps by which places are given, under the lock of the intake. Called by `actions.places` alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from learningcity.core.actors import Actor, Channel, operator
from learningcity.core.audit import record
from learningcity.enrolment.actions.eligibility import Applicant, check_open
from learningcity.enrolment.actions.moves import add, doer, locked, move
from learningcity.enrolment.actions.queue import give_free_places, join_queue
from learningcity.enrolment.actions.refusals import AlreadyEnrolled, NotPossible
from learningcity.enrolment.models import Enrolment, Intake, Party
from learningcity.enrolment.queries.scene import Scene, scene_of
from learningcity.enrolment.queries.terms import Terms

State = Enrolment.State
Refusals = list[tuple[Applicant, NotPossible]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked and checked before the lock: who can come, in which way, who asks."""

    terms: Terms
    applicants: Sequence[Applicant]
    refused: Refusals
    way: str
    by: Actor
    at: datetime

    @property
    def is_together(self) -> bool:
        """Whether all of them come, or nobody."""
        return self.way == Party.Way.ALL


@dataclass(frozen=True, slots=True)
class Share:
    """How a wish can be met: holds that are kept, new enrolments that find a place, others that do not."""

    kept: list[Enrolment] = field(default_factory=list)
    fit: list[Enrolment] = field(default_factory=list)
    others: list[Enrolment] = field(default_factory=list)
    refused: Refusals = field(default_factory=list)


def shared(intake: Intake, wish: Wish) -> tuple[Intake, Share]:
    """Return the locked intake, and how it can meet a wish. Raises NotPossible."""
    place, scene = met(intake, wish)
    come, refused = sifted(place, scene, wish)
    kept = kept_holds(place, scene, come, wish)
    new = made(place, come, kept, wish)
    fit, others = parted(place, new, wish, is_awaited=scene.is_awaited)
    return place, Share(kept, fit, others, refused)


def met(intake: Intake, wish: Wish) -> tuple[Intake, Scene]:
    """Return the locked intake and what these people meet; places whose hold is over are free by then."""
    place, persons = locked(intake), {one.person.pk for one in wish.applicants}
    check_open(place, wish.terms, wish.at)
    scene = scene_of(place, persons, wish.at)
    if scene.over:
        end_holds(place, scene.over, at=wish.at)
        scene = scene_of(place, persons, wish.at)
    return place, scene


def end_holds(intake: Intake, over: Sequence[Enrolment], *, at: datetime) -> int:
    """Free places whose hold is over and offer them; return how many. It is the time that ends them."""
    by = operator(Channel.TASK)
    for one in over:
        move(one, State.LAPSED, intake=intake, reason="hold_over", by=by, at=at)
    if over:
        give_free_places(intake, by=by, at=at)
    return len(over)


def sifted(intake: Intake, scene: Scene, wish: Wish) -> tuple[list[Applicant], Refusals]:
    """Leave out who is there already. Raises AlreadyEnrolled if nobody is left, or they come together."""
    there = {pk for pk, one in scene.there.items() if one.state != State.HELD}
    late: Refusals = [
        (one, AlreadyEnrolled(intake, name=one.person.name))
        for one in wish.applicants
        if one.person.pk in there
    ]
    if late and (wish.is_together or len(late) == len(wish.applicants)):
        raise late[0][1]
    return [one for one in wish.applicants if one.person.pk not in there], [*wish.refused, *late]


def kept_holds(intake: Intake, scene: Scene, come: Sequence[Applicant], wish: Wish) -> list[Enrolment]:
    """Return the holds of those who come as they said; free the places of those who changed their mind."""
    kept = []
    for one in come:
        hold = scene.there.get(one.person.pk)
        if hold is None:
            continue
        if hold.companions == one.companions:
            kept.append(hold)
        else:
            by = doer(wish.by, hold)
            move(hold, State.LAPSED, intake=intake, reason="changed", by=by, at=wish.at)
    return kept


def made(intake: Intake, come: Sequence[Applicant], kept: Sequence[Enrolment], wish: Wish) -> list[Enrolment]:
    """Return new enrolments, not yet written, of those who hold nothing; a group gets a name of its own."""
    there = {one.person_id for one in kept}
    new = [one for one in come if one.person.pk not in there]
    party = None
    if new and len(come) > 1:
        party = Party.objects.create(intake=intake, way=wish.way, made_at=wish.at)
        Enrolment.objects.filter(pk__in=[one.pk for one in kept]).update(party=party)
    return [
        Enrolment(
            intake=intake,
            person=one.person,
            party=party,
            companions=one.companions,
            places=one.places_in(intake),
            asked_at=wish.at,
            changed_at=wish.at,
        )
        for one in new
    ]


def parted(
    intake: Intake, new: Sequence[Enrolment], wish: Wish, *, is_awaited: bool
) -> tuple[list[Enrolment], list[Enrolment]]:
    """Return who finds a place at once and who does not. Nobody overtakes those who wait, or a draw."""
    if is_awaited or intake.rule != Intake.Rule.ARRIVAL:
        return [], list(new)
    left = intake.places_left
    if left is None:
        return list(new), []
    if wish.is_together and sum(one.places for one in new) > left:
        return [], list(new)
    fit, others = [], []
    for one in new:
        if one.places <= left:
            fit.append(one)
            left -= one.places
        else:
            others.append(one)
    return fit, others


def added(
    enrolments: Sequence[Enrolment],
    state: str,
    *,
    intake: Intake,
    until_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> list[Enrolment]:
    """Write new enrolments in a state."""
    for one in enrolments:
        one.state, one.until_at = state, until_at
    return add(enrolments, intake=intake, by=by, at=at) if enrolments else []


def queued(
    intake: Intake, enrolments: Sequence[Enrolment], *, by: Actor, at: datetime
) -> tuple[list[Enrolment], list[Enrolment]]:
    """Let enrolments join the list; return whose turn it is at once, who takes the place, and who waits."""
    if not enrolments:
        return [], []
    joined = join_queue(intake, enrolments, by=by, at=at)
    ours = {one.pk for one in joined}
    taken = [one for one in give_free_places(intake, here=ours, by=by, at=at) if one.pk in ours]
    for one in taken:
        move(one, State.ENROLLED, intake=intake, reason="accepted", by=doer(by, one), at=at)
    there = {one.pk for one in taken}
    return taken, [one for one in joined if one.pk not in there]


def note(enrolments: Sequence[Enrolment], action: str, *, by: Actor, at: datetime) -> None:
    """Write one line of the audit trail for each enrolment."""
    for one in enrolments:
        record(action, by=doer(by, one), about=one, at=at)
