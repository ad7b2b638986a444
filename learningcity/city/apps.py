"""Start-up of the room."""

from django.apps import AppConfig


class CityConfig(AppConfig):
    """The room at start-up."""

    name = "learningcity.city"
    label = "city"
    default_auto_field = "django.db.models.BigAutoField"
