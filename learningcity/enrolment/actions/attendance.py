"""Who was there: entered by list, by code or from paper, corrected with a reason.

The first entry is never lost, and two who enter at the same time never undo each other unseen.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learningcity.catalogue.models import Session
from learningcity.catalogue.queries.effective import marked
from learningcity.core.actors import Actor, Channel
from learningcity.core.audit import record
from learningcity.core.models import PaperForm
from learningcity.core.paper import print_form
from learningcity.enrolment.actions.attendance_refusals import (
    ChangedMeanwhile,
    DateCancelled,
    ListClosed,
    ListNotOpen,
    MinutesWrong,
    NotOnTheList,
    ReasonMissing,
    StateUnknown,
)
from learningcity.enrolment.actions.completion import settled
from learningcity.enrolment.models import Attendance, AttendanceCorrection, Enrolment
from learningcity.enrolment.permissions.attendance import can_take_attendance
from learningcity.enrolment.queries.attendance import (
    SHEET,
    enrolled_at,
    entry_seen,
    is_list_open,
    is_open_for_corrections,
    name_of,
    seen_of,
)
from learningcity.enrolment.queries.completion import NOT_HELD, dates_of, held_dates, length_of
from learningcity.enrolment.queries.held import session_as_held
from learningcity.enrolment.signals import attendance_taken
from learningcity.people.actions.paper import take_back_paper
from learningcity.people.queries.persons import person_acting

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody enters of one enrolment; `seen` is what the list said when they looked (`seen_of`)."""

    enrolment: UUID
    state: str
    minutes: int | None = None
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was written: entries made, and entries corrected."""

    entered: Sequence[Attendance] = ()
    corrected: Sequence[Attendance] = ()


@dataclass(slots=True)
class Line:
    """One line of a list while it is entered: who, what stands there, what shall stand there."""

    enrolment: Enrolment
    entry: Attendance | None
    wanted: Entry

    @property
    def is_same(self) -> bool:
        """Whether nothing is to be written: it stands there, or whoever sends it changed nothing."""
        meant = (self.wanted.state, self.wanted.minutes)
        there = (self.entry.state, self.entry.minutes) if self.entry else ("", None)
        return meant == there or (bool(self.wanted.seen) and meant == entry_seen(self.wanted.seen))

    @property
    def is_stale(self) -> bool:
        """Whether somebody else wrote here since it was looked at."""
        return seen_of(self.entry) != self.wanted.seen


@transaction.atomic
def take_attendance(
    session: Session,
    entries: Iterable[Entry],
    *,
    way: str = Attendance.Way.LIST,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Taken:
    """Enter who was there; all of it or nothing. An entry that changes one made before is a correction.

    Who is left out of `entries`, or was not changed since it was looked at, stays as they are. Raises
    PermissionDenied, or a refusal: the date was cancelled, it is too early or too late, somebody is not
    enrolled, minutes or states cannot be, a correction has no reason, or somebody else wrote meanwhile.
    """
    if not can_take_attendance(by, session, at):
        raise PermissionDenied
    held = locked(session, at)
    if held.status in NOT_HELD:
        raise DateCancelled(held)
    lines = lines_of(held, list(entries))
    open_lines = [line for line in lines if not line.is_same]
    refuse_stale(held, [line for line in open_lines if line.is_stale])
    new = [line for line in open_lines if line.entry is None]
    changed = [line for line in open_lines if line.entry is not None]
    check_moment(held, is_new=bool(new), is_correction=bool(changed), at=at)
    why = checked_reason(held, reason) if changed else ""
    taken = Taken(
        [entered(line, held, way=way, by=by, at=at) for line in new],
        [corrected(line.entry, line.wanted, reason=why, by=by, at=at) for line in changed if line.entry],
    )
    if taken.entered:
        record("enrolment.attendance_taken", by=by, about=held, at=at)
    settle_what_is_over([line.enrolment for line in open_lines], by=by, at=at)
    return taken


@transaction.atomic
def correct_attendance(
    attendance: Attendance,
    state: str,
    *,
    minutes: int | None = None,
    reason: str,
    seen: str,
    by: Actor,
    at: datetime,
) -> Attendance:
    """Correct one entry; the first one, the reason and the author are kept and shown to the person.

    Raises PermissionDenied and the refusals of `take_attendance`.
    """
    entry = Entry(attendance.enrolment.public_id, state, minutes, seen)
    take_attendance(attendance.session, [entry], reason=reason, by=by, at=at)
    attendance.refresh_from_db()
    return attendance


@transaction.atomic
def print_sheet(session: Session, *, code: str, by: Actor, at: datetime) -> PaperForm:
    """Note that the list of a date is printed; its code brings the entries back. Chance is passed in.

    Raises PermissionDenied.
    """
    if not can_take_attendance(by, session, at):
        raise PermissionDenied
    return print_form(SHEET, owner="", subject=str(session.public_id), code=code, by=by, at=at)


@transaction.atomic
def enter_sheet(
    session: Session, entries: Iterable[Entry], *, paper: str, reason: str = "", by: Actor, at: datetime
) -> Taken:
    """Enter a list that came back on paper, under the same rules; each sheet counts once.

    Raises PermissionDenied, the refusals of `take_attendance` and of a code on paper.
    """
    teacher = person_acting(by)
    if teacher is None or not can_take_attendance(by, session, at):
        raise PermissionDenied
    on_paper = Actor(by.right, Channel.PAPER, by.person, by.on_behalf_of, by.organisation)
    take_back_paper(paper, key=SHEET, person=teacher, subject=str(session.public_id), by=on_paper, at=at)
    way = Attendance.Way.PAPER
    return take_attendance(session, entries, way=way, reason=reason, by=on_paper, at=at)


def locked(session: Session, at: datetime) -> Session:
    """Return a date as it holds now, locked: entries at the same moment follow one another."""
    found = marked(Session.objects.select_for_update(of=("self",)).select_related("series", "venue"))
    return session_as_held(found.get(pk=session.pk), at)


def lines_of(session: Session, entries: Sequence[Entry]) -> list[Line]:
    """Return who is meant and what stands there; refuse whoever is not enrolled or named twice."""
    enrolled = {
        one.public_id: one for one in enrolled_at(session).select_related("person", "guest", "intake")
    }
    named = [entry.enrolment for entry in entries]
    if len(named) != len(set(named)) or not enrolled.keys() >= set(named):
        raise NotOnTheList(session)
    there = {
        entry.enrolment_id: entry
        for entry in Attendance.objects.filter(session=session, enrolment__in=list(enrolled.values()))
    }
    return [
        Line(enrolled[entry.enrolment], there.get(enrolled[entry.enrolment].pk), checked(session, entry))
        for entry in entries
    ]


def checked(session: Session, entry: Entry) -> Entry:
    """Return an entry that can be; refuse states and minutes that cannot."""
    if entry.state not in Attendance.State.values:
        raise StateUnknown(session, field="state")
    if entry.minutes is None:
        return entry
    if entry.state != Attendance.State.PART or not 1 <= entry.minutes <= length_of(session):
        raise MinutesWrong(session, field="minutes", most=length_of(session))
    return entry


def refuse_stale(session: Session, lines: Sequence[Line]) -> None:
    """Refuse to write over what somebody else wrote meanwhile; say what it is."""
    if not lines:
        return
    said = [
        _("%(name)s: %(state)s") % {"name": name_of(line.enrolment), "state": state_words(line.entry)}
        for line in lines[:5]
    ]
    if len(lines) > 5:
        said.append(ngettext("%(n)s more", "%(n)s more", len(lines) - 5) % {"n": len(lines) - 5})
    raise ChangedMeanwhile(session, changes="; ".join(said))


def state_words(entry: Attendance | None) -> str:
    """Return what stands in a list, in words."""
    return str(entry.get_state_display()) if entry else _("nothing")


def check_moment(session: Session, *, is_new: bool, is_correction: bool, at: datetime) -> None:
    """Refuse what comes before the date or long after it."""
    if (is_new or is_correction) and at < session.starts_at and not is_list_open(session, at):
        raise ListNotOpen(session)
    if is_new and not is_list_open(session, at):
        raise ListClosed(session)
    if is_correction and not is_open_for_corrections(session, at):
        raise ListClosed(session)


def checked_reason(session: Session, reason: str) -> str:
    """Return the reason of a correction; refuse none."""
    tidy = " ".join(reason.split())[:LONGEST_REASON]
    if not tidy:
        raise ReasonMissing(session, field="reason")
    return tidy


def entered(line: Line, session: Session, *, way: str, by: Actor, at: datetime) -> Attendance:
    """Write a first entry."""
    made = Attendance.objects.create(
        enrolment=line.enrolment,
        session=session,
        state=line.wanted.state,
        minutes=line.wanted.minutes,
        way=way,
        author=by.person,
        taken_at=at,
        changed_at=at,
    )
    attendance_taken.send(Attendance, attendance=made, by=by, at=at)
    return made


def corrected(entry: Attendance, wanted: Entry, *, reason: str, by: Actor, at: datetime) -> Attendance:
    """Write a correction, and what stood there before."""
    AttendanceCorrection.objects.create(
        attendance=entry,
        before=entry.state,
        after=wanted.state,
        minutes_before=entry.minutes,
        minutes_after=wanted.minutes,
        reason=reason,
        author=by.person,
        corrected_at=at,
    )
    entry.state, entry.minutes, entry.changed_at = wanted.state, wanted.minutes, at
    entry.save(update_fields=["state", "minutes", "changed_at"])
    record("enrolment.attendance_corrected", by=by, about=entry, at=at)
    attendance_taken.send(Attendance, attendance=entry, by=by, at=at)
    return entry


def settle_what_is_over(enrolments: Collection[Enrolment], *, by: Actor, at: datetime) -> None:
    """Settle what may be complete now: that of which the last date has begun."""
    over: dict[int, bool] = {}
    for enrolment in enrolments:
        if enrolment.intake_id not in over:
            held = held_dates(dates_of(enrolment.intake, at))
            over[enrolment.intake_id] = bool(held) and held[-1].starts_at <= at
        if over[enrolment.intake_id]:
            settled(enrolment, by=by, at=at)
