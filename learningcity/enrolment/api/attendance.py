"""Presence for an organisation's machines: the list of a date, and its entries; opened by a key."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.timezone import now
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from learningcity.catalogue.models import Session
from learningcity.core.wire import Wire, answers
from learningcity.enrolment.actions.attendance import LONGEST_REASON, Entry, take_attendance
from learningcity.enrolment.permissions.attendance import can_take_attendance
from learningcity.enrolment.queries.attendance import ListRow, session_list, session_named
from learningcity.enrolment.queries.held import session_as_held
from learningcity.people.api import OWN_WORDS, OrganisationKey

router = Router(tags=["attendance"])

KEYED = (401, 403, 429)
MOST_ENTRIES = 1000
Minutes = Annotated[int, Field(ge=1, le=50_000)]


class AttendanceOut(Wire):
    """Somebody enrolled at a date, and what was entered of them; `state` is null if nothing was.

    `seen` goes back with a change, so that nobody undoes what they did not see.
    """

    enrolment: UUID
    name: str
    companions: int
    state: str | None
    minutes: int | None
    way: str | None
    changed_at: datetime | None
    seen: str


class AttendanceListOut(Wire):
    """The list of a date: everybody enrolled, by name."""

    session: UUID
    starts_at: datetime
    ends_at: datetime
    status: str
    items: list[AttendanceOut]


class AttendanceIn(BaseModel):
    """What to enter of one enrolment. An entry that is there is corrected: give its `seen`."""

    model_config = ConfigDict(extra="forbid")

    enrolment: UUID
    state: Annotated[str, StringConstraints(max_length=8)]
    minutes: Minutes | None = None
    seen: Annotated[str, StringConstraints(max_length=80, pattern=OWN_WORDS)] = ""


class AttendanceListIn(BaseModel):
    """Entries of a date, all of them or none; `reason` is needed where an entry is corrected."""

    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[AttendanceIn], Field(min_length=1, max_length=MOST_ENTRIES)]
    reason: Annotated[str, StringConstraints(max_length=LONGEST_REASON, pattern=OWN_WORDS)] = ""


@router.get(
    "/sessions/{session_id}/attendance",
    response=answers(AttendanceListOut, *KEYED),
    auth=OrganisationKey("attendance.read"),
)
def attendance(request: HttpRequest, session_id: UUID) -> AttendanceListOut:
    """Who is enrolled at a date of the organisation, and who was there. Needs `attendance.read`."""
    return shown(own_session(request, session_id))


@router.post(
    "/sessions/{session_id}/attendance",
    response=answers(AttendanceListOut, *KEYED),
    auth=OrganisationKey("attendance.write"),
)
def attendance_post(request: HttpRequest, session_id: UUID, entries: AttendanceListIn) -> AttendanceListOut:
    """Enter or correct who was there, all or nothing, as on the list. Needs `attendance.write`."""
    session = own_session(request, session_id)
    wanted = [Entry(one.enrolment, one.state, one.minutes, one.seen) for one in entries.items]
    take_attendance(session, wanted, reason=entries.reason, by=request.actor, at=now())  # type: ignore[attr-defined]
    return shown(session)


def own_session(request: HttpRequest, session_id: UUID) -> Session:
    """Return a date of the key's organisation; of others nothing is said."""
    session = session_named(session_id)
    if session is None:
        raise Http404
    if not can_take_attendance(request.actor, session, now()):  # type: ignore[attr-defined]
        raise PermissionDenied
    return session


def shown(session: Session) -> AttendanceListOut:
    """Return the list of a date as it goes over the wire."""
    held = session_as_held(session, now())
    return AttendanceListOut(
        session=session.public_id,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        status=held.status,
        items=[shown_row(row) for row in session_list(session).rows],
    )


def shown_row(row: ListRow) -> AttendanceOut:
    """Return one line of the list as it goes over the wire."""
    entry = row.entry
    return AttendanceOut(
        enrolment=row.enrolment.public_id,
        name=row.name,
        companions=row.enrolment.companions,
        state=entry.state if entry else None,
        minutes=entry.minutes if entry else None,
        way=entry.way if entry else None,
        changed_at=entry.changed_at if entry else None,
        seen=row.seen,
    )
