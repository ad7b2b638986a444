"""Who may stand for children, decide for them, set limits, and publish ages."""

from datetime import datetime

from learningcity.core.actors import Actor, Right
from learningcity.people.models import Guardianship, Membership, Person, Purpose
from learningcity.people.permissions.acting import OWN_RIGHTS, can_act_for, is_own, stands_for
from learningcity.people.permissions.desk import can_open_person
from learningcity.people.queries.actors import has_role
from learningcity.people.queries.ages import is_of_age

DESK_ROLES = (Membership.Role.DESK, Membership.Role.ADMINISTRATOR)
AGE_ROLES = (Membership.Role.OFFICER, Membership.Role.ADMINISTRATOR)


def as_guardian(by: Actor, child: Person) -> Actor:
    """Return somebody who acts in their own matter as the guardian they may be of the child.

    So a guardian decides in the same way from their own pages and while acting for the child, and the
    child's history says so. All others stay who they are: a helper of a guardian is no guardian.
    """
    if by.right in OWN_RIGHTS and by.person and by.on_behalf_of in ("", by.person):
        # Not `replace`: a request carries its actor in a lazy wrapper, which is no dataclass.
        return Actor(
            right=Right.GUARDIAN,
            channel=by.channel,
            person=by.person,
            on_behalf_of=str(child.public_id),
        )
    return by


def can_decide_for(by: Actor, child: Person, purpose: Purpose | None, at: datetime) -> bool:
    """A guardian decides what the child may do, where no court limits the guardian in it.

    For no purpose in particular: a guardian whom no court limits in anything. They block everything and
    invite other guardians.
    """
    acting = as_guardian(by, child)
    is_meant = acting.right is Right.GUARDIAN and acting.on_behalf_of == str(child.public_id)
    return is_meant and child.is_here and stands_for(acting, child, purpose, at)


def can_enter_child(by: Actor, guardian: Person, at: datetime) -> bool:
    """An adult enters a child of their own, by their own statement and for nobody else."""
    return is_own(by, guardian) and guardian.is_here and is_of_age(guardian, at)


def can_join_as_guardian(by: Actor, guardian: Person, at: datetime) -> bool:
    """An adult who is signed in as themselves takes up an invitation to stand for a child."""
    return can_enter_child(by, guardian, at)


def can_leave_child(by: Actor, guardianship: Guardianship) -> bool:
    """A guardian ends their own guardianship, whatever a court has limited."""
    acting = as_guardian(by, guardianship.child)
    return (
        acting.right is Right.GUARDIAN
        and acting.person == str(guardianship.guardian.public_id)
        and acting.on_behalf_of == str(guardianship.child.public_id)
    )


def can_see_family(by: Actor, person: Person, at: datetime) -> bool:
    """The person themselves at any age; a guardian or helper who may see what the city holds."""
    return is_own(by, person) or can_act_for(by, person, Purpose.DATA, at)


def can_keep_guardians(by: Actor, child: Person, at: datetime) -> bool:
    """A desk or an administrator of the city, with the child's page open for a reason.

    They enter guardians and what a court limits, and end both, each with the proof they saw.
    """
    return by.is_staff and has_role(by, *DESK_ROLES, at=at) and can_open_person(by, child, at)


def can_publish_ages(by: Actor, at: datetime) -> bool:
    """Officers and administrators of the city say from which age a child may do what."""
    return by.is_operator or (by.is_staff and has_role(by, *AGE_ROLES, at=at))


def can_hand_over(by: Actor) -> bool:
    """Only the schedule hands over what was decided for a child, on the day nobody can choose."""
    return by.is_operator
