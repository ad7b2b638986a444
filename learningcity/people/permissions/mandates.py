"""Who may ask for a mandate, give it, end it, and see the paper on which it was given."""

from collections.abc import Iterable
from datetime import datetime

from learningcity.core.actors import Actor, Right
from learningcity.people.models import Mandate, Organisation, Person, Purpose
from learningcity.people.permissions.acting import can_act_for
from learningcity.people.permissions.desk import can_open_person
from learningcity.people.queries.actors import HELPING_ROLES, has_role
from learningcity.people.queries.mandates import ALLOWED


def can_ask_for_mandate(by: Actor, person: Person, organisation: Organisation, at: datetime) -> bool:
    """A helper asks for their own organisation, with the person's page open for a reason."""
    return by.organisation == str(organisation.public_id) and can_open_person(by, person, at)


def can_give_mandate(by: Actor, person: Person, purposes: Iterable[str], at: datetime) -> bool:
    """Only the person themselves, or a guardian for a child; never a helper.

    Nobody hands on more than they may do: a minor what the published ages leave, a guardian what no court
    has limited.
    """
    own = str(person.public_id)
    if by.right is Right.MANDATE or not by.person or (by.on_behalf_of or by.person) != own:
        return False
    return all(can_act_for(by, person, Purpose(purpose), at) for purpose in purposes)


def purposes_to_give(by: Actor, person: Person, at: datetime) -> list[Purpose]:
    """Return for what the actor can give a mandate in this person's name."""
    return [purpose for purpose in ALLOWED if can_give_mandate(by, person, [purpose], at)]


def can_see_mandates(by: Actor, person: Person, at: datetime) -> bool:
    """The person themselves, or a guardian who may see the child's contact and rights."""
    return (
        by.right is not Right.MANDATE and not by.is_operator and can_act_for(by, person, Purpose.CONTACT, at)
    )


def can_end_mandate(by: Actor, mandate: Mandate, at: datetime) -> bool:
    """The person at any moment (a minor, too), a guardian, any desk that was told to, and the schedule."""
    own = str(mandate.person.public_id)
    if by.is_operator or (by.person == own and by.on_behalf_of in ("", own)):
        return True
    if by.right is Right.GUARDIAN:
        return can_act_for(by, mandate.person, Purpose.CONTACT, at)
    return can_open_person(by, mandate.person, at)


def can_enter_mandate(by: Actor, mandate: Mandate, at: datetime) -> bool:
    """A helper of the organisation that asked enters the code that the person tells them."""
    return can_ask_for_mandate(by, mandate.person, mandate.organisation, at)


def can_see_scan(by: Actor, mandate: Mandate, at: datetime) -> bool:
    """The person themselves, a guardian of the child, and the desk of the organisation on the paper."""
    if can_see_mandates(by, mandate.person, at):
        return True
    return by.organisation == str(mandate.organisation.public_id) and has_role(by, *HELPING_ROLES, at=at)
