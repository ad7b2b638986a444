"""What a key of the API may be made for in this room."""

from django.utils.translation import gettext_lazy as _

from learningcity.core.scopes import Scope, register_scope

READ, NAMES, WRITE = "places.read", "places.names", "places.write"


def fill_scopes() -> None:
    """Enter the scopes; at start-up."""
    for scope in (
        Scope(READ, _("see how many are enrolled or wait, and in which state each enrolment is"), 50),
        Scope(NAMES, _("see the names of those who are enrolled or wait"), 51),
        Scope(WRITE, _("ask for places by mail, end enrolments, open and close enrolment"), 52),
    ):
        register_scope(scope)
