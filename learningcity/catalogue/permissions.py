"""Who may do what in the catalogue."""

from learningcity.core.actors import Actor
from learningcity.people.permissions import is_city_staff


def can_publish(by: Actor) -> bool:
    """The city publishes providers and their offers; providers will for themselves, on pages of their own."""
    return is_city_staff(by)


def can_import(by: Actor) -> bool:
    """The city brings in the records of a source."""
    return is_city_staff(by)
