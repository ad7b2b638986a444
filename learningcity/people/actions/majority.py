"""What happens when a child comes of age: the account passes over, guardians lose it, the record stays."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.people.actions.guardians import close_guardianship, end_decisions
from learningcity.people.actions.messages import notify
from learningcity.people.models import (
    Consent,
    Contact,
    GuardianInvitation,
    Guardianship,
    Login,
    Mandate,
    Person,
)
from learningcity.people.permissions.guardians import can_hand_over
from learningcity.people.queries.ages import MAJORITY, is_of_age
from learningcity.people.queries.guardians import birthday_midnight, guardianships_over
from learningcity.people.signals import person_came_of_age

AS_OF_A_CHILD = (Guardianship.Role.PARENT, Guardianship.Role.CARER)
Ending = Guardianship.Ending


@transaction.atomic
def hand_over(person_id: int, *, by: Actor, at: datetime) -> bool:
    """Hand over to somebody who came of age what others decided for them; return whether it was done now.

    Guardianships end, but not those of official representatives; agreements and blocks end; the addresses of
    guardians are no longer the person's; consents are asked anew, because those before `came_of_age_at` count
    no more. Drafts and record stay as they are. Doing it again changes nothing. Raises PermissionDenied.
    """
    if not can_hand_over(by):
        raise PermissionDenied
    # Locked in the order of every action on guardians; a second worker waits here and finds it done.
    list(open_guardianships(person_id).select_for_update(of=("self",)).order_by("pk"))
    person = Person.objects.select_for_update().get(pk=person_id)
    if not person.is_here or person.born_on is None or not is_of_age(person, at):
        return False
    ended = list(open_guardianships(person_id).select_related("guardian", "child").order_by("pk"))
    for guardianship in ended:
        close_guardianship(guardianship, Ending.MAJORITY, at=at)
        record("people.guardianship_ended", by=by, about=guardianship, at=at)
    end_decisions(person, at=at)
    GuardianInvitation.objects.filter(child=person).delete()
    guardians = [guardianship.guardian for guardianship in ended]
    give_up_guardians_addresses(person, guardians, at=at)
    is_new = note_majority(person, birthday_midnight(person.born_on), at=at)
    if is_new:
        close_mandates(person, at=at)
        record("people.came_of_age", by=by, about=person, at=at)
        person_came_of_age.send(sender=Person, person=person, at=at)
    if is_new or ended:
        tell(person, guardians, by=by, at=at)
    return is_new or bool(ended)


@transaction.atomic
def close_guardianships_over(*, by: Actor, at: datetime) -> int:
    """Close the guardianships whose last day is over; return how many. Raises PermissionDenied."""
    if not can_hand_over(by):
        raise PermissionDenied
    over = list(guardianships_over(at=at).select_for_update(of=("self",)).select_related("guardian", "child"))
    for guardianship in over:
        close_guardianship(guardianship, Ending.ENDED, at=at)
        record("people.guardianship_ended", by=by, about=guardianship, at=at)
    return len(over)


def close_mandates(person: Person, *, at: datetime) -> None:
    """Close the mandates that count no more: they were given by a guardian or by a child."""
    before = Mandate.objects.filter(person=person, ended_at=None, asked_at__lt=person.came_of_age_at)
    before.update(ended_at=at, ended_through=Mandate.Ending.MAJORITY, code_digest="")


def open_guardianships(person_id: int) -> "QuerySet[Guardianship]":
    """Return the guardianships under which others stand for somebody as for a child."""
    return Guardianship.objects.filter(child_id=person_id, ended_at=None, role__in=AS_OF_A_CHILD)


def note_majority(person: Person, midnight: datetime, *, at: datetime) -> bool:
    """Write when the person came of age; return whether that is new.

    It is the first moment (`midnight`) of the birthday, so that what the person decided since then counts.
    Where others still decided for them later, because the birth date was wrong, it is now.
    """
    if person.came_of_age_at is not None and person.came_of_age_at >= midnight:
        return False
    by_others = Consent.objects.filter(person=person, at__gte=midnight).exclude(
        decided_by=str(person.public_id)
    )
    person.came_of_age_at = at if by_others.exists() else midnight
    person.save(update_fields=["came_of_age_at"])
    return True


def give_up_guardians_addresses(person: Person, guardians: Sequence[Person], *, at: datetime) -> None:
    """Take away addresses that are a guardian's: what is sent to the new adult is not for others to read."""
    contact = Contact.objects.select_for_update().filter(person=person).first()
    if contact is None or not guardians:
        return
    theirs = list(Contact.objects.filter(person__in=guardians))
    mails = {one.email.lower() for one in theirs}
    mails |= set(Login.objects.filter(person__in=guardians).values_list("email", flat=True))
    if contact.email.lower() in mails:
        contact.email, contact.email_confirmed_at = "", None
    if contact.phone in {one.phone for one in theirs}:
        contact.phone, contact.phone_confirmed_at = "", None
    contact.channel = channel_left(contact)
    contact.changed_at = at
    contact.save()


def channel_left(contact: Contact) -> str:
    """Return the channel that the person chose, or the next one for which there is still an address."""
    ways = {
        Contact.Channel.MAIL: contact.email,
        Contact.Channel.SMS: contact.phone,
        Contact.Channel.LETTER: contact.address,
    }
    chosen = Contact.Channel(contact.channel)
    if chosen is Contact.Channel.NONE or ways[chosen]:
        return chosen
    return next((way for way, address in ways.items() if address), Contact.Channel.NONE)


def tell(person: Person, guardians: Sequence[Person], *, by: Actor, at: datetime) -> None:
    """Tell the new adult what is theirs now, and the guardians that they no longer act for them."""
    words = {
        "person": person.name,
        "age": MAJORITY,
        "has_login": Login.objects.filter(person=person, is_active=True).exists(),
    }
    born = f"{person.public_id}:{person.born_on}"
    notify(person, "people/messages/came_of_age", words, key=f"people.came_of_age:{born}", by=by, at=at)
    for guardian in guardians:
        notify(
            guardian,
            "people/messages/ward_came_of_age",
            words,
            key=f"people.ward_came_of_age:{born}:{guardian.public_id}",
            by=by,
            at=at,
        )
