"""What can be done with persons, log-ins, invitations and organisations."""

from learningcity.people.actions.logins import (
    AddressTaken,
    InvitationGone,
    WeakPassword,
    accept_invitation,
    invite_administrator,
    open_demo_login,
    open_login,
)
from learningcity.people.actions.names import NameMissing
from learningcity.people.actions.organisations import change_organisation, found_organisation, give_role

__all__ = [
    "AddressTaken",
    "InvitationGone",
    "NameMissing",
    "WeakPassword",
    "accept_invitation",
    "change_organisation",
    "found_organisation",
    "give_role",
    "invite_administrator",
    "open_demo_login",
    "open_login",
]
