"""What somebody who asks for places meets: who is there already, whose hold is over, who waits.

Asked under the lock of the intake.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import BigAutoField, Count, DateTimeField, Exists, Q, QuerySet

from learningcity.core.prepared import Asked, Question
from learningcity.enrolment.models import LIVING, Enrolment, Intake, StatusChange

State = Enrolment.State
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is there: living enrolments by person, holds that are over, and whether anybody waits."""

    there: dict[int, Enrolment] = field(default_factory=dict)
    over: list[Enrolment] = field(default_factory=list)
    is_awaited: bool = False


def scene_of(intake: Intake, persons: Collection[int], at: datetime) -> Scene:
    """Return what these persons (keys of rows) meet. Where there is nothing, short questions tell.

    Whether anybody waits is asked only while places are left: else it makes no difference.
    """
    question = ANYTHING_THERE if intake.places_left != 0 else SOMETHING_THERE
    if not any(question.is_true(intake=intake.pk, person=person, at=at) for person in persons):
        return Scene()
    waits = intake.places_left != 0 and is_awaited(intake)
    theirs = Q(person__in=list(persons), state__in=LIVING)
    rows = Enrolment.objects.filter(theirs | over(at), intake=intake).select_related(
        "person", "guest", "party"
    )
    found = list(rows.order_by("number"))
    ended = [one for one in found if is_over(one, at)]
    return Scene(
        there={
            one.person_id: one
            for one in found
            if one.person_id is not None and one.person_id in persons and not is_over(one, at)
        },
        over=ended,
        is_awaited=waits,
    )


def is_awaited(intake: Intake) -> bool:
    """Return whether somebody waits for a place."""
    return SOMEBODY_WAITS.is_true(intake=intake.pk)


def over(at: datetime) -> Q:
    """Return the condition of a hold that is over."""
    return Q(state=State.HELD, until_at__lte=at)


def is_over(enrolment: Enrolment, at: datetime) -> bool:
    """Return whether an enrolment is a hold that is over."""
    return enrolment.state == State.HELD and enrolment.until_at is not None and enrolment.until_at <= at


def holds_over(intake: Intake, at: datetime) -> "QuerySet[Enrolment]":
    """Return the holds of an intake that are over."""
    return Enrolment.objects.filter(over(at), intake=intake).select_related("person", "guest", "party")


def intakes_with_holds_over(at: datetime) -> "QuerySet[Intake]":
    """Return the intakes in which a hold is over."""
    return Intake.objects.filter(pk__in=Enrolment.objects.filter(over(at)).values("intake"))


def holds_of(persons: Collection[int], *, besides: Intake, at: datetime) -> int:
    """Return in how many other intakes these persons hold places at this moment."""
    held = Enrolment.objects.filter(person__in=list(persons), state=State.HELD, until_at__gt=at)
    held = held.exclude(intake=besides)
    return held.values("intake").distinct().count()


def have_held(persons: Collection[int], times: int, *, at: datetime) -> bool:
    """Return whether one of these persons began to hold places so many times in the hour before."""
    began = StatusChange.objects.filter(
        enrolment__person__in=list(persons), state=State.HELD, at__gt=at - AN_HOUR, at__lte=at
    )
    often = began.values("enrolment__person").annotate(times=Count("pk")).filter(times__gte=times)
    return often.exists()


def something() -> Q:
    """Return the condition that the person is there already, or a hold is over."""
    of = Enrolment.objects.filter(intake=Asked("intake", BigAutoField()))
    theirs = of.filter(person=Asked("person", BigAutoField()), state__in=LIVING)
    ended = of.filter(state=State.HELD, until_at__lte=Asked("at", DateTimeField()))
    return Q(Exists(theirs)) | Q(Exists(ended))


def waiting() -> "QuerySet[Enrolment]":
    """Return those who wait in an intake."""
    return Enrolment.objects.filter(intake=Asked("intake", BigAutoField()), state=State.WAITING)


def the_intake() -> "QuerySet[Intake]":
    """Return the intake in question."""
    return Intake.objects.filter(pk=Asked("intake", BigAutoField()))


SOMETHING_THERE = Question(lambda: the_intake().filter(something()))
ANYTHING_THERE = Question(lambda: the_intake().filter(something() | Q(Exists(waiting()))))
"""The same, or somebody waits: one question is shorter than two."""
SOMEBODY_WAITS = Question(waiting)
