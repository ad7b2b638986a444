"""From which age a child may do what: the published ages, and what guardians blocked or agreed to."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from learningcity.people.models import AgeRule, GuardianConsent, GuardianLimit, Person, Purpose

MAJORITY = 18

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


@dataclass(frozen=True, slots=True)
class Ages:
    """From which age a child may do something with a guardian's consent, and from which alone."""

    purpose: Purpose
    with_consent_from: int
    alone_from: int


def published_ages() -> list[Ages]:
    """Return the ages for every purpose: those the city set, else the usual ones."""
    own = {rule.purpose: (rule.with_consent_from, rule.alone_from) for rule in AgeRule.objects.all()}
    return [Ages(purpose, *own.get(purpose, USUAL_AGES[purpose])) for purpose in Purpose]


def ages_for(purpose: Purpose) -> Ages:
    """Return the ages for one purpose."""
    own = AgeRule.objects.filter(purpose=purpose).first()
    pair = (own.with_consent_from, own.alone_from) if own else USUAL_AGES[purpose]
    return Ages(purpose, *pair)


def years_old(born_on: date, day: date) -> int:
    """Return the age in whole years; who was born on 29 February has the birthday on 1 March in common years.

    >>> years_old(date(2008, 2, 29), date(2026, 2, 28))
    17
    """
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def may_alone(person: Person, purpose: Purpose, *, at: datetime) -> bool:
    """Return whether a person may do it without a guardian: adults may; minors by age, consent and blocks."""
    day = at.date()
    if person.born_on is None or (age := years_old(person.born_on, day)) >= MAJORITY:
        return True
    ages = ages_for(purpose)
    if age < ages.with_consent_from or is_blocked(person, purpose, day):
        return False
    return age >= ages.alone_from or has_consent(person, purpose)


def is_blocked(person: Person, purpose: Purpose, day: date) -> bool:
    """Return whether a guardian's block holds."""
    return GuardianLimit.objects.filter(
        Q(until_on=None) | Q(until_on__gte=day),
        Q(purpose="") | Q(purpose=purpose),
        child=person,
        kind=GuardianLimit.Kind.BLOCK,
        from_on__lte=day,
        lifted_at=None,
    ).exists()


def has_consent(person: Person, purpose: Purpose) -> bool:
    """Return whether a guardian agreed that the child does it."""
    return GuardianConsent.objects.filter(child=person, purpose=purpose, ended_at=None).exists()
