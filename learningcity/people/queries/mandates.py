"""Questions about mandates: which hold, which wait for an answer, what they allow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from learningcity.people.models import Contact, Mandate, Organisation, Person, Purpose
from learningcity.people.queries.actors import HELPING_ROLES, held_memberships
from learningcity.people.queries.contacts import Way

ASKING_LASTS = timedelta(days=7)
ALLOWED = [purpose for purpose in Purpose if purpose is not Purpose.VOTE]
"""What a mandate may name: nobody votes for another."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The answer for one purpose: yes until a moment, no, or not known because the person was asked."""

    purpose: Purpose
    answer: str
    until: datetime | None = None


def holding(at: datetime) -> Q:
    """Return the condition of a mandate that holds at a moment.

    What was allowed before the person came of age was a guardian's or a child's word: it holds no more.
    """
    own_word = Q(person__came_of_age_at=None) | Q(given_at__gte=F("person__came_of_age_at"))
    return Q(own_word, given_at__lte=at, ends_at__gt=at, ended_at=None)


def waiting(at: datetime) -> Q:
    """Return the condition of a mandate that was asked for and waits for the person's answer."""
    return Q(given_at=None, ended_at=None, asked_at__gt=at - ASKING_LASTS)


def mandates_of(person: Person, *, at: datetime) -> "QuerySet[Mandate]":
    """Return the mandates of a person that hold or wait for an answer, the newest first."""
    found = Mandate.objects.filter(holding(at) | waiting(at), person=person)
    return found.select_related("organisation", "scan").prefetch_related("purposes").order_by("-pk")


def past_mandates_of(person: Person, *, at: datetime) -> "QuerySet[Mandate]":
    """Return the mandates of a person that have ended or were never given, the newest first."""
    found = Mandate.objects.filter(person=person).exclude(holding(at) | waiting(at))
    return found.select_related("organisation", "scan").prefetch_related("purposes").order_by("-pk")


def mandates_to(organisation_id: str, person: Person, *, at: datetime) -> "QuerySet[Mandate]":
    """Return the mandates between a person and one organisation that hold or wait for an answer."""
    return mandates_of(person, at=at).filter(organisation__public_id=organisation_id)


def mandate_of(person: Person, public_id: str | UUID, *, at: datetime) -> Mandate | None:
    """Return one mandate of a person, as long as it holds or waits for an answer."""
    return mandates_of(person, at=at).filter(public_id=public_id).first()


def mandate_with_id(public_id: str | UUID) -> Mandate | None:
    """Return a mandate by its opaque id, whatever became of it; who may use it is asked of permissions."""
    found = Mandate.objects.select_related("person", "organisation", "scan").prefetch_related("purposes")
    return found.filter(public_id=public_id).first()


def longest_mandate(organisation_id: str, person: Person, *, at: datetime) -> Mandate | None:
    """Return the mandate between a person and an organisation that holds longest."""
    held = Mandate.objects.filter(
        holding(at), person=person, organisation__public_id=organisation_id, person__state="active"
    )
    return held.select_related("organisation", "person").order_by("-ends_at", "-pk").first()


def what_is_allowed(mandates: Iterable[Mandate]) -> list[Allowed]:
    """Return, for every purpose, what these mandates allow: yes until when, not known, or no."""
    until: dict[str, datetime] = {}
    asked: set[str] = set()
    for mandate in mandates:
        for row in mandate.purposes.all():
            if mandate.ends_at is None:
                asked.add(row.purpose)
            else:
                until[row.purpose] = max(mandate.ends_at, until.get(row.purpose, mandate.ends_at))
    return [
        Allowed(purpose, answer_for(purpose, until, asked), until.get(purpose))
        for purpose in Purpose
        if purpose is not Purpose.VOTE
    ]


def answer_for(purpose: Purpose, until: dict[str, datetime], asked: set[str]) -> str:
    """Return yes, no, or unknown while the person has not answered."""
    if purpose in until:
        return "yes"
    return "unknown" if purpose in asked else "no"


def organisations_that_help(*, at: datetime) -> "QuerySet[Organisation]":
    """Return the organisations to which a person can give a mandate: those with somebody at a desk now."""
    helping = held_memberships(at=at).filter(role__in=HELPING_ROLES)
    return Organisation.objects.filter(pk__in=helping.values("organisation")).order_by("name", "pk")


def way_for_code(person: Person) -> Way | None:
    """Return how a secret code reaches a person: only at a confirmed address, the chosen one first."""
    contact = Contact.objects.filter(person=person).first()
    if contact is None:
        return None
    ways = [
        Way(Contact.Channel.MAIL, contact.email, contact.language, contact.email_confirmed_at is not None),
        Way(Contact.Channel.SMS, contact.phone, contact.language, contact.phone_confirmed_at is not None),
    ]
    ways.sort(key=lambda way: way.channel != contact.channel)
    return next((way for way in ways if way.address and way.is_confirmed), None)


def is_mandate_of_another(person: Person, public_id: UUID) -> bool:
    """Return whether a mandate was given, or is asked for, by somebody else."""
    return Mandate.objects.filter(public_id=public_id).exclude(person=person).exists()
