"""Questions before a person's data are erased: which entries, which addresses, who else is concerned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from learningcity.people.models import Contact, ErasureReceipt, Guardianship, Login, Mandate, Person
from learningcity.people.queries.guardians import held_guardianships


def entries_of(person: Person) -> list[Person]:
    """Return every entry of a person: their own, and those that were merged into it, whatever the depth."""
    found = [person]
    newest = [person]
    while newest:
        newest = list(Person.objects.filter(merged_into__in=newest))
        found += newest
    return found


def addresses_of(person: Person) -> list[str]:
    """Return the addresses and phone numbers by which tables name a person without pointing at them.

    An entry that was merged away gives only those that the living entry does not use.
    """
    found = addresses_at(person)
    head = person.merged_into
    while head is not None:
        found -= addresses_at(head)
        head = head.merged_into
    return sorted(found)


def addresses_at(entry: Person) -> set[str]:
    """Return the addresses and phone numbers of one entry that are shown to be its own.

    What was only typed may be somebody else's, whose records are neither told nor erased.
    """
    logins = Login.objects.filter(person=entry).values_list("email", flat=True)
    others = EmailAddress.objects.filter(user__person=entry, verified=True).values_list("email", flat=True)
    contacts = Contact.objects.filter(person=entry)
    mails = contacts.filter(email_confirmed_at__isnull=False).values_list("email", flat=True)
    phones = contacts.filter(phone_confirmed_at__isnull=False).values_list("phone", flat=True)
    return {*logins, *others, *mails, *phones} - {""}


def related_ids(person: Person) -> list[str]:
    """Return the opaque ids of people whose messages may name a person: guardians, children, helpers."""
    pairs = Guardianship.objects.filter(Q(child=person) | Q(guardian=person))
    ids = {str(key) for row in pairs.values_list("child__public_id", "guardian__public_id") for key in row}
    ids |= set(Mandate.objects.filter(person=person).values_list("asked_by", flat=True))
    return sorted(ids - {"", str(person.public_id)})


def children_left_alone(person: Person, *, at: datetime) -> int:
    """Return how many children would have no guardian here without the person."""
    held = held_guardianships(at=at)
    others = held.exclude(guardian=person).filter(child=OuterRef("child"))
    return held.filter(~Exists(others), guardian=person).count()


def receipt_with_id(public_id: UUID) -> ErasureReceipt | None:
    """Return the receipt of an erasure."""
    return ErasureReceipt.objects.filter(public_id=public_id).first()


@dataclass(frozen=True, slots=True)
class Stays:
    """One kind of record that must be kept: how many, why, until when."""

    label: str
    count: int
    why: str
    until: date | None


@dataclass(frozen=True, slots=True)
class ReceiptInWords:
    """A receipt in the language of the reader."""

    erased_at: datetime
    removed: Sequence[tuple[str, int]]
    stays: Sequence[Stays]


def receipt_in_words(receipt: ErasureReceipt) -> ReceiptInWords:
    """Return a receipt in the language of the reader; it is kept in that of the source."""
    return ReceiptInWords(
        receipt.erased_at,
        [(gettext(label), count) for label, count in receipt.removed.items()],
        [
            Stays(
                gettext(row["label"]),
                row["count"],
                gettext(row["why"]),
                date.fromisoformat(row["until"]) if row["until"] else None,
            )
            for row in receipt.kept
        ],
    )
