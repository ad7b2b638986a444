"""What somebody has done of what they were enrolled in, and whether that completes it.

A date counts unless it was cancelled or postponed. Somebody present counts for the whole date; somebody who
was there for a part, for the minutes written down, or for half of it; whoever was excused or absent was not
there. Nothing is complete before the last date that counts has begun.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from learningcity.catalogue.models import Session
from learningcity.catalogue.queries.effective import as_they_hold, marked
from learningcity.enrolment.models import Attendance, Completion, Enrolment, Intake
from learningcity.enrolment.queries.held import as_held

NOT_HELD = (Session.Status.CANCELLED, Session.Status.POSTPONED)
THERE = (Attendance.State.PRESENT, Attendance.State.PART)
MINUTE = timedelta(minutes=1)
Entry = tuple[str, int | None]
"""The state of an entry, and the minutes of somebody who was there for a part."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of what counts somebody was there for."""

    dates: int
    attended: int
    percent: int
    minutes: int
    is_over: bool

    def completes(self, rule: str, percent: int) -> bool:
        """Return whether this completes what has this rule; what a teacher decides is not decided here."""
        if not self.is_over or not self.attended:
            return False
        return {
            Intake.Completing.NONE: True,
            Intake.Completing.SHARE: self.percent >= percent,
            Intake.Completing.ALL: self.attended == self.dates,
        }.get(Intake.Completing(rule), False)


def standing(sessions: Sequence[Session], entries: Mapping[int, Entry], at: datetime) -> Standing:
    """Return what entries, by the row of the date, come to."""
    held = held_dates(sessions)
    there = [(date, *entries[date.pk]) for date in held if date.pk in entries]
    there = [(date, state, minutes) for date, state, minutes in there if state in THERE]
    parts = [share_of(date, state, minutes) for date, state, minutes in there]
    lengths = [length_of(date) for date, _state, _minutes in there]
    return Standing(
        dates=len(held),
        attended=len(there),
        percent=int(100 * sum(parts, Fraction(0)) / len(held)) if held else 0,
        minutes=int(sum((part * length for part, length in zip(parts, lengths, strict=True)), Fraction(0))),
        is_over=bool(held) and held[-1].starts_at <= at,
    )


def held_dates(sessions: Iterable[Session]) -> list[Session]:
    """Return the dates that count, in order."""
    held = [session for session in sessions if session.status not in NOT_HELD]
    return sorted(held, key=lambda session: (session.starts_at, session.pk))


def share_of(session: Session, state: str, minutes: int | None) -> Fraction:
    """Return for how much of a date somebody was there."""
    if state == Attendance.State.PRESENT:
        return Fraction(1)
    if minutes is None:
        return Fraction(1, 2)
    return min(Fraction(minutes, max(length_of(session), 1)), Fraction(1))


def length_of(session: Session) -> int:
    """Return how many minutes a date lasts."""
    return (session.ends_at - session.starts_at) // MINUTE


def local_times(session: Session) -> tuple[datetime, datetime]:
    """Return start and end of a date in the zone in which it was planned."""
    zone = ZoneInfo(session.time_zone)
    return session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)


def dates_of(intake: Intake, at: datetime) -> list[Session]:
    """Return the dates that an intake gives places for, as they hold at a moment, in order."""
    if intake.session_id is not None:
        rows = Session.objects.filter(pk=intake.session_id)
    else:
        rows = Session.objects.filter(series=intake.series_id)
    held = as_held(list(marked(rows.select_related("venue"))), at)
    return sorted(held, key=lambda date: (date.starts_at, date.pk))


def entries_of(enrolment: Enrolment) -> dict[int, Entry]:
    """Return what was entered of one enrolment, by the row of the date."""
    rows = Attendance.objects.filter(enrolment=enrolment).values_list("session_id", "state", "minutes")
    return {session: (state, minutes) for session, state, minutes in rows}


def standing_of(enrolment: Enrolment, at: datetime) -> Standing:
    """Return how much of it the person was there for so far."""
    return standing(dates_of(enrolment.intake, at), entries_of(enrolment), at)


def completion_of(enrolment: Enrolment) -> Completion | None:
    """Return the completion of an enrolment while it holds."""
    return Completion.objects.filter(enrolment=enrolment, withdrawn_at=None).first()


def intakes_over(*, since: datetime, at: datetime) -> list[int]:
    """Return the intakes of which a date began within these days, in order: something may be complete."""
    begun = as_they_hold(Session.objects.all(), at).filter(now_starts_at__gt=since, now_starts_at__lte=at)
    begun = begun.exclude(now_status__in=NOT_HELD)
    of_series = Intake.objects.filter(session=None, series__in=begun.values("series"))
    of_date = Intake.objects.filter(session__in=begun.values("pk"))
    rows = (of_series.values_list("pk", flat=True), of_date.values_list("pk", flat=True))
    return sorted({pk for found in rows for pk in found})


def to_settle(intake: Intake, at: datetime) -> list[Enrolment]:
    """Return the enrolments of an intake whose completion is not what their presence says; four questions."""
    sessions = dates_of(intake, at)
    enrolled = Enrolment.objects.filter(intake=intake, state=Enrolment.State.ENROLLED)
    entries: dict[int, dict[int, Entry]] = {}
    rows = Attendance.objects.filter(enrolment__intake=intake)
    for enrolment, session, state, minutes in rows.values_list(
        "enrolment_id", "session_id", "state", "minutes"
    ):
        entries.setdefault(enrolment, {})[session] = (state, minutes)
    done = set(
        Completion.objects.filter(enrolment__intake=intake, withdrawn_at=None).values_list(
            "enrolment_id", flat=True
        )
    )
    return [
        enrolment
        for enrolment in enrolled.order_by("number")
        if standing(sessions, entries.get(enrolment.pk, {}), at).completes(
            intake.completing, intake.completing_percent
        )
        and enrolment.pk not in done
    ]


def to_decide(session: Session) -> list[tuple[Enrolment, bool]]:
    """Return who is enrolled where a teacher decides, and whether they completed it; by order of arrival."""
    places = Q(intake__session=session.pk) | Q(intake__session=None, intake__series=session.series_id)
    done = Completion.objects.filter(enrolment=OuterRef("pk"), withdrawn_at=None)
    enrolled = Enrolment.objects.filter(
        places, state=Enrolment.State.ENROLLED, intake__completing=Intake.Completing.TEACHER
    )
    rows = enrolled.select_related("person", "guest", "intake__series__offer__provider__organisation")
    return [(one, one.is_done) for one in rows.annotate(is_done=Exists(done)).order_by("number", "pk")]
