"""Who may look persons up at a desk, enter them, and see the page of one."""

from datetime import datetime

from learningcity.core.actors import Actor, Right
from learningcity.people.models import Person
from learningcity.people.queries.actors import HELPING_ROLES, has_role
from learningcity.people.queries.lookups import has_mandate_to, open_lookup


def can_use_desk(by: Actor, at: datetime) -> bool:
    """Helpers at a desk and administrators, of the city or of another organisation, in that role.

    Not while they act for somebody: what they do at the desk is their own act, not that person's.
    """
    return by.right in (Right.STAFF, Right.PROVIDER) and has_role(by, *HELPING_ROLES, at=at)


def can_look_up_everybody(by: Actor, at: datetime) -> bool:
    """Only a desk or an administrator of the city looks for everybody.

    Other organisations find the persons who gave them a mandate, and those who bring a paper of their own.
    """
    return by.is_staff and can_use_desk(by, at)


def can_look_at(by: Actor, person: Person, at: datetime) -> bool:
    """Whether a helper may open a person's page, giving a reason."""
    if not can_use_desk(by, at) or not person.is_here:
        return False
    return by.is_staff or has_mandate_to(person, by.organisation, at=at)


def can_open_person(by: Actor, person: Person, at: datetime) -> bool:
    """Whether a helper has given a reason for seeing this person's page, a short time ago."""
    if not can_use_desk(by, at) or not person.is_here:
        return False
    return bool(open_lookup(person, looked_by=by.person, organisation=by.organisation, at=at))
