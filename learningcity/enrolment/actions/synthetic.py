"""Invented enrolments of the past, entered many at a time. Marked as synthetic for good."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.catalogue.actions.rows import insert
from learningcity.catalogue.models import Series, Session
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.enrolment.models import (
    LIVING,
    TAKING,
    Attendance,
    Completion,
    Enrolment,
    Intake,
    StatusChange,
)
from learningcity.enrolment.permissions.attendance import can_enter_past
from learningcity.enrolment.queries.completion import Standing, held_dates, standing
from learningcity.enrolment.signals import learning_completed, places_changed
from learningcity.people.models import Person

ROWS_AT_ONCE = 5000
IDS_A_STATEMENT = 900

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class PastEnrolment:
    """One invented enrolment in a run of the past; ids are those of rows.

    `present` says what was entered at which date ("present", "part", "excused", "absent"); `changed_at` is
    when it got its state, if that was later than it was asked for.
    """

    person_id: int
    series_id: int
    state: str
    asked_at: datetime
    present: Mapping[int, str] = field(default_factory=dict)
    changed_at: datetime | None = None


@dataclass(slots=True)
class Past:
    """What a part of the rows needs: the intake and the dates of each run."""

    intakes: dict[int, Intake]
    dates: dict[int, list[Session]]

    def number(self, row: PastEnrolment) -> Enrolment:
        """Return the enrolment of a row, numbered; count the place it takes."""
        intake = self.intakes[row.series_id]
        intake.last_number += 1
        intake.taken += row.state in TAKING
        return Enrolment(
            intake=intake,
            person_id=row.person_id,
            state=row.state,
            number=intake.last_number,
            is_synthetic=True,
            asked_at=row.asked_at,
            changed_at=row.changed_at or row.asked_at,
        )


@transaction.atomic
def enter_past(rows: Iterable[PastEnrolment], *, by: Actor, at: datetime) -> int:
    """Enter what invented people did; return how many enrolments.

    Intakes, enrolments, their history, attendance and completions are written.

    A run without an intake gets one, closed, with as many places as the run says or were taken. Rows are
    numbered in their order. The rooms above hear of completions and places, not of each enrolment. Raises
    PermissionDenied for anybody but the operator, ValueError for rows that cannot be.
    """
    if not can_enter_past(by):
        raise PermissionDenied
    entered = 0
    for part in in_parts(rows, ROWS_AT_ONCE):
        enter_part(part, by=by, at=at)
        entered += len(part)
    record("enrolment.past_entered", by=by, at=at)
    return entered


def in_parts(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """Yield things in lists of at most this size."""
    source = iter(things)
    while part := list(islice(source, size)):
        yield part


def enter_part(rows: Sequence[PastEnrolment], *, by: Actor, at: datetime) -> None:
    """Enter some of the rows."""
    check_invented({row.person_id for row in rows})
    past = past_of(rows, at)
    check_rows(rows, past)
    made = Enrolment.objects.bulk_create([past.number(row) for row in rows], batch_size=1000)
    write_history(rows, made, by=by)
    write_attendance(rows, made, past)
    write_completions(rows, made, past, by=by, at=at)
    for intake in past.intakes.values():
        if intake.places is not None:
            intake.places = max(intake.places, intake.taken)
        intake.is_told = False
    columns = ["taken", "last_number", "places", "is_told"]
    Intake.objects.bulk_update(past.intakes.values(), columns, batch_size=100)
    places_changed.send(Intake, intakes=[intake.pk for intake in past.intakes.values()], at=at)


def check_invented(persons: set[int]) -> None:
    """Refuse to invent a past for anybody who is not invented."""
    invented = {
        pk
        for some in in_parts(sorted(persons), IDS_A_STATEMENT)
        for pk in Person.objects.filter(pk__in=some, is_synthetic=True).values_list("pk", flat=True)
    }
    if invented != persons:
        raise ValueError("A past is entered for invented people only.")


def past_of(rows: Sequence[PastEnrolment], at: datetime) -> Past:
    """Return the intakes and dates of the runs, locked; make the intakes that are missing."""
    wanted = {row.series_id for row in rows}
    series: dict[int, Series] = {}
    dates: dict[int, list[Session]] = {pk: [] for pk in wanted}
    for some in in_parts(sorted(wanted), IDS_A_STATEMENT):
        series |= {one.pk: one for one in Series.objects.filter(pk__in=some)}
        for session in Session.objects.filter(series__in=some).order_by("starts_at", "pk"):
            dates[session.series_id].append(session)
    if set(series) != wanted:
        raise ValueError("A run that is named is not there.")
    there = intakes_there(wanted)
    Intake.objects.bulk_create(
        [past_intake(one, dates[one.pk], at) for one in series.values() if one.pk not in there]
    )
    return Past(intakes_there(wanted), dates)


def intakes_there(series: set[int]) -> dict[int, Intake]:
    """Return the intakes of runs, locked, by run."""
    return {
        intake.series_id: intake
        for some in in_parts(sorted(series), IDS_A_STATEMENT)
        for intake in Intake.objects.select_for_update(of=("self",)).filter(series__in=some, session=None)
    }


def past_intake(series: Series, dates: Sequence[Session], at: datetime) -> Intake:
    """Return the intake of a run of the past: nobody enrols any more."""
    began = dates[0].starts_at if dates else at
    return Intake(
        series=series,
        places=series.places,
        is_open=False,
        decision=Intake.Decision.GO,
        created_at=min(began, at),
        changed_at=min(began, at),
    )


def check_rows(rows: Sequence[PastEnrolment], past: Past) -> None:
    """Refuse states that are none, dates of other runs, and a second living enrolment of one person."""
    living = [(past.intakes[row.series_id].pk, row.person_id) for row in rows if row.state in LIVING]
    known = {pk: {date.pk for date in dates} for pk, dates in past.dates.items()}
    is_right = (
        len(living) == len(set(living))
        and all(is_past(row) and known[row.series_id].issuperset(row.present) for row in rows)
        and not already_there(living)
    )
    if not is_right:
        raise ValueError("Rows need states of the past, dates of their run, one place a person and run.")


def is_past(row: PastEnrolment) -> bool:
    """Return whether the states of a row can be: what waits for something is not past."""
    waits = (Enrolment.State.HELD, Enrolment.State.OFFERED, Enrolment.State.ASKED)
    is_there = row.state == Enrolment.State.ENROLLED or not row.present
    is_known = row.state in Enrolment.State.values and set(row.present.values()) <= set(
        Attendance.State.values
    )
    return is_known and is_there and row.state not in waits


def already_there(living: Sequence[tuple[int, int]]) -> bool:
    """Return whether one of these people has a living enrolment in that intake."""
    wanted = set(living)
    return any(
        pair in wanted
        for some in in_parts(sorted({intake for intake, _person in wanted}), IDS_A_STATEMENT)
        for pair in Enrolment.objects.filter(intake__in=some, state__in=LIVING).values_list(
            "intake_id", "person_id"
        )
    )


def write_history(rows: Sequence[PastEnrolment], made: Sequence[Enrolment], *, by: Actor) -> None:
    """Write when each enrolment got its state."""
    columns = ("enrolment_id", "state", "reason", "right", "channel", "author", "organisation", "at")
    values = [
        (one.pk, row.state, "", by.right, by.channel, by.person, by.organisation, one.changed_at)
        for row, one in zip(rows, made, strict=True)
    ]
    insert(StatusChange, columns, values)


def write_attendance(rows: Sequence[PastEnrolment], made: Sequence[Enrolment], past: Past) -> None:
    """Write who was there, as if it had been entered when each date was over."""
    ended = {date.pk: date.ends_at for dates in past.dates.values() for date in dates}
    columns = ("public_id", "enrolment_id", "session_id", "state", "way", "author", "taken_at", "changed_at")
    values = [
        (uuid4(), one.pk, session, state, Attendance.Way.LIST, "", ended[session], ended[session])
        for row, one in zip(rows, made, strict=True)
        for session, state in row.present.items()
    ]
    insert(Attendance, columns, values)


def write_completions(
    rows: Sequence[PastEnrolment], made: Sequence[Enrolment], past: Past, *, by: Actor, at: datetime
) -> None:
    """Write what was completed under the rule of each intake, and tell the rooms above."""
    found = []
    for row, enrolment in zip(rows, made, strict=True):
        if row.state != Enrolment.State.ENROLLED:
            continue
        dates, intake = past.dates[row.series_id], enrolment.intake
        reached = standing(dates, {date: (state, None) for date, state in row.present.items()}, at)
        if reached.completes(intake.completing, intake.completing_percent):
            found.append(past_completion(enrolment, dates, reached))
    for completion in Completion.objects.bulk_create(found, batch_size=1000):
        learning_completed.send(Completion, completion=completion, by=by, at=completion.completed_at)


def past_completion(enrolment: Enrolment, dates: Sequence[Session], reached: Standing) -> Completion:
    """Return the completion of an enrolment, from the end of its last date."""
    return Completion(
        enrolment=enrolment,
        rule=enrolment.intake.completing,
        percent=reached.percent,
        minutes=reached.minutes,
        completed_at=held_dates(dates)[-1].ends_at,
    )
