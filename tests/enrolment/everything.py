"""One row about a person in every table of enrolment; tests/people/everything.py gathers them."""

from datetime import timedelta

from learningcity.enrolment.models import (
    Attendance,
    AttendanceCorrection,
    CalendarAddress,
    Completion,
    Guest,
    OverlapChoice,
    ReminderChoice,
    StatusChange,
)
from tests.enrolment import factories

MARK = "merrow"


def enrolment(w):
    return factories.enrolment(factories.intake(at=w.at), w.person, at=w.at, met=[f"said {MARK}"], points=7)


def change(w):
    return StatusChange.objects.create(
        enrolment=w.row("enrolment.enrolment"),
        state="enrolled",
        reason="accepted",
        right="self",
        channel="web",
        author=w.own,
        at=w.at,
    )


def attendance(w):
    found = w.row("enrolment.enrolment")
    return Attendance.objects.create(
        enrolment=found,
        session=factories.SessionFactory(series=found.intake.series),
        state="part",
        minutes=35,
        way="list",
        author=w.own,
        taken_at=w.at,
        changed_at=w.at,
    )


def correction(w):
    return AttendanceCorrection.objects.create(
        attendance=w.row("enrolment.attendance"),
        before="absent",
        after="part",
        reason=f"something about {MARK}",
        author=w.own,
        corrected_at=w.at,
    )


def completion(w):
    return Completion.objects.create(
        enrolment=w.row("enrolment.enrolment"),
        rule="share",
        percent=83,
        minutes=247,
        author=w.own,
        completed_at=w.at,
    )


def overlap(w):
    return OverlapChoice.objects.create(
        earlier=w.row("enrolment.enrolment"),
        later=factories.enrolment(factories.intake(at=w.at), w.person, at=w.at),
        choice="keep",
        chosen_at=w.at,
    )


def guest(w):
    return Guest.objects.create(
        name="Quillon Merrow",
        email="quillon@merrow.example",
        link_digest="e" * 64,
        next_digest="f" * 64,
        asked_at=w.at,
        ends_at=w.at + timedelta(days=1),
    )


MAKERS = {
    "enrolment.enrolment": enrolment,
    "enrolment.statuschange": change,
    "enrolment.attendance": attendance,
    "enrolment.attendancecorrection": correction,
    "enrolment.completion": completion,
    "enrolment.overlapchoice": overlap,
    "enrolment.reminderchoice": lambda w: ReminderChoice.objects.create(
        person=w.person, hours=48, changed_at=w.at
    ),
    "enrolment.calendaraddress": lambda w: CalendarAddress.objects.create(
        person=w.person, digest="c" * 64, made_at=w.at
    ),
    "enrolment.guest": guest,
}
