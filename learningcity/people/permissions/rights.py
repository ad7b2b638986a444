"""Who may see, take away, correct and erase what the city holds about a person."""

from datetime import datetime

from learningcity.core.actors import Actor, Right
from learningcity.people.models import Membership, Person, Purpose
from learningcity.people.permissions.acting import can_act_for, is_own, stands_for
from learningcity.people.queries.actors import has_role
from learningcity.people.queries.ages import is_of_age
from learningcity.people.queries.guardians import held_guardianships
from learningcity.people.queries.holdings_outside import ATTEMPTS, LOGIN_ROWS

TELL_WHERE = frozenset(
    {
        "contact", "characteristics", "guardian_invitations", "invitations", "login", "messages",
        "second_accounts", "tasks", *ATTEMPTS, *LOGIN_ROWS,
    }
)  # fmt: skip
"""Parts of a person's data that hold addresses, areas, or the machines from which somebody signs in."""


def can_see_overview(by: Actor, person: Person) -> bool:
    """The person themselves, and whoever acts for them under a right that the request has just checked."""
    if is_own(by, person):
        return True
    return by.right in (Right.GUARDIAN, Right.MANDATE) and by.on_behalf_of == str(person.public_id)


def can_see_data(by: Actor, person: Person, at: datetime) -> bool:
    """Who may see and download what the city holds: self, guardian, helper for that purpose, operator."""
    return can_act_for(by, person, Purpose.DATA, at)


def parts_hidden_from(by: Actor, person: Person, at: datetime) -> frozenset[str]:
    """What of the data somebody may not see who acts for another: where the person lives and is reached.

    A court may forbid a guardian just that, and a mandate may leave it out; the data must not tell it then.
    """
    if is_own(by, person) or by.is_operator or can_act_for(by, person, Purpose.CONTACT, at):
        return frozenset()
    return TELL_WHERE


def can_erase(by: Actor, person: Person, at: datetime) -> bool:
    """The person themselves, unless they are a child under guardians; then one of these guardians.

    No guardian whom a court limits in anything: the limit would go with the entry.
    Never a helper under a mandate: erasing cannot be undone. The operator does what was asked on paper.
    """
    if not person.is_here:
        return False
    if by.is_operator:
        return True
    if is_own(by, person):
        is_free = is_of_age(person, at) or not has_guardian(person, at)
        return is_free and can_see_data(by, person, at)
    return by.right is Right.GUARDIAN and can_see_data(by, person, at) and stands_for(by, person, None, at)


def has_guardian(person: Person, at: datetime) -> bool:
    """Whether somebody stands for the person today."""
    return held_guardianships(at=at).filter(child=person).exists()


def can_answer_corrections(by: Actor, at: datetime) -> bool:
    """Administrators and officers of the city."""
    return by.is_staff and has_role(by, Membership.Role.ADMINISTRATOR, Membership.Role.OFFICER, at=at)
