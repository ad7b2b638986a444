"""Forget a person: their places become free, and nothing that stays leads to them."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from learningcity.core.actors import Actor
from learningcity.core.personal import ErasedPart
from learningcity.enrolment.actions.guests import forget_guest
from learningcity.enrolment.actions.leaving import leave
from learningcity.enrolment.models import (
    Attendance,
    AttendanceCorrection,
    Completion,
    Enrolment,
    Guest,
    StatusChange,
)
from learningcity.enrolment.queries.holdings import HOLDINGS, theirs
from learningcity.people.models import Person
from learningcity.people.queries.holding import Concerned, Holding, concerned

NAMELESS = "…"


@transaction.atomic
def forget_person(person: Person, *, by: Actor, at: datetime) -> list[ErasedPart]:
    """Give back what is still to come and cut what stays. Called while a person's data are erased."""
    who = concerned(person)
    counts = [(holding, holding.rows(who).count()) for holding in HOLDINGS]
    for one in Enrolment.objects.filter(person=person).order_by("intake_id", "pk"):
        leave(one, reason="erased", by=by, at=at)
    blank_words(who)
    # Guests go before the enrolments lose what leads to them.
    for guest in Guest.objects.filter(email__in=who.addresses).order_by("pk"):
        forget_guest(guest, by=by, at=at)
    for holding in HOLDINGS:
        if holding.cut is None and holding.key != "guests":
            holding.rows(who).delete()
    Enrolment.objects.filter(person=person).update(person=None, party=None, met=[], points=0)
    blank_author(who)
    return [part_of_erasure(holding, number) for holding, number in counts]


def part_of_erasure(holding: Holding, number: int) -> ErasedPart:
    """Say what became of the rows of one table."""
    if holding.cut is None:
        return ErasedPart(holding.label, removed=number)
    return ErasedPart(holding.label, kept=number, why_kept=holding.cut.why)


def blank_words(who: Concerned) -> None:
    """Take the words out of corrections: a teacher may have named somebody."""
    AttendanceCorrection.objects.filter(theirs(who, "attendance__enrolment__")).update(reason=NAMELESS)


def blank_author(who: Concerned) -> None:
    """Take the person's id out of what they did for themselves, for children or as a teacher."""
    written: tuple[QuerySet[StatusChange | Attendance | AttendanceCorrection | Completion], ...] = (
        StatusChange.objects.all(),
        Attendance.objects.all(),
        AttendanceCorrection.objects.all(),
        Completion.objects.all(),
    )
    for rows in written:
        rows.filter(author=who.own).update(author="")
