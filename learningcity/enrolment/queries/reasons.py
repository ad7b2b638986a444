"""Which published reasons somebody meets in a list by need, and with how many points."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from learningcity.catalogue.models import Session
from learningcity.core.actors import Actor, Channel, Right
from learningcity.enrolment.models import Criterion, Enrolment, Intake
from learningcity.people.queries.ages import city_day, years_old

Kind, State = Criterion.Kind, Enrolment.State
TWO_YEARS = timedelta(days=731)
RECORDS, SELF, DESK = "records", "self", "desk"
SAYABLE = (Kind.AREA, Kind.SAID)
"""What is not in the city's records: the person says so, or a helper at a desk has seen the proof."""

Met = dict[str, Any]


def criteria_on(intake: Intake, at: datetime) -> list[Criterion]:
    """Return the published reasons that hold on a day."""
    day = city_day(at)
    found = intake.criteria.filter(Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day)
    return list(found.order_by("pk"))


def source_of(by: Actor) -> str:
    """Return who says something: a helper at a desk, who has seen the proof, or the person's own side."""
    return DESK if by.right is Right.MANDATE and by.channel is Channel.DESK else SELF


def sayable(intake: Intake, by: Actor, at: datetime) -> list[Criterion]:
    """Return the reasons that somebody can say now: what needs a proof, at a desk alone."""
    kinds = SAYABLE if source_of(by) == DESK else (Kind.AREA,)
    return [one for one in criteria_on(intake, at) if one.kind in kinds]


def met_by_records(enrolment: Enrolment, criteria: Iterable[Criterion], at: datetime) -> list[Met]:
    """Return what somebody meets by what the city knows already: key, points and source."""
    tests = {Kind.AGE: is_of_age, Kind.NEVER_TOOK_PART: took_no_part, Kind.WAITED: waited_in_vain}
    return [
        said(one, RECORDS)
        for one in criteria
        if Kind(one.kind) in tests and tests[Kind(one.kind)](enrolment, one, at)
    ]


def said(criterion: Criterion, source: str) -> Met:
    """Return a reason that is met, as it is kept: who says so is part of it."""
    return {"key": criterion.key, "points": criterion.points, "source": source}


def points_of(met: Sequence[Met]) -> int:
    """Return the points of the reasons that somebody meets."""
    return sum(int(one["points"]) for one in met)


def is_of_age(enrolment: Enrolment, criterion: Criterion, at: datetime) -> bool:
    """Return whether somebody is of the age on the day on which they join; unknown is no."""
    who = enrolment.person or enrolment.guest
    if who is None or who.born_on is None:
        return False
    years = years_old(who.born_on, city_day(at))
    least = 0 if criterion.least is None else criterion.least
    return least <= years and (criterion.most is None or years <= criterion.most)


def took_no_part(enrolment: Enrolment, criterion: Criterion, at: datetime) -> bool:
    """Return whether a person had no place in anything that took place in the two years before."""
    if enrolment.person is None:
        return False
    of_late = Session.objects.filter(starts_at__gt=at - TWO_YEARS, starts_at__lte=at)
    had = Enrolment.objects.filter(person=enrolment.person, state=State.ENROLLED)
    had = had.filter(
        Q(intake__session=None, intake__series__sessions__in=of_late) | Q(intake__session__in=of_late)
    )
    return not had.exists()


def waited_in_vain(enrolment: Enrolment, criterion: Criterion, at: datetime) -> bool:
    """Return whether a person waited for the last run of the same offer and was never offered a place."""
    if enrolment.person is None:
        return False
    last = last_run(enrolment.intake, at)
    if last is None:
        return False
    there = Enrolment.objects.filter(person=enrolment.person, intake__series=last)
    return there.filter(state=State.WAITING).exists() and not there.filter(state=State.ENROLLED).exists()


def last_run(intake: Intake, at: datetime) -> int | None:
    """Return the run of the same offer that ended last (key of the row)."""
    others: QuerySet[Session] = Session.objects.filter(series__offer=intake.series.offer_id)
    ended = others.exclude(series=intake.series_id).values("series").annotate(ended=Max("ends_at"))
    return ended.filter(ended__lte=at).order_by("-ended", "-series").values_list("series", flat=True).first()


def reasons_in_words(enrolment: Enrolment) -> list[tuple[Criterion, Met | None]]:
    """Return the published reasons of an intake, each with what the person met of it, or None.

    For the person alone: the caller asks `can_answer_offer` before.
    """
    met = {one["key"]: one for one in enrolment.met}
    return [(one, met.get(one.key)) for one in enrolment.intake.criteria.order_by("pk")]
