"""Start-up of the room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from learningcity.core.navigation import register_page, register_room


class CityConfig(AppConfig):
    """The room at start-up: its name and attributions stand in every frame, its pages in the navigation."""

    name = "learningcity.city"
    label = "city"
    verbose_name = _("city")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the pages and fill the places of the frame."""
        register_room("city", _("Our city"), "city:access", 40)
        register_page("city", _("Access to learning"), "city:access", 10)
        register_page("city", _("Areas"), "city:area_list", 20)
        register_page("city", _("About the data"), "city:about_data", 30)
        register_page("learn", _("Places"), "city:venue_list", 30)
        import_module("learningcity.city.panels")
        import_module("learningcity.city.receivers")
