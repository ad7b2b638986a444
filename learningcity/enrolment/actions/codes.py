"""The code of a date: shown by the teacher in the room, typed by those who are there."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import constant_time_compare

from learningcity.catalogue.models import Session
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.enrolment.actions.attendance import Entry, Line, entered, locked, settle_what_is_over
from learningcity.enrolment.actions.attendance_refusals import (
    CodeLocked,
    CodeNotOpen,
    CodeWrong,
    DateCancelled,
    EnteredOtherwise,
    NotDuring,
    NotEnrolledHere,
    NotEntered,
)
from learningcity.enrolment.models import Attendance, Enrolment, SessionCode
from learningcity.enrolment.permissions.attendance import can_take_attendance, can_use_code
from learningcity.enrolment.queries.attendance import (
    OPENS_BEFORE,
    guest_enrolment_at,
    is_during,
    own_enrolment_at,
)
from learningcity.enrolment.queries.completion import NOT_HELD
from learningcity.people.models import Person

SIGNS = 6
TRIES = 5
LOCKED_FOR = timedelta(minutes=15)


@transaction.atomic
def open_code(session: Session, *, code: str, by: Actor, at: datetime) -> SessionCode:
    """Give a date a code, or another one; chance is passed in. It works only while the date takes place.

    Raises PermissionDenied, DateCancelled or CodeNotOpen; ValueError for what is no code of six figures.
    """
    if not can_take_attendance(by, session, at):
        raise PermissionDenied
    if len(code) != SIGNS or not (code.isascii() and code.isdecimal()):
        raise ValueError("a code has six figures")
    held = locked(session, at)
    if held.status in NOT_HELD:
        raise DateCancelled(held)
    if not held.starts_at - OPENS_BEFORE <= at < held.ends_at:
        raise CodeNotOpen(held)
    made, _is_new = SessionCode.objects.update_or_create(session=held, defaults={"code": code, "made_at": at})
    record("enrolment.code_opened", by=by, about=held, at=at)
    return made


def use_code(person: Person, session: Session, code: str, *, by: Actor, at: datetime) -> Attendance:
    """Mark somebody as present by the code in the room.

    Raises PermissionDenied, NotEnrolledHere, NotDuring, DateCancelled, CodeWrong, CodeLocked after five wrong
    ones, or EnteredOtherwise.
    """
    if not can_use_code(by, person, at):
        raise PermissionDenied
    return marked(own_enrolment_at(session, person), session, code, by=by, at=at)


def use_code_as_guest(link: str, session: Session, code: str, *, by: Actor, at: datetime) -> Attendance:
    """Mark whoever has this link as present; the link is the right. Raises the refusals of `use_code`."""
    return marked(guest_enrolment_at(session, link, at), session, code, by=by, at=at)


def marked(
    enrolment: Enrolment | None, session: Session, code: str, *, by: Actor, at: datetime
) -> Attendance:
    """Mark an enrolment as present, or raise why not."""
    if enrolment is None:
        raise NotEnrolledHere(session)
    # A wrong code is counted for good: what refuses it must not undo the count.
    found = tried(enrolment, session, code, by=by, at=at)
    if isinstance(found, NotEntered):
        raise found
    return found


@transaction.atomic
def tried(
    enrolment: Enrolment, session: Session, code: str, *, by: Actor, at: datetime
) -> Attendance | NotEntered:
    """Try a code; return the entry, or why there is none."""
    held = locked(session, at)
    if held.status in NOT_HELD:
        return DateCancelled(held)
    if not Enrolment.objects.filter(pk=enrolment.pk, state=Enrolment.State.ENROLLED).exists():
        return NotEnrolledHere(held)
    shown = SessionCode.objects.filter(session=held).first()
    if shown is None or not is_during(held, at):
        return NotDuring(held)
    if not is_right(code, shown.code, who=enrolment.public_id):
        return CodeLocked(held) if is_locked(enrolment.public_id) else CodeWrong(held, field="code")
    there = Attendance.objects.filter(enrolment=enrolment, session=held).first()
    if there is not None:
        is_in = there.state == Attendance.State.PRESENT
        return there if is_in else EnteredOtherwise(held, state=there.get_state_display())
    line = Line(enrolment, None, Entry(enrolment.public_id, Attendance.State.PRESENT))
    made = entered(line, held, way=Attendance.Way.CODE, by=by, at=at)
    record("enrolment.code_used", by=by, about=made, at=at)
    settle_what_is_over([enrolment], by=by, at=at)
    return made


def is_right(typed: str, code: str, *, who: UUID) -> bool:
    """Return whether the code fits and the person is not locked out; count a wrong one."""
    if is_locked(who):
        return False
    if constant_time_compare("".join(typed.split())[: SIGNS + 1], code):
        return True
    # The date is locked: of many tries at one moment none is left uncounted.
    cache.set(key_of(who), cache.get(key_of(who), 0) + 1, LOCKED_FOR.total_seconds())
    return False


def is_locked(who: UUID) -> bool:
    """Return whether there were too many wrong codes."""
    return cache.get(key_of(who), 0) >= TRIES


def key_of(who: UUID) -> str:
    """Return under which name tries of an enrolment are counted."""
    return f"enrolment.code:{who}"
