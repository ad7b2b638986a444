"""From which age a child may do what: the published ages, and what guardians blocked or agreed to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from django.db.models import Q, QuerySet

from learningcity.city.queries.clock import city_day as city_day
from learningcity.city.queries.clock import city_zone as city_zone
from learningcity.people.models import AgeRule, GuardianConsent, GuardianLimit, Person, Purpose

MAJORITY = 18
DAY = timedelta(days=1)

# With a guardian's consent from, and alone from. A city changes them on its page of ages.
USUAL_AGES: dict[str, tuple[int, int]] = {
    Purpose.CONTACT: (13, 16),
    Purpose.PLACES: (11, 16),
    Purpose.ACCOUNT: (14, 18),
    Purpose.PLAN: (11, 14),
    Purpose.RECORD: (13, 16),
    Purpose.RECOGNITION: (14, 16),
    Purpose.DATA: (13, 16),
    Purpose.CONSENTS: (13, 16),
    Purpose.VOTE: (11, 14),
}


class Answer(StrEnum):
    """Whether somebody may do something without a guardian."""

    YES = "yes"
    WITH_CONSENT = "with_consent"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Ages:
    """From which age a child may do something with a guardian's consent, and from which alone."""

    purpose: Purpose
    with_consent_from: int
    alone_from: int


@dataclass(frozen=True, slots=True)
class Alone:
    """What a person may do without a guardian for one purpose, and why.

    WITH_CONSENT means that a guardian has to agree first; where one has agreed, the answer is YES.
    """

    ages: Ages
    answer: Answer
    is_blocked: bool = False
    has_consent: bool = False

    @property
    def purpose(self) -> Purpose:
        """What it is about."""
        return self.ages.purpose


def published_ages() -> list[Ages]:
    """Return the ages for every purpose: those the city set, else the usual ones."""
    own = {rule.purpose: (rule.with_consent_from, rule.alone_from) for rule in AgeRule.objects.all()}
    return [Ages(purpose, *own.get(purpose, USUAL_AGES[purpose])) for purpose in Purpose]


def ages_for(purpose: Purpose) -> Ages:
    """Return the ages for one purpose."""
    own = AgeRule.objects.filter(purpose=purpose).first()
    pair = (own.with_consent_from, own.alone_from) if own else USUAL_AGES[purpose]
    return Ages(Purpose(purpose), *pair)


def ages_in_order(ages: Ages) -> bool:
    """Return whether the ages can be published: consent first, then alone, by majority at the latest."""
    return 0 <= ages.with_consent_from <= ages.alone_from <= MAJORITY


def ages_changed_at() -> datetime | None:
    """Return when the city last changed its ages; None while the usual ones hold."""
    return AgeRule.objects.order_by("-changed_at").values_list("changed_at", flat=True).first()


def years_old(born_on: date, day: date) -> int:
    """Return the age in whole years; who was born on 29 February has the birthday on 1 March in common years.

    >>> years_old(date(2008, 2, 29), date(2026, 2, 28))
    17
    """
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def comes_of_age_on(born_on: date) -> date:
    """Return the day on which somebody comes of age.

    >>> comes_of_age_on(date(2008, 2, 29)), comes_of_age_on(date(2008, 3, 2))
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 2))
    """
    year = born_on.year + MAJORITY
    if (born_on.month, born_on.day) == (2, 29):
        return date(year, 2, 28) + DAY
    return born_on.replace(year=year)


def age_at(born_on: date, at: datetime) -> int:
    """Return the age at a moment, on the city's clock.

    The city is asked only around a birthday: no clock on earth is more than a day away from another.
    """
    day = at.astimezone(UTC).date()
    youngest, oldest = years_old(born_on, day - DAY), years_old(born_on, day + DAY)
    return youngest if youngest == oldest else years_old(born_on, city_day(at))


def is_of_age(person: Person, at: datetime) -> bool:
    """Return whether the person is of age; somebody whose birth date is not known is taken as an adult."""
    return person.born_on is None or age_at(person.born_on, at) >= MAJORITY


def may_alone(person: Person, purpose: Purpose, *, at: datetime) -> bool:
    """Return whether a person may do it without a guardian: adults may; minors by age, consent and blocks."""
    if person.born_on is None or (age := age_at(person.born_on, at)) >= MAJORITY:
        return True
    ages = ages_for(purpose)
    if age < ages.with_consent_from or is_blocked(person, purpose, city_day(at)):
        return False
    return age >= ages.alone_from or has_consent(person, purpose)


def what_alone(person: Person, *, at: datetime) -> list[Alone]:
    """Return for every purpose whether the person may do it without a guardian, and why."""
    if person.born_on is None or (age := age_at(person.born_on, at)) >= MAJORITY:
        return [Alone(ages, Answer.YES) for ages in published_ages()]
    blocked = set(open_blocks(person, city_day(at)).values_list("purpose", flat=True))
    agreed = set(open_consents(person).values_list("purpose", flat=True))
    return [alone(ages, age, blocked, agreed) for ages in published_ages()]


def alone(ages: Ages, age: int, blocked: Collection[str], agreed: Collection[str]) -> Alone:
    """Return the answer for one purpose at an age, with what guardians blocked ("": all) and agreed to."""
    is_blocked = "" in blocked or ages.purpose in blocked
    has_consent = ages.purpose in agreed
    if age < ages.with_consent_from or is_blocked:
        answer = Answer.NO
    elif age >= ages.alone_from or has_consent:
        answer = Answer.YES
    else:
        answer = Answer.WITH_CONSENT
    return Alone(ages, answer, is_blocked, has_consent)


def in_force(day: date) -> Q:
    """Return the condition of a limit that holds on a day."""
    return Q(Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day, lifted_at=None)


def open_blocks(person: Person, day: date) -> "QuerySet[GuardianLimit]":
    """Return the guardians' blocks that hold for a child."""
    return GuardianLimit.objects.filter(in_force(day), child=person, kind=GuardianLimit.Kind.BLOCK)


def open_consents(person: Person) -> "QuerySet[GuardianConsent]":
    """Return the consents of guardians that hold for a child."""
    return GuardianConsent.objects.filter(child=person, ended_at=None)


def is_blocked(person: Person, purpose: Purpose, day: date) -> bool:
    """Return whether a guardian's block holds."""
    return open_blocks(person, day).filter(purpose__in=("", purpose)).exists()


def has_consent(person: Person, purpose: Purpose) -> bool:
    """Return whether a guardian agreed that the child does it."""
    return open_consents(person).filter(purpose=purpose).exists()
