"""Start-up of people."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from learningcity.core import navigation

PAGES: list[tuple[str, object, str, int]] = []
"""Pages under the rooms of the city: room, label, name of the address, position."""


class PeopleConfig(AppConfig):
    """The room at start-up: who is signed in shows in every masthead."""

    name = "learningcity.people"
    label = "people"
    verbose_name = _("people")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the places that other rooms' pages leave."""
        import_module("learningcity.people.panels")
        for page in PAGES:
            navigation.register_page(*page)
