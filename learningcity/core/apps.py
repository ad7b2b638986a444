"""Start-up of the room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from learningcity.core.navigation import register_foot


class CoreConfig(AppConfig):
    """The room at start-up."""

    name = "learningcity.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the links of the frame."""
        register_foot(_("Language and display"), "core:display", 10)
        register_foot(_("How we use your data"), "core:retention", 15)
        register_foot(_("Accessibility statement"), "core:accessibility", 20)
