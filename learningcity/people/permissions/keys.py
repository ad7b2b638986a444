"""Who may do what with the keys of an organisation."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from learningcity.core.actors import Actor
from learningcity.core.scopes import Scope, register_scope
from learningcity.people.models import ApiKey, Organisation
from learningcity.people.permissions.organisations import is_administrator_of, is_key_of


def can_keep_keys(by: Actor, organisation: Organisation, at: datetime) -> bool:
    """An organisation's administrators make, rotate and revoke its keys; so do those of the city office."""
    return is_administrator_of(by, organisation, at)


def can_rotate_key(by: Actor, key: ApiKey, at: datetime) -> bool:
    """Who keeps the keys may rotate one; a key of the organisation whose scopes say so, itself."""
    return is_key_of(by, key.organisation) or can_keep_keys(by, key.organisation, at)


def fill_scopes() -> None:
    """Enter what a key may be made for in this room."""
    for scope in (
        Scope("organisation:read", _("see the organisation's name and contact, and which roles it has"), 10),
        Scope("members:read", _("see the names of those who have roles"), 20),
        Scope("organisation:write", _("change the organisation's name and contact"), 30),
        Scope("keys:rotate", _("replace itself by a new key"), 40),
    ):
        register_scope(scope)
