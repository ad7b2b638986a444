"""Who may do what with organisations."""

from datetime import datetime

from learningcity.core.actors import Actor, Channel, Right
from learningcity.people.models import Membership, Organisation
from learningcity.people.queries.actors import has_role
from learningcity.people.queries.organisations import city_office

IN_A_ROLE = (Right.STAFF, Right.PROVIDER)


def is_city_staff(by: Actor) -> bool:
    """Whether the city itself acts: a member of its staff, or the operator of its machine."""
    return by.is_staff or by.is_operator


def is_member_acting(by: Actor, organisation: Organisation) -> bool:
    """Whether somebody acts in a role of this organisation; while acting for a person, nobody does."""
    return by.right in IN_A_ROLE and bool(by.person) and by.organisation == str(organisation.public_id)


def is_key_of(by: Actor, organisation: Organisation) -> bool:
    """Whether a key of this organisation acts; what the key may do is the question of its scopes."""
    is_key = by.channel is Channel.API and by.right is Right.PROVIDER and not by.person
    return is_key and by.organisation == str(organisation.public_id)


def is_city_administrator(by: Actor, at: datetime) -> bool:
    """Whether an administrator of the city office acts, or the operator of its machine."""
    if by.is_operator:
        return True
    office = city_office() if by.is_staff else None
    if office is None or not is_member_acting(by, office):
        return False
    return has_role(by, Membership.Role.ADMINISTRATOR, at=at)


def is_administrator_of(by: Actor, organisation: Organisation, at: datetime) -> bool:
    """Whether an administrator of the organisation acts, or one of the city office, which keeps them all."""
    if is_member_acting(by, organisation) and has_role(by, Membership.Role.ADMINISTRATOR, at=at):
        return True
    return is_city_administrator(by, at)


def can_found_organisation(by: Actor) -> bool:
    """The city's staff enter organisations."""
    return is_city_staff(by)


def can_list_organisations(by: Actor) -> bool:
    """The city's staff see all organisations, and how they are reached."""
    return is_city_staff(by)


def can_see_organisation(by: Actor, organisation: Organisation) -> bool:
    """All who have a role in an organisation see its workspace; so do the city's staff, and its keys."""
    return is_city_staff(by) or is_member_acting(by, organisation) or is_key_of(by, organisation)


def can_change_organisation(by: Actor, organisation: Organisation, at: datetime) -> bool:
    """An organisation's administrators change its name and contact; so do the city's staff, and its keys."""
    if is_city_staff(by) or is_key_of(by, organisation):
        return True
    return is_administrator_of(by, organisation, at)


def can_change_kind(by: Actor, at: datetime) -> bool:
    """Only administrators of the city office change the kind of an organisation.

    It decides whether the members are staff.
    """
    return is_city_administrator(by, at)


def can_see_members(by: Actor, organisation: Organisation, at: datetime) -> bool:
    """An organisation's administrators see who has which role in it; so do the city's, and its keys."""
    return is_key_of(by, organisation) or is_administrator_of(by, organisation, at)
