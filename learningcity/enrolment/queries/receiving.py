"""Who is told what happens to an enrolment: the person, whoever stands for them, or the guest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from learningcity.enrolment.models import Enrolment, Guest
from learningcity.people.models import Contact, GuardianLimit, Guardianship, Login, Person, Purpose
from learningcity.people.queries.ages import city_day, in_force
from learningcity.people.queries.contacts import Way, way_of
from learningcity.people.queries.guardians import held_guardianships, holds_at_age


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who is told, and how they are reached; a guest is no person but has an opaque id, too."""

    person: Person | None
    way: Way
    guest: str = ""

    @property
    def key(self) -> str:
        """The opaque id by which a message to them is told from others; empty for a guest."""
        return str(self.person.public_id) if self.person else ""


def receivers_of(enrolments: Sequence[Enrolment], at: datetime) -> dict[int, list[Receiver]]:
    """Return who is told about enrolments, by the key of the row; asks a fixed number of questions.

    It is the person, in the way they chose. Whoever stands for them is told instead where the person cannot
    be reached, unless a court forbids them to see the places. Who wants no messages gets none.
    """
    persons = {one.person for one in enrolments if one.person is not None and one.person.is_here}
    ways = ways_of(persons)
    unreached = [person for person in persons if person.pk not in ways]
    guardians = guardians_of(unreached, at) if unreached else {}
    ways |= ways_of({guardian for found in guardians.values() for guardian in found})
    return {one.pk: told(one, ways, guardians) for one in enrolments}


def told(enrolment: Enrolment, ways: dict[int, Way], guardians: dict[int, list[Person]]) -> list[Receiver]:
    """Return who is told about one enrolment."""
    guest, person = enrolment.guest, enrolment.person
    if guest is not None:
        is_there = guest.confirmed_at and not guest.erased_at and guest.email
        return [guest_receiver(guest)] if is_there else []
    if person is None:
        return []
    if person.pk in ways:
        return [Receiver(person, ways[person.pk])]
    return [Receiver(one, ways[one.pk]) for one in guardians.get(person.pk, ()) if one.pk in ways]


def guest_receiver(guest: Guest) -> Receiver:
    """Return how a guest is told; by the id the messages are taken back when the guest is erased."""
    way = Way(Contact.Channel.MAIL, guest.email, guest.language)
    return Receiver(None, way, str(guest.public_id))


def ways_of(persons: Iterable[Person]) -> dict[int, Way]:
    """Return how people want to be reached, by the key of the row; who wants no messages is left out.

    Who never chose is reached at the address with which they sign in.
    """
    keys = [person.pk for person in persons]
    contacts = {
        one.person_id: one for one in Contact.objects.filter(person__in=keys).select_related("person")
    }
    found = {key: way for key, contact in contacts.items() if (way := way_of(contact)) is not None}
    logins = Login.objects.filter(person__in=[key for key in keys if key not in contacts], is_active=True)
    return found | {one.person_id: Way(Contact.Channel.MAIL, one.email, "") for one in logins}


def guardians_of(persons: Iterable[Person], at: datetime) -> dict[int, list[Person]]:
    """Return who stands for people and may see their places, by the key of the row."""
    keys = [person.pk for person in persons]
    held = held_guardianships(at=at).filter(child__in=keys, guardian__state=Person.State.ACTIVE)
    limits = GuardianLimit.objects.filter(
        in_force(city_day(at)),
        kind=GuardianLimit.Kind.COURT,
        guardianship__child__in=keys,
        purpose__in=("", Purpose.PLACES),
    )
    limited = set(limits.values_list("guardianship__child_id", "guardianship__guardian_id"))
    found: dict[int, list[Person]] = {}
    for row in held.select_related("guardian", "child").order_by("pk"):
        if may_be_told(row, limited, at) and row.guardian not in found.get(row.child_id, []):
            found.setdefault(row.child_id, []).append(row.guardian)
    return found


def may_be_told(row: Guardianship, limited: set[tuple[int, int]], at: datetime) -> bool:
    """Return whether somebody who stands for a person may see their places."""
    return (row.child_id, row.guardian_id) not in limited and holds_at_age(row, at)
