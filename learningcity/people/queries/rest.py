"""Who has not used the city for years, and what comes next for them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from learningcity.people.models import Mandate, Membership, Person
from learningcity.people.queries.guardians import held_guardianships
from learningcity.people.queries.mandates import holding
from learningcity.people.signals import person_last_active

REST_YEARS = 3
REST = timedelta(days=365 * REST_YEARS)
FIRST_WARNING = timedelta(days=60)
LAST_WARNING = timedelta(days=14)
PERSONS_A_BATCH = 200


def resting(*, after: int, at: datetime) -> list[Person]:
    """Return the next persons who, as far as their entry says, have rested long enough to be warned.

    Never somebody for whom a guardian stands, who has a role, or who gave a mandate that holds.
    """
    since = at.date() - (REST - FIRST_WARNING)
    found = at_rest(at=at).filter(Q(rested_from__lte=since), pk__gt=after)
    return list(found.order_by("pk")[:PERSONS_A_BATCH])


def at_rest(*, at: datetime) -> "QuerySet[Person]":
    """Return the living entries that may rest, with the day from which they do."""
    roles = Membership.objects.filter(
        Q(until_on=None) | Q(until_on__gte=at.date()), person=OuterRef("pk"), ended_at=None
    )
    guarded = held_guardianships(at=at).filter(child=OuterRef("pk"))
    mandates = Mandate.objects.filter(holding(at), person=OuterRef("pk"))
    return Person.objects.annotate(rested_from=Coalesce("last_active_on", TruncDate("created_at"))).filter(
        ~Exists(roles), ~Exists(guarded), ~Exists(mandates), state=Person.State.ACTIVE
    )


def last_active(persons: Sequence[Person]) -> dict[int, date]:
    """Return when persons were last active: the newest day that their entry or any room knows."""
    newest = {person.pk: person.last_active_on or person.created_at.date() for person in persons}
    answers: list[tuple[Any, Any]] = person_last_active.send(sender=Person, persons=list(newest))
    for _receiver, days in answers:
        merge_newest(newest, days or {})
    return newest


def merge_newest(newest: dict[int, date], days: Mapping[int, date]) -> None:
    """Take over what is newer."""
    for key, day in days.items():
        if key in newest:
            newest[key] = max(newest[key], day)


def next_step(person: Person, active_on: date, day: date) -> str:
    """Return what comes next for a person at rest: "first", "last", "anonymous", "awake" or "" for nothing.

    Each warning gives its full time, even if the schedule stood still for years.

    >>> sleeper = Person(idle_warnings=0)
    >>> next_step(sleeper, date(2020, 1, 1), date(2026, 1, 1))
    'first'
    """
    warned_on = person.idle_warned_on or active_on
    if person.idle_warnings and active_on > warned_on:
        return "awake"
    rested, waited = day - active_on, day - warned_on
    if person.idle_warnings == 0:
        return "first" if rested >= REST - FIRST_WARNING else ""
    if person.idle_warnings == 1:
        is_due = rested >= REST - LAST_WARNING and waited >= FIRST_WARNING - LAST_WARNING
        return "last" if is_due else ""
    return "anonymous" if rested >= REST and waited >= LAST_WARNING else ""
