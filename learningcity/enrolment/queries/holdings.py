"""What the tables of enrolment hold about a person, in the order of the page "My data"."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from learningcity.core.personal import Kept
from learningcity.enrolment.models import (
    Attendance,
    AttendanceCorrection,
    CalendarAddress,
    Completion,
    Enrolment,
    Guest,
    OverlapChoice,
    ReminderChoice,
    StatusChange,
)
from learningcity.people.queries.holding import Concerned, Cut, Holding, doer

COUNTED = _("Places and presence stay counted, without anything that leads to you.")
OF_A_TITLE = "intake__series__offer"

More = Callable[[Any, Concerned], Mapping[str, Any]]


def title_of(enrolment: Enrolment) -> str:
    """Return what an enrolment is in."""
    return enrolment.intake.series.offer.title


def titled(path: str) -> More:
    """Return what says in which offer a record belongs; `path` leads to its enrolment."""
    return lambda row, who: {"offer": title_of(getattr(row, path))}


def titled_and_done(path: str) -> More:
    """Return what says the offer, and who wrote the record."""
    return lambda row, who: {"offer": title_of(getattr(row, path)), "by": doer(row.author, who)}


def of_correction(row: AttendanceCorrection, who: Concerned) -> Mapping[str, Any]:
    """Say the offer, and who corrected."""
    return {"offer": title_of(row.attendance.enrolment), "by": doer(row.author, who)}


def theirs(who: Concerned, path: str = "") -> Q:
    """Return the condition of what belongs to a person: by their entry, or as a guest with their address."""
    return Q(**{f"{path}person": who.person}) | Q(**{f"{path}guest__email__in": who.addresses})


HOLDINGS = (
    Holding(
        "enrolments",
        _("Your places and waiting lists"),
        lambda who: Enrolment.objects.filter(theirs(who)).select_related(OF_A_TITLE),
        more=lambda row, who: {"offer": title_of(row)},
        change="enrolment:place_list",
        cut=Cut(COUNTED, None),
    ),
    Holding(
        "enrolment_history",
        _("What happened to them"),
        lambda who: StatusChange.objects.filter(theirs(who, "enrolment__")).select_related(
            f"enrolment__{OF_A_TITLE}"
        ),
        without=("author", "organisation"),
        more=titled_and_done("enrolment"),
        cut=Cut(COUNTED, None),
    ),
    Holding(
        "attendance",
        _("When you were there"),
        lambda who: Attendance.objects.filter(theirs(who, "enrolment__")).select_related(
            f"enrolment__{OF_A_TITLE}"
        ),
        without=("author",),
        more=titled_and_done("enrolment"),
        cut=Cut(COUNTED, None),
    ),
    Holding(
        "attendance_corrections",
        _("What was corrected about it"),
        lambda who: AttendanceCorrection.objects.filter(
            theirs(who, "attendance__enrolment__")
        ).select_related(f"attendance__enrolment__{OF_A_TITLE}"),
        without=("author",),
        more=of_correction,
        cut=Cut(COUNTED, None),
    ),
    Holding(
        "completions",
        _("What you completed"),
        lambda who: Completion.objects.filter(theirs(who, "enrolment__")).select_related(
            f"enrolment__{OF_A_TITLE}"
        ),
        without=("author",),
        more=titled_and_done("enrolment"),
        cut=Cut(COUNTED, None),
    ),
    Holding(
        "overlaps",
        _("What you chose where times overlap"),
        lambda who: OverlapChoice.objects.filter(theirs(who, "earlier__")).select_related(
            f"earlier__{OF_A_TITLE}"
        ),
        more=titled("earlier"),
    ),
    Holding(
        "reminders",
        _("When you want to be reminded"),
        lambda who: ReminderChoice.objects.filter(person=who.person),
    ),
    Holding(
        "calendar_address",
        _("The address of your calendar"),
        lambda who: CalendarAddress.objects.filter(person=who.person),
    ),
    Holding(
        "guests",
        _("Where you enrolled without an account"),
        lambda who: Guest.objects.filter(email__in=who.addresses),
        without=("link_digest", "next_digest"),
    ),
)

TASK_OF_THE_CITY = _("The city's task to help people learn, by its own law.")

KEPT = (
    Kept(
        "enrolment.places",
        _("Your places, waiting lists and presence"),
        (
            "enrolment.enrolment",
            "enrolment.statuschange",
            "enrolment.attendance",
            "enrolment.attendancecorrection",
            "enrolment.completion",
            "enrolment.overlapchoice",
        ),
        _("To keep your place, to give places fairly, and to show what you completed."),
        TASK_OF_THE_CITY,
        _("As long as you have an account."),
        _("A place that is still to come is given back. Numbers stay, without anything that leads to you."),
        position=40,
    ),
    Kept(
        "enrolment.reminders",
        _("Your reminders and the address of your calendar"),
        ("enrolment.reminderchoice", "enrolment.calendaraddress"),
        _("To remind you when you want it."),
        _("Your consent, which you can withdraw at any moment."),
        _("Until you change them."),
        _("They are deleted."),
        position=41,
    ),
    Kept(
        "enrolment.guests",
        _("Who enrolled without an account"),
        ("enrolment.guest",),
        _("To keep the place and to send the link to it."),
        TASK_OF_THE_CITY,
        _("24 hours if the link is not used; else until 60 days after the last date."),
        _("Name, address and date of birth are deleted."),
        position=42,
    ),
)
