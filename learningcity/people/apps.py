"""Start-up of people."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from learningcity.core import navigation
from learningcity.core.personal import keep

AT_A_DESK = pgettext_lazy("those at a desk", "People")
PAGES: list[tuple[Any, ...]] = [
    ("mine", _("Overview"), "people:mine", 10, navigation.SIGNED_IN),
    ("mine", _("My data"), "people:data", 20, navigation.SIGNED_IN),
    ("mine", _("Consents"), "people:consents", 30, navigation.SIGNED_IN),
    ("mine", _("Family"), "people:family", 40, navigation.SIGNED_IN),
    ("mine", _("Helpers"), "people:helpers", 50, navigation.SIGNED_IN),
    ("desk", _("Overview"), "people:own_organisation", 10, navigation.PROVIDER),
    ("desk", _("Today"), "people:desk", 10, navigation.STAFF),
    (
        "desk",
        pgettext_lazy("those at a desk", "People"),
        "people:desk_people",
        20,
        navigation.EVERYBODY,
        "helps_at_a_desk",
    ),
    ("desk", _("Paper forms"), "people:desk_paper", 30, navigation.EVERYBODY, "helps_at_a_desk"),
    ("desk", _("Letters"), "people:letters", 35, navigation.STAFF, "helps_at_a_desk"),
    ("desk", _("Entered twice?"), "people:duplicates", 40, navigation.STAFF, "helps_at_a_desk"),
    ("desk", _("Corrections"), "people:correction_list", 50, navigation.STAFF, "answers_corrections"),
    ("desk", _("Organisations"), "people:organisation_list", 60, navigation.STAFF),
]
"""Pages under the rooms of the city: room, label, name of the address, position, audience if not all, and the
name of the question in people.panels that says who could open it."""


class PeopleConfig(AppConfig):
    """The room at start-up: who is signed in shows in every masthead."""

    name = "learningcity.people"
    label = "people"
    verbose_name = _("people")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the places that other rooms' pages leave."""
        panels = import_module("learningcity.people.panels")
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
        for room, label, url_name, position, audience, *may in PAGES:
            asked = [getattr(panels, name) for name in may]
            navigation.register_page(room, label, url_name, position, audience, *asked)
