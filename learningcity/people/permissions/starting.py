"""Who may begin to act for another person."""

from datetime import datetime

from learningcity.core.actors import Actor
from learningcity.people.models import Guardianship, Login, Mandate
from learningcity.people.queries.actors import HELPING_ROLES, held_memberships
from learningcity.people.queries.ages import is_of_age
from learningcity.people.queries.guardians import court_limits, held_guardianships, ward
from learningcity.people.queries.mandates import holding


def can_start_under(by: Actor, login: Login, mandate: Mandate, at: datetime) -> bool:
    """A helper at a desk, or an administrator, of the organisation on a mandate that holds."""
    own = by.person == str(login.person.public_id)
    holds = Mandate.objects.filter(holding(at), pk=mandate.pk, person__state="active")
    role = held_memberships(at=at).filter(
        person=login.person, organisation=mandate.organisation, role__in=HELPING_ROLES
    )
    not_self = mandate.person_id != login.person_id
    return own and login.is_active and not_self and holds.exists() and role.exists()


def can_stand_for(by: Actor, login: Login, guardianship: Guardianship, at: datetime) -> bool:
    """A guardian of a minor, or the official representative of an adult, while the guardianship lasts.

    Nobody to whom a court has forbidden everything: there is nothing left to do for the child.
    """
    if by.person != str(login.person.public_id) or not login.is_active:
        return False
    limits = court_limits([guardianship], at=at).get(guardianship.child_id, [])
    if not ward(guardianship, limits, at).may_act:
        return False
    held = held_guardianships(at=at).filter(pk=guardianship.pk, guardian=login.person, child__state="active")
    if is_of_age(guardianship.child, at):
        held = held.filter(role=Guardianship.Role.REPRESENTATIVE)
    return held.exists()
