"""Who may give, prolong, end and see roles, and what each role allows, in words for its holder.

`DUTIES` is the one list behind the page of a person's own rights. Each entry names the permission that
decides; a test finds its words in that permission's docstring.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from learningcity.core.actors import Actor, Right
from learningcity.people.models import Membership, Organisation, Person
from learningcity.people.permissions import organisations
from learningcity.people.permissions.acting import is_own
from learningcity.people.permissions.desk import can_look_at
from learningcity.people.permissions.guardians import can_keep_guardians, can_publish_ages
from learningcity.people.permissions.keys import can_keep_keys
from learningcity.people.permissions.organisations import is_administrator_of, is_city_administrator

Role = Membership.Role
CITY_ROLES = tuple(Role)
OTHER_ROLES = tuple(role for role in Role if role is not Role.OFFICER)


@dataclass(frozen=True, slots=True)
class Duty:
    """What somebody with a role can do ("change its name"), and the permission that says so.

    `in_city` and `elsewhere`: whether it holds in a part of the city, and in another organisation;
    `in_office`: only in the city office. No roles means every role.
    """

    words: object
    decides: Callable[..., bool]
    roles: tuple[str, ...] = ()
    in_city: bool = True
    elsewhere: bool = True
    in_office: bool = False


_duties: list[Duty] = []


def add_duty(duty: Duty) -> None:
    """Enter what a role allows. Rooms above enter theirs at start-up."""
    if duty not in _duties:
        _duties.append(duty)


def duties() -> list[Duty]:
    """Return all that roles allow, in the order in which it was entered."""
    return list(_duties)


def duties_of(roles: Collection[str], organisation: Organisation, *, is_office: bool = False) -> list[object]:
    """Return what somebody with these roles in an organisation can do, in words that follow "You can"."""
    return [
        duty.words
        for duty in _duties
        if (not duty.roles or not set(roles).isdisjoint(duty.roles))
        and (duty.in_city if organisation.is_city else duty.elsewhere)
        and (is_office or not duty.in_office)
    ]


def roles_for(organisation: Organisation) -> tuple[Membership.Role, ...]:
    """Return the roles that can be held in an organisation; officers are of the city."""
    return CITY_ROLES if organisation.is_city else OTHER_ROLES


def can_give_role(by: Actor, organisation: Organisation, at: datetime) -> bool:
    """An organisation's administrators invite people, and give, prolong and end roles in it.

    Administrators of the city office do so in every organisation.
    """
    return is_administrator_of(by, organisation, at)


def can_prolong_role(by: Actor, membership: Membership, at: datetime) -> bool:
    """Who may give a role may prolong it, but nobody prolongs a role of their own."""
    is_theirs = by.person == str(membership.person.public_id)
    return not is_theirs and can_give_role(by, membership.organisation, at)


def can_leave_role(by: Actor, membership: Membership) -> bool:
    """Everybody may give up a role of their own."""
    return is_own(by, membership.person)


def can_take_hat(by: Actor, person: Person) -> bool:
    """Everybody chooses for themselves in which of their roles they act, or to act for themselves."""
    return is_own(by, person)


def can_note_use(by: Actor, membership: Membership) -> bool:
    """Only the holder uses a role."""
    return bool(by.person) and by.person == str(membership.person.public_id)


def can_see_everyones_roles(by: Actor, at: datetime) -> bool:
    """Administrators of the city office see who has which role in every organisation."""
    return is_city_administrator(by, at)


def can_keep_roles(by: Actor) -> bool:
    """Only the schedule warns of ending roles, and lets roles lapse that are not used."""
    return by.is_operator


def can_act_in_role(by: Actor) -> bool:
    """Whether somebody acts in a role, of the city or of a provider."""
    return by.right in (Right.STAFF, Right.PROVIDER)


def fill_duties() -> None:
    """Enter what the roles allow that this room knows."""
    administrator = (Role.ADMINISTRATOR,)
    desk = (Role.ADMINISTRATOR, Role.DESK)
    for duty in (
        Duty(_("see its workspace"), organisations.can_see_organisation),
        Duty(_("open a person's page, giving a reason"), can_look_at, desk),
        Duty(_("change its name and contact"), organisations.can_change_organisation, administrator),
        Duty(_("see who has which role in it"), organisations.can_see_members, administrator),
        Duty(_("invite people, and give, prolong and end roles in it"), can_give_role, administrator),
        Duty(_("make, rotate and revoke its keys"), can_keep_keys, administrator),
        Duty(_("enter guardians and what a court limits"), can_keep_guardians, desk, elsewhere=False),
        Duty(
            _("say from which age a child may do what"),
            can_publish_ages,
            (Role.ADMINISTRATOR, Role.OFFICER),
            elsewhere=False,
        ),
        Duty(_("enter organisations"), organisations.can_found_organisation, elsewhere=False),
        Duty(
            _("see who has which role in every organisation"),
            can_see_everyones_roles,
            administrator,
            in_office=True,
        ),
        Duty(
            _("change the kind of an organisation"),
            organisations.can_change_kind,
            administrator,
            in_office=True,
        ),
    ):
        add_duty(duty)
