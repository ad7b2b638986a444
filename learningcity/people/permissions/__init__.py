"""Who may do what with persons, organisations and invitations. Rooms above ask `can_act_for`."""

from learningcity.people.permissions.acting import can_act_for, is_own
from learningcity.people.permissions.logins import can_invite, can_open_demo_login
from learningcity.people.permissions.organisations import (
    can_found_organisation,
    is_city_administrator,
    is_city_staff,
)

__all__ = [
    "can_act_for",
    "can_found_organisation",
    "can_invite",
    "can_open_demo_login",
    "is_city_administrator",
    "is_city_staff",
    "is_own",
]
