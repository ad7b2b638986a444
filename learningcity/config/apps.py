"""Start-up of the room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from learningcity.core.navigation import register_foot


class ConfigConfig(AppConfig):
    """The room at start-up: the assembled API is named in the foot and on the page about the data."""

    name = "learningcity.config"
    label = "config"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the link of the foot and fill the places that other rooms' pages leave."""
        register_foot(_("Open data and interfaces"), "api:docs", 60)
        import_module("learningcity.config.panels")
