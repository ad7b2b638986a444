"""Start-up of the room."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """The room at start-up."""

    name = "learningcity.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
