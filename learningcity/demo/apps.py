"""Start-up of the room."""

from importlib import import_module

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The room at start-up: its public log-ins show where one signs in."""

    name = "learningcity.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the places that other rooms' pages leave."""
        import_module("learningcity.demo.panels")
