"""Start-up of the room."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The room at start-up."""

    name = "learningcity.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
