"""Invented residents of a demonstration, entered many at a time. Marked as synthetic for good."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.people.models import (
    Characteristic,
    Consent,
    ConsentPurpose,
    Contact,
    Guardianship,
    Person,
    Pseudonym,
    Source,
)
from learningcity.people.permissions.logins import can_open_demo_login

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class SyntheticResident:
    """An invented resident; `key` is theirs for good, `guardians` are keys of others."""

    key: str
    name: str
    born_on: date
    channel: str = "none"
    email: str = ""
    phone: str = ""
    address: str = ""
    language: str = "en"
    characteristics: dict[str, str] = field(default_factory=dict)
    guardians: tuple[str, ...] = ()

    @property
    def public_id(self) -> UUID:
        """The id that belongs to the key."""
        return synthetic_id(self.key)


def synthetic_id(key: str) -> UUID:
    """Return the public id of the invented person with this key."""
    return uuid5(NAMESPACE_URL, f"learningcity:synthetic:{key}")


@transaction.atomic
def enter_synthetic_residents(residents: Sequence[SyntheticResident], *, by: Actor, at: datetime) -> int:
    """Enter invented residents with contacts, characteristics and guardians; return how many were new.

    Whoever is there already, known by the key, is left as they are. Raises PermissionDenied for anybody but
    the operator.
    """
    if not can_open_demo_login(by):
        raise PermissionDenied
    there = set(Person.objects.filter(is_synthetic=True).values_list("public_id", flat=True))
    new = [resident for resident in residents if resident.public_id not in there]
    persons = Person.objects.bulk_create([person_of(resident, at) for resident in new], AT_ONCE)
    Contact.objects.bulk_create(
        [contact_of(resident, person, at) for resident, person in zip(new, persons, strict=True)], AT_ONCE
    )
    pseudonyms = Pseudonym.objects.bulk_create([Pseudonym(person=person) for person in persons], AT_ONCE)
    Characteristic.objects.bulk_create(
        [
            Characteristic(key=pseudonym.key, kind=kind, value=value, said_on=at.date())
            for resident, pseudonym in zip(new, pseudonyms, strict=True)
            for kind, value in resident.characteristics.items()
        ],
        AT_ONCE,
    )
    Consent.objects.bulk_create(
        [consent_of(resident, person, at) for resident, person in zip(new, persons, strict=True)], AT_ONCE
    )
    enter_guardians(residents, at)
    record("people.synthetic_residents_entered", by=by, at=at)
    return len(new)


def person_of(resident: SyntheticResident, at: datetime) -> Person:
    """Return the row of an invented resident."""
    return Person(
        public_id=resident.public_id,
        name=resident.name,
        born_on=resident.born_on,
        is_synthetic=True,
        created_at=at,
        last_active_on=at.date(),
    )


def contact_of(resident: SyntheticResident, person: Person, at: datetime) -> Contact:
    """Return how an invented resident is reached."""
    return Contact(
        person=person,
        email=resident.email,
        email_confirmed_at=at if resident.email else None,
        phone=resident.phone,
        address=resident.address,
        channel=resident.channel,
        language=resident.language,
        changed_at=at,
    )


def consent_of(resident: SyntheticResident, person: Person, at: datetime) -> Consent:
    """Return the consent that makes an invented resident count in statistics."""
    return Consent(
        person=person,
        purpose=ConsentPurpose.INCLUSION,
        is_given=True,
        at=at,
        right="operator",
        channel="command",
        decided_by="",
        wording="invented for the demonstration",
    )


def enter_guardians(residents: Sequence[SyntheticResident], at: datetime) -> None:
    """Enter who stands for whom, where it is not entered yet."""
    ids = dict(Person.objects.filter(is_synthetic=True).values_list("public_id", "pk"))
    known = {resident.key: ids[resident.public_id] for resident in residents}
    Guardianship.objects.bulk_create(
        [
            Guardianship(
                child_id=known[resident.key],
                guardian_id=known[guardian],
                proof=Source.SELF,
                from_on=resident.born_on,
                created_at=at,
            )
            for resident in residents
            for guardian in resident.guardians
        ],
        AT_ONCE,
        ignore_conflicts=True,
    )
