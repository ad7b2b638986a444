"""What is checked before somebody gets a place: whether the intake is open, and whom it is for.

Nothing is locked for it: what races (places, who is there already) is checked again under the lock.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.utils.formats import date_format

from learningcity.enrolment.actions.refusals import (
    BirthDateMissing,
    CalledOff,
    NamedTwice,
    NobodyNamed,
    NoLongerOpen,
    NotOpen,
    NotOpenYet,
    NotPossible,
    PartyTooLarge,
    Past,
    TooManyCompanions,
    TooOld,
    TooYoung,
)
from learningcity.enrolment.models import Intake
from learningcity.enrolment.queries.terms import Terms, is_past
from learningcity.people.models import Person
from learningcity.people.queries.ages import age_at, city_day, city_zone


class Named(Protocol):
    """A person, or somebody without an account."""

    @property
    def name(self) -> str:
        """What they are called."""

    @property
    def born_on(self) -> date | None:
        """When they were born, if it is known."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who wants a place, and how many come along."""

    person: Person
    companions: int = 0

    def places_in(self, intake: Intake) -> int:
        """Return how many places they take."""
        return places_for(intake, self.companions)


def places_for(intake: Intake, companions: int) -> int:
    """Return how many places somebody takes who brings so many."""
    return 1 + companions if intake.companions_take_places else 1


def check_group(intake: Intake, applicants: Sequence[Applicant]) -> None:
    """Check who was named together: somebody, each once, not too many, with companions as allowed.

    Raises NobodyNamed, NamedTwice, TooManyCompanions, or PartyTooLarge.
    """
    if not applicants:
        raise NobodyNamed(intake)
    pk, number = Counter(one.person.pk for one in applicants).most_common(1)[0]
    if number > 1:
        raise NamedTwice(intake, name=next(one.person.name for one in applicants if one.person.pk == pk))
    for one in applicants:
        check_companions(intake, one.person.name, one.companions)
    number = len(applicants) + sum(one.companions for one in applicants)
    if number > intake.largest_party:
        raise PartyTooLarge(intake, number=number, most=intake.largest_party)


def check_places(intake: Intake, applicants: Sequence[Applicant]) -> None:
    """Raise PartyTooLarge for those who want more places together than there ever are."""
    check_size(intake, sum(one.places_in(intake) for one in applicants))


def check_size(intake: Intake, number: int) -> None:
    """Raise PartyTooLarge for more places together than there ever are; one alone may wait for more."""
    most = None if intake.places is None else max(1, intake.places)
    if most is not None and number > most:
        raise PartyTooLarge(intake, number=number, most=most)


def check_companions(intake: Intake, name: str, companions: int) -> None:
    """Raise TooManyCompanions for more, or fewer than none."""
    if not 0 <= companions <= intake.most_companions:
        raise TooManyCompanions(
            intake, name=name, number=companions, most=intake.most_companions, field="companions"
        )


def check_open(intake: Intake, terms: Terms, at: datetime) -> None:
    """Check that places are given at this moment.

    Raises CalledOff, Past, NotOpen, NotOpenYet, or NoLongerOpen.
    """
    if terms.is_called_off or intake.decision == Intake.Decision.CANCELLED:
        raise CalledOff(intake)
    if is_past(terms, at):
        raise Past(intake)
    if not intake.is_open or not terms.is_published:
        raise NotOpen(intake)
    check_window(intake, terms, at)


def check_window(intake: Intake, terms: Terms, at: datetime) -> None:
    """Raise NotOpenYet before and NoLongerOpen after the time in which one may enrol."""
    if intake.opens_at and at < intake.opens_at:
        raise NotOpenYet(intake, day=moment_in_words(intake.opens_at))
    if intake.closes_at and at >= intake.closes_at:
        raise NoLongerOpen(intake, day=moment_in_words(intake.closes_at))
    if terms.enrol_from_on is None and terms.enrol_until_on is None:
        return
    today = city_day(at)
    if terms.enrol_from_on and today < terms.enrol_from_on:
        raise NotOpenYet(intake, day=date_format(terms.enrol_from_on))
    if terms.enrol_until_on and today > terms.enrol_until_on:
        raise NoLongerOpen(intake, day=date_format(terms.enrol_until_on))


def moment_in_words(moment: datetime) -> str:
    """Return a moment on the city's clock, in the reader's language."""
    return date_format(moment.astimezone(city_zone()), "DATETIME_FORMAT")


def refusal_for(intake: Intake, terms: Terms, who: Named, at: datetime) -> NotPossible | None:
    """Return why the offer is not for somebody, by their age on the first day, or None."""
    lowest, highest = terms.ages
    if not intake.checks_age or (lowest is None and highest is None):
        return None
    if who.born_on is None:
        return BirthDateMissing(intake, name=who.name)
    age = age_at(who.born_on, terms.starts_at or at)
    if lowest is not None and age < lowest:
        return TooYoung(intake, name=who.name, age=age, limit=lowest)
    if highest is not None and age > highest:
        return TooOld(intake, name=who.name, age=age, limit=highest)
    return None
