"""Who may say something of a person, see it, and confirm it."""

from datetime import datetime

from learningcity.core.actors import Actor, Right
from learningcity.people.models import Person, Purpose, Source
from learningcity.people.permissions.acting import can_act_for, is_own
from learningcity.people.permissions.guardians import can_keep_guardians


def source_of(by: Actor, person: Person) -> Source:
    """Return who says so when this actor says it by hand."""
    return Source.SELF if is_own(by, person) else Source.HELPER


def can_say_of(by: Actor, person: Person, source: str, at: datetime) -> bool:
    """The person says it of themselves; a guardian or a helper for contact says it for them.

    Nobody says it in another's voice. What a desk saw or an authority said is entered by a desk of the city
    with the person's page open, or by the sign-in through an authority.
    """
    if source in (Source.DESK, Source.AUTHORITY):
        return can_confirm(by, person, at)
    if by.is_operator:
        return person.is_here
    return source == source_of(by, person) and can_act_for(by, person, Purpose.CONTACT, at)


def can_see_said(by: Actor, person: Person, at: datetime) -> bool:
    """The person themselves at any age, and who may change their contact. No desk, no provider."""
    return is_own(by, person) or (
        by.right in (Right.GUARDIAN, Right.MANDATE) and can_act_for(by, person, Purpose.CONTACT, at)
    )


def can_remove_said(by: Actor, person: Person, at: datetime) -> bool:
    """Whoever may say it may remove it; the person themselves at any age."""
    return is_own(by, person) or can_act_for(by, person, Purpose.CONTACT, at)


def can_confirm(by: Actor, person: Person, at: datetime) -> bool:
    """A desk or an administrator of the city with the person's page open, or the operator."""
    return person.is_here and (by.is_operator or can_keep_guardians(by, person, at))
