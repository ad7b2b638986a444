"""Start-up of the room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room at start-up."""

    name = "learningcity.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
