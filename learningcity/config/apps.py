"""Start-up of the room."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The room at start-up."""

    name = "learningcity.config"
    label = "config"
    default_auto_field = "django.db.models.BigAutoField"
