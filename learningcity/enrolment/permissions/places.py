"""Who may take, see and keep places."""

from collections.abc import Collection
from datetime import datetime

from learningcity.core.actors import Actor, Right
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.people.models import Membership, Organisation, Person, Purpose
from learningcity.people.permissions import can_act_for, is_city_staff
from learningcity.people.permissions.acting import OWN_RIGHTS
from learningcity.people.permissions.organisations import is_key_of, is_member_acting
from learningcity.people.queries.actors import has_role

KEEPING = (Membership.Role.ADMINISTRATOR, Membership.Role.EDITOR, Membership.Role.OFFICER)
TEACHING = (*KEEPING, Membership.Role.TEACHER, Membership.Role.DESK)


def organisation_of(intake: Intake) -> Organisation:
    """Return the organisation whose places these are."""
    return intake.series.offer.provider.organisation


def can_take_places(by: Actor, person: Person, at: datetime) -> bool:
    """Themselves, a guardian within limits, a helper with a mandate for places.

    A family enrols together: a guardian takes places for the children beside their own, in one form.
    """
    return can_act_for(in_matter_of(by, person), person, Purpose.PLACES, at)


def in_matter_of(by: Actor, person: Person) -> Actor:
    """Return the actor in the matter of a person: somebody who acts for themselves is asked as a guardian.

    Whether they are one is for `can_act_for` to say.
    """
    other = str(person.public_id)
    if (
        by.right not in OWN_RIGHTS
        or not by.person
        or by.person == other
        or by.on_behalf_of not in ("", by.person)
    ):
        return by
    return Actor(right=Right.GUARDIAN, channel=by.channel, person=by.person, on_behalf_of=other)


def can_keep_places(by: Actor, intake: Intake, at: datetime) -> bool:
    """Those who keep the offers of the organisation, and the city's staff."""
    return is_city_staff(by) or serves(by, organisation_of(intake), KEEPING, at)


def can_see_enrolled(by: Actor, intake: Intake, at: datetime) -> bool:
    """Those who keep the places or teach at the organisation that offers; of the city nobody else."""
    return serves(by, organisation_of(intake), TEACHING, at)


def serves(by: Actor, organisation: Organisation, roles: Collection[str], at: datetime) -> bool:
    """Whether somebody acts in one of the roles of the organisation, or a key of it acts.

    Whoever acts for a person there acts in that person's matter alone, whatever their own roles are.
    """
    if is_key_of(by, organisation):
        return True
    return is_member_acting(by, organisation) and has_role(by, *roles, at=at)


def can_see_enrolment(by: Actor, enrolment: Enrolment, at: datetime) -> bool:
    """The person and whoever acts for them; the organisation that offers."""
    person = enrolment.person
    return (person is not None and can_take_places(by, person, at)) or can_see_enrolled(
        by, enrolment.intake, at
    )
