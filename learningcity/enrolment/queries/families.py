"""Whom somebody can enrol: themselves and those they stand for, or the person they act for."""

from dataclasses import dataclass
from datetime import datetime

from learningcity.core.actors import Actor, Right
from learningcity.people.models import Person, Purpose
from learningcity.people.queries.ages import age_at
from learningcity.people.queries.guardians import wards_of
from learningcity.people.queries.persons import person_acting, person_at_hand


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be enrolled; `is_self`: whoever reads the page, or the person they act for."""

    person: Person
    is_self: bool
    age: int | None

    @property
    def key(self) -> str:
        """The opaque id of the person."""
        return str(self.person.public_id)


def candidates(by: Actor, *, at: datetime) -> list[Candidate]:
    """Return whom somebody can enrol, first the person at hand, then those they stand for.

    Whether each of them may, and at which age, is for the permission and the action to say.
    """
    if by.right in (Right.GUARDIAN, Right.MANDATE):
        person = person_at_hand(by)
        return [candidate(person, at, is_self=True)] if person else []
    person = person_acting(by)
    if person is None:
        return []
    wards = [ward.child for ward in wards_of(person, at=at) if Purpose.PLACES not in ward.forbidden]
    return [candidate(person, at, is_self=True), *(candidate(child, at) for child in wards)]


def candidate(person: Person, at: datetime, *, is_self: bool = False) -> Candidate:
    """Return a person with their age."""
    return Candidate(person, is_self, age_at(person.born_on, at) if person.born_on else None)
