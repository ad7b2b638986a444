"""Start-up of people."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from learningcity.core import navigation
from learningcity.core.personal import keep

PAGES: list[tuple[Any, ...]] = [
    ("mine", _("Overview"), "people:mine", 10),
    ("mine", _("My data"), "people:data", 20),
    ("mine", _("Who looked"), "people:history", 22),
    ("mine", _("Consents"), "people:consents", 24),
    ("mine", _("Messages"), "people:messages", 26),
    ("desk", _("Corrections"), "people:correction_list", 50, navigation.STAFF),
    ("mine", _("Name and contact"), "people:contact", 20),
    ("mine", _("About me"), "people:about_me", 30),
    ("mine", _("Family"), "people:family", 40),
    ("mine", _("Helpers"), "people:helpers", 50),
    ("desk", pgettext_lazy("those at a desk", "People"), "people:desk_people", 20),
    ("mine", _("Roles and rights"), "people:mine_roles", 60),
    ("mine", _("How you sign in"), "people:account", 65),
    ("mine", _("Half-filled forms"), "people:drafts", 70),
    ("mine", _("Second account"), "people:second_account", 80),
    ("desk", _("Overview"), "people:own_organisation", 10, navigation.PROVIDER),
    ("desk", _("Today"), "people:desk", 10, navigation.STAFF),
    ("desk", _("Paper forms"), "people:desk_paper", 30),
    ("desk", _("Letters"), "people:letters", 35, navigation.STAFF),
    ("desk", _("Entered twice?"), "people:duplicates", 40, navigation.STAFF),
    ("desk", _("Organisations"), "people:organisation_list", 60, navigation.STAFF),
]
"""Pages under the rooms of the city: room, label, name of the address, position, and audience if not all."""


class PeopleConfig(AppConfig):
    """The room at start-up: who is signed in shows in every masthead."""

    name = "learningcity.people"
    label = "people"
    verbose_name = _("people")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the places that other rooms' pages leave."""
        import_module("learningcity.people.panels")
        import_module("learningcity.people.permissions.keys").fill_scopes()
        import_module("learningcity.people.permissions.roles").fill_duties()
        navigation.register_room("desk", _("Desk"), "people:desk", 10, navigation.STAFF)
        navigation.register_room("desk", _("Desk"), "people:own_organisation", 10, navigation.PROVIDER)
        import_module("learningcity.people.forms.kept").fill_forms()
        import_module("learningcity.people.forms.paper").fill_twins()
        navigation.register_room("mine", _("My learning"), "people:mine", 20)
        import_module("learningcity.people.receivers")
        import_module("learningcity.core.audit.words").register(
            import_module("learningcity.people.queries.history_words").HISTORY_WORDS
        )
        for entry in import_module("learningcity.people.queries.retention").PERSONAL:
            keep(entry)
        for page in PAGES:
            navigation.register_page(*page)
