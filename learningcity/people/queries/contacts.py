"""Questions about how persons want to be reached."""

from dataclasses import dataclass

from learningcity.people.models import Contact, Login, Person


@dataclass(frozen=True, slots=True)
class Way:
    """How a message reaches a person: by which channel, where, in which language.

    `is_confirmed` says whether the person has shown that the address is theirs; one on paper is as they gave
    it.
    """

    channel: str
    address: str
    language: str
    is_confirmed: bool = False


def way(person: Person) -> Way | None:
    """Return how a person wants to be reached; None if they want no messages.

    Somebody who never chose is reached at the address with which they sign in, if there is one.
    """
    contact = Contact.objects.filter(person=person).select_related("person").first()
    if contact is not None:
        return way_of(contact)
    login = Login.objects.filter(person=person, is_active=True).first()
    return Way(Contact.Channel.MAIL, login.email, "") if login else None


def way_of(contact: Contact) -> Way | None:
    """Return the way that a contact chose, or None for no messages."""
    chosen = {
        Contact.Channel.MAIL: (contact.email, contact.email_confirmed_at is not None),
        Contact.Channel.SMS: (contact.phone, contact.phone_confirmed_at is not None),
        # What stands in the window of the envelope.
        Contact.Channel.LETTER: (f"{contact.person.name}\n{contact.address}", True),
    }.get(Contact.Channel(contact.channel))
    if chosen is None:
        return None
    address, is_confirmed = chosen
    return Way(contact.channel, address, contact.language, is_confirmed)


def contact_of(person: Person) -> Contact | None:
    """Return how a person wants to be reached, as it is kept; None if nothing is."""
    return Contact.objects.filter(person=person).first()
