"""Let places follow what became one: two offers of the catalogue, or two entries of a person.

Called by receivers, inside the transaction of an action that has checked the right to act.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from learningcity.catalogue.actions.places import note_places_left
from learningcity.catalogue.models import Session
from learningcity.core.actors import Actor
from learningcity.enrolment.actions.leaving import leave
from learningcity.enrolment.actions.moves import carry, lock_in_order, locked, move
from learningcity.enrolment.actions.queue import GIVING, give_free_places
from learningcity.enrolment.models import (
    LIVING,
    Attendance,
    Enrolment,
    Intake,
    Party,
    SessionNews,
)
from learningcity.enrolment.queries.reasons import criteria_on, met_by_records, points_of
from learningcity.enrolment.queries.terms import is_past, terms_of
from learningcity.people.models import Person

State = Enrolment.State
Same = Mapping[int, int]
STRONGEST_FIRST = (State.ENROLLED, State.OFFERED, State.HELD, State.WAITING, State.ASKED)


@dataclass(frozen=True, slots=True)
class Followed:
    """What followed a merge, so that it can be put back.

    `closed`: intakes, and the moment; `raised`: intakes with the numbers of places before and after.
    """

    intakes: list[tuple[int, int, int | None]] = field(default_factory=list)
    enrolments: list[tuple[int, int, int]] = field(default_factory=list)
    closed: list[tuple[int, str]] = field(default_factory=list)
    raised: list[tuple[int, int, int]] = field(default_factory=list)
    presence: list[tuple[int, int]] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """Return it as the merge keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}


@transaction.atomic
def follow_offers(series: Same, sessions: Same, *, by: Actor, at: datetime) -> Followed:
    """Let intakes, enrolments and presence follow series and sessions to those they became one with.

    Where both have places, those of the dropped one close and everybody follows: nobody loses a place, and
    the number of places rises where it must.
    """
    done = Followed()
    lock_in_order(intakes_at((*series, *series.values()), (*sessions, *sessions.values())))
    for one in Intake.objects.filter(pk__in=intakes_at(list(series), list(sessions))).order_by("pk"):
        follow_intake(one, series, sessions, done, by=by, at=at)
    for old, new in sessions.items():
        done.presence.extend(follow_presence(old, new))
        SessionNews.objects.filter(session=old).update(session=new)
    return done


def intakes_at(series: Sequence[int], sessions: Sequence[int]) -> list[int]:
    """Return the intakes of these series and sessions."""
    return list(
        Intake.objects.filter(Q(series__in=series) | Q(session__in=sessions)).values_list("pk", flat=True)
    )


def follow_intake(
    intake: Intake, series: Same, sessions: Same, done: Followed, *, by: Actor, at: datetime
) -> None:
    """Let one intake follow, or its enrolments where the kept series or session has places of its own."""
    new_session = sessions.get(intake.session_id, intake.session_id) if intake.session_id else None
    new_series = series.get(intake.series_id, intake.series_id)
    if new_session is not None:
        new_series = Session.objects.values_list("series", flat=True).get(pk=new_session)
    if (new_series, new_session) == (intake.series_id, intake.session_id):
        return
    there = Intake.objects.filter(series=new_series, session=new_session).first()
    if there is None:
        go_to(intake.pk, new_series, new_session, at=at)
        done.intakes.append((intake.pk, intake.series_id, intake.session_id))
        return
    join_intakes(locked(intake), locked(there), done, by=by, at=at)


def go_to(pk: int, series: int, session: int | None, *, at: datetime) -> None:
    """Let an intake belong to another series or session; of the former nobody counts places any more."""
    before = Intake.objects.get(pk=pk)
    Intake.objects.filter(pk=pk).update(series=series, session=session, is_told=False)
    if before.session_id is None:
        note_places_left({before.series_id: None}, by=GIVING, at=at)
    else:
        note_places_left({}, {before.session_id: None}, by=GIVING, at=at)


def join_intakes(source: Intake, target: Intake, done: Followed, *, by: Actor, at: datetime) -> None:
    """Let everybody of one locked intake go to another; the first one closes."""
    before = target.places
    rows = Enrolment.objects.filter(intake=source).select_related("person", "guest", "party")
    # Who waits keeps the order in which they stood, also a drawn one; no place is given before all are there.
    for one in sorted(rows, key=lambda row: (row.state == State.WAITING, row.turn or 0, row.number)):
        if one.state in LIVING and not may_follow(one, source, target, by=by, at=at):
            continue
        carry_over(one, source, target, by=by, at=at)
        done.enrolments.append((one.pk, source.pk, target.pk))
    Party.objects.filter(intake=source).update(intake=target)
    if source.is_open:
        source.is_open, source.is_told, source.changed_at = False, False, at
        source.save(update_fields=["is_open", "is_told", "changed_at"])
        done.closed.append((source.pk, at.isoformat()))
    if before is not None and target.places is not None and target.places != before:
        done.raised.append((target.pk, before, target.places))
    give_free_places(target, by=by, at=at)


def may_follow(one: Enrolment, source: Intake, target: Intake, *, by: Actor, at: datetime) -> bool:
    """End the weaker of two enrolments of one person: one is enough. Return whether this one goes along.

    What has taken place is not ended: it stays in the intake in which it was.
    """
    theirs = Enrolment.objects.filter(intake=target, state__in=LIVING, person__isnull=False)
    other = theirs.filter(person=one.person).select_related("person", "guest", "party").first()
    if other is None:
        return True
    if is_past(terms_of(source, at), at):
        return False
    goes = strength(one) < strength(other)
    weaker, intake = (other, target) if goes else (one, source)
    move(weaker, State.CANCELLED, intake=intake, reason="merged", by=by, at=at)
    return goes


def strength(enrolment: Enrolment) -> int:
    """Return how near to a place an enrolment is; the lowest is nearest."""
    return STRONGEST_FIRST.index(State(enrolment.state))


def carry_over(one: Enrolment, source: Intake, target: Intake, *, by: Actor, at: datetime) -> None:
    """Let one enrolment go from a locked intake to another; in a list by need, points are counted anew."""
    if one.state == State.WAITING:
        criteria = criteria_on(target, at) if target.rule == Intake.Rule.PRIORITY else []
        one.met = met_by_records(one, criteria, at)
        one.points = points_of(one.met)
    carry(one, source=source, target=target, by=by, at=at)


def follow_presence(old: int, new: int) -> list[tuple[int, int]]:
    """Let presence at a session count for the one it became one with; return what went, and from where."""
    there = Attendance.objects.filter(session=new).values("enrolment")
    rows = Attendance.objects.filter(session=old).exclude(enrolment__in=there)
    went = list(rows.order_by("pk").values_list("pk", flat=True))
    Attendance.objects.filter(pk__in=went).update(session=new)
    return [(pk, old) for pk in went]


@transaction.atomic
def put_back(followed: Mapping[str, Sequence[Any]], *, by: Actor, at: datetime) -> None:
    """Put back what followed a merge of offers; what came since stays, and what somebody set since."""
    gone = followed.get("enrolments", ())
    lock_in_order(intakes_of(followed))
    for pk, source, target in gone:
        hand_back(pk, source, target, by=by, at=at)
    for pk, series, session in followed.get("intakes", ()):
        go_to(pk, series, session, at=at)
    for pk, closed_at in followed.get("closed", ()):
        same = Intake.objects.filter(pk=pk, changed_at=datetime.fromisoformat(closed_at))
        same.update(is_open=True, is_told=False)
    for pk, before, after in reversed(followed.get("raised", ())):
        lower(pk, before, after)
    for pk, session in followed.get("presence", ()):
        Attendance.objects.filter(pk=pk).update(session=session)
    for pk in sorted({pk for _one, *both in gone for pk in both}):
        give_free_places(locked(Intake(pk=pk)), by=by, at=at)


def lower(pk: int, before: int, after: int) -> None:
    """Give an intake the number of places that it had before a merge, or as many as are taken.

    A number that somebody chose since stays.
    """
    target = locked(Intake(pk=pk))
    if target.places == after:
        target.places, target.is_told = max(before, target.taken), False
        target.save(update_fields=["places", "is_told"])


def intakes_of(followed: Mapping[str, Sequence[Any]]) -> set[int]:
    """Return the intakes that are concerned when what followed goes back."""
    both = {pk for _one, *pair in followed.get("enrolments", ()) for pk in pair}
    moved = {pk for name in ("intakes", "closed", "raised") for pk, *_more in followed.get(name, ())}
    return both | moved


def hand_back(pk: int, source_pk: int, target_pk: int, *, by: Actor, at: datetime) -> None:
    """Let an enrolment that followed go back to the intake it came from, if it is where it went."""
    target, source = locked(Intake(pk=target_pk)), locked(Intake(pk=source_pk))
    rows = Enrolment.objects.filter(pk=pk, intake=target).select_related("person", "guest", "party")
    for one in rows:
        carry_over(one, target, source, by=by, at=at)
        Party.objects.filter(enrolments=one).update(intake=source)


@transaction.atomic
def end_doubled(kept: Person, dropped: Person, *, by: Actor, at: datetime) -> list[int]:
    """End the weaker of two enrolments in one intake when two entries of a person become one.

    Return the rows that go over to the kept entry. A place that became free stays free when the entries are
    parted again.
    """
    ours = Enrolment.objects.filter(person=kept, state__in=LIVING)
    rows = Enrolment.objects.filter(person=dropped, state__in=LIVING, intake__in=ours.values("intake"))
    doubled = list(rows.order_by("intake_id"))
    lock_in_order(one.intake_id for one in doubled)
    for one in doubled:
        other = ours.get(intake=one.intake_id)
        weaker = max(one, other, key=strength)
        leave(one if weaker.pk == one.pk else other, reason="merged", by=by, at=at)
    went = [one.pk for one in doubled if not is_still_doubled(one, kept)]
    Enrolment.objects.filter(pk__in=went).update(person=kept)
    return went


def is_still_doubled(enrolment: Enrolment, kept: Person) -> bool:
    """Return whether both entries still live in one intake: what has taken place is not ended."""
    mine = Enrolment.objects.filter(pk=enrolment.pk, state__in=LIVING)
    return mine.filter(intake__enrolments__person=kept, intake__enrolments__state__in=LIVING).exists()
