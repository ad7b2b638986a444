"""Questions about presence: who is on the list of a date, what was entered, what was corrected by whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from learningcity.catalogue.models import OverlaidSession, Session
from learningcity.catalogue.queries.effective import marked
from learningcity.enrolment.models import (
    Attendance,
    AttendanceCorrection,
    Completion,
    Enrolment,
    Guest,
    SessionCode,
)
from learningcity.enrolment.queries.guests import guests_with
from learningcity.enrolment.queries.held import as_held, session_as_held
from learningcity.people.models import Person

OPENS_BEFORE = timedelta(minutes=30)
"""How long before a date its list and its code can be opened."""
CLOSES_AFTER = timedelta(days=28)
"""How long after a date its list, or its sheet of paper, can still be entered."""
CORRECTED_WITHIN = timedelta(days=365)
"""How long after a date an entry can be corrected."""
SHEET = "enrolment.attendance"
"""The key of the list on paper."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """Somebody on the list of a date, with what was entered of them so far."""

    enrolment: Enrolment
    entry: Attendance | None

    @property
    def name(self) -> str:
        """The name of the person, or of the guest."""
        return name_of(self.enrolment)

    @property
    def seen(self) -> str:
        """What stands in the list now, as a form sends it back."""
        return seen_of(self.entry)


@dataclass(frozen=True, slots=True)
class SessionList:
    """The list of a date: everybody enrolled, in the order of their names."""

    session: Session
    rows: Sequence[ListRow]

    @property
    def is_begun(self) -> bool:
        """Whether anything was entered."""
        return any(row.entry for row in self.rows)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many stand in which state."""
        states = [row.entry.state for row in self.rows if row.entry]
        return {state: states.count(state) for state in Attendance.State.values}


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """What a person sees of one entry: the date, the state, how it came, and its corrections with authors."""

    session: Session
    entry: Attendance
    corrections: Sequence[AttendanceCorrection]


@dataclass(frozen=True, slots=True)
class OwnAttendance:
    """The presence of one enrolment, and what was completed."""

    entries: Sequence[OwnEntry]
    completion: Completion | None


@dataclass(frozen=True, slots=True)
class ListState:
    """How far the list of a date is: how many are enrolled, for how many something was entered."""

    public_id: UUID
    enrolled: int
    entered: int


def session_named(public_id: UUID) -> Session | None:
    """Return a date by its opaque id, as it is planned, with its run, offer and organisation."""
    found = Session.objects.select_related("series__offer__provider__organisation", "series__venue", "venue")
    return marked(found).filter(public_id=public_id, series__offer__is_published=True).first()


def session_held(public_id: UUID, at: datetime) -> Session | None:
    """Return a date by its opaque id, as it holds at a moment."""
    planned = session_named(public_id)
    return None if planned is None else session_as_held(planned, at)


def of_session(session: Session) -> Q:
    """Return the condition on an intake that it gives places at a date."""
    return Q(intake__session=session.pk) | Q(intake__session=None, intake__series=session.series_id)


def enrolled_at(session: Session) -> "QuerySet[Enrolment]":
    """Return who is enrolled at a date. The caller asks `can_take_attendance` before."""
    return Enrolment.objects.filter(of_session(session), state=Enrolment.State.ENROLLED)


def session_list(session: Session) -> SessionList:
    """Return the list of a date; asks the database twice. The caller asks `can_take_attendance` before."""
    enrolled = list(enrolled_at(session).select_related("person", "guest", "intake"))
    entries = {
        entry.enrolment_id: entry
        for entry in Attendance.objects.filter(session=session, enrolment__in=enrolled)
    }
    rows = [ListRow(one, entries.get(one.pk)) for one in enrolled]
    return SessionList(session, sorted(rows, key=lambda row: (row.name.casefold(), row.enrolment.pk)))


def name_of(enrolment: Enrolment) -> str:
    """Return the name under which somebody is enrolled."""
    known: Person | Guest | None = enrolment.person or enrolment.guest
    return (known.name if known else "") or _("no name")


def seen_of(entry: Attendance | None) -> str:
    """Return what stands in the list, as a form sends it back: state, minutes and moment."""
    if entry is None:
        return ""
    minutes = "" if entry.minutes is None else entry.minutes
    return f"{entry.state}|{minutes}|{entry.changed_at.isoformat()}"


def entry_seen(seen: str) -> tuple[str, int | None]:
    """Return the state and the minutes that a form had shown."""
    state, _bar, rest = seen.partition("|")
    minutes = rest.partition("|")[0]
    return state, int(minutes) if minutes.isdecimal() and len(minutes) < 6 else None


def attendance_named(public_id: UUID) -> Attendance | None:
    """Return an entry by its opaque id, with its date and person."""
    found = Attendance.objects.select_related(
        "session__series__offer__provider__organisation", "enrolment__person", "enrolment__guest"
    )
    return found.filter(public_id=public_id, enrolment__state=Enrolment.State.ENROLLED).first()


def corrections_of(entry: Attendance) -> "QuerySet[AttendanceCorrection]":
    """Return the corrections of an entry, the first one first."""
    return AttendanceCorrection.objects.filter(attendance=entry).order_by("pk")


def names_of_authors(corrections: Iterable[AttendanceCorrection], entry: Attendance) -> dict[str, str]:
    """Return the names of who entered and corrected, for those who may see the list."""
    ids = {author for author in (entry.author, *(one.author for one in corrections)) if author}
    rows = Person.objects.filter(public_id__in=ids).values_list("public_id", "name")
    return {str(public_id): name for public_id, name in rows}


def attendance_of(enrolments: Iterable[Enrolment], at: datetime) -> dict[int, OwnAttendance]:
    """Return presence and completion of enrolments, by the key of the row; asks the database three times.

    The dates are as they hold. The caller has asked whether the reader may see each of them.
    """
    keys = [one.pk for one in enrolments]
    corrections = AttendanceCorrection.objects.order_by("pk")
    rows = list(
        Attendance.objects.filter(enrolment__in=keys)
        .select_related("session__venue")
        .annotate(any_layer=Exists(OverlaidSession.objects.all()))
        .prefetch_related(Prefetch("corrections", queryset=corrections))
    )
    dates = as_held([date_of(row) for row in rows], at)
    entries: dict[int, list[OwnEntry]] = {key: [] for key in keys}
    for date, row in sorted(zip(dates, rows, strict=True), key=lambda pair: (pair[0].starts_at, pair[1].pk)):
        entries[row.enrolment_id].append(OwnEntry(date, row, list(row.corrections.all())))
    done = {row.enrolment_id: row for row in Completion.objects.filter(enrolment__in=keys, withdrawn_at=None)}
    return {key: OwnAttendance(entries[key], done.get(key)) for key in keys}


def date_of(entry: Any) -> Session:
    """Return the date of an entry, marked as the entry is whether there is any layer at all."""
    date: Any = entry.session
    date.any_layer = entry.any_layer
    return cast(Session, date)


def who_entered(entry: Attendance | AttendanceCorrection, person: Person | None) -> str:
    """Return who made an entry, as the person whose it is reads it: nobody is named to them."""
    if not entry.author:
        return _("the organiser")
    if person is not None and entry.author == str(person.public_id):
        return _("you")
    return _("your teacher") if getattr(entry, "way", "") != Attendance.Way.CODE else _("somebody for you")


def code_of(session: Session) -> SessionCode | None:
    """Return the code of a date, if its teacher opened one."""
    return SessionCode.objects.filter(session=session).first()


def is_during(session: Session, at: datetime) -> bool:
    """Return whether a date takes place at this moment: only then its code opens anything."""
    return session.starts_at <= at < session.ends_at


def is_list_open(session: Session, at: datetime) -> bool:
    """Return whether the list of a date can be entered."""
    return session.starts_at - OPENS_BEFORE <= at <= session.ends_at + CLOSES_AFTER


def is_open_for_corrections(session: Session, at: datetime) -> bool:
    """Return whether entries of a date can be corrected."""
    return session.starts_at - OPENS_BEFORE <= at <= session.ends_at + CORRECTED_WITHIN


def own_enrolment_at(session: Session, person: Person) -> Enrolment | None:
    """Return the enrolment of a person at a date. The caller asks `can_use_code` before."""
    return (
        enrolled_at(session).filter(person=person).select_related("person", "intake").order_by("pk").first()
    )


def guest_enrolment_at(session: Session, link: str, at: datetime) -> Enrolment | None:
    """Return the enrolment at a date of whoever has this link: the link is the right."""
    return (
        enrolled_at(session)
        .filter(
            guest__in=guests_with(link),
            guest__confirmed_at__isnull=False,
            guest__erased_at=None,
            guest__ends_at__gt=at,
        )
        .select_related("guest", "intake")
        .order_by("pk")
        .first()
    )


def lists_of(sessions: Iterable[Session], organisation: str) -> dict[int, ListState]:
    """Return how far the lists of an organisation's own dates are, by the key of the row; two questions.

    Dates for which nobody is enrolled are left out, and so are those of others. The caller asks
    `can_take_any_attendance` before.
    """
    own = Session.objects.filter(
        pk__in=[one.pk for one in sessions], series__offer__provider__organisation__public_id=organisation
    )
    enrolled = Enrolment.objects.filter(
        Q(intake__session=OuterRef("pk")) | Q(intake__session=None, intake__series=OuterRef("series")),
        state=Enrolment.State.ENROLLED,
    )
    entered = Attendance.objects.filter(session=OuterRef("pk"))
    rows = own.annotate(enrolled=number_of(enrolled), entered=number_of(entered))
    return {
        pk: ListState(public_id, enrolled, entered)
        for pk, public_id, enrolled, entered in rows.values_list("pk", "public_id", "enrolled", "entered")
        if enrolled
    }


def number_of(rows: "QuerySet[Any]") -> Coalesce:
    """Return the question how many rows there are."""
    counted = rows.order_by().annotate(every=Value(1)).values("every").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
