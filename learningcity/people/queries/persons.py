"""Questions about persons, always scoped by who asks."""

from uuid import UUID

from learningcity.core.actors import Actor
from learningcity.people.models import Person


def person_with_id(public_id: str | UUID) -> Person | None:
    """Return a living entry by its opaque id; none for what is no id."""
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        return None
    return Person.objects.filter(public_id=wanted, state=Person.State.ACTIVE).first()


def person_at_hand(by: Actor) -> Person | None:
    """Return the person in whose matter somebody acts: the one acted for, else themselves."""
    return person_with_id(by.on_behalf_of or by.person)


def person_acting(by: Actor) -> Person | None:
    """Return the person who acts."""
    return person_with_id(by.person)
