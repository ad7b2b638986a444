"""Start-up of the room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The room at start-up."""

    name = "learningcity.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"
