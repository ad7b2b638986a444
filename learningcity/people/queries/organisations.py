"""Questions about organisations and roles."""

from learningcity.people.models import Organisation


def organisation_named(name: str) -> Organisation | None:
    """Return an organisation by its exact name."""
    return Organisation.objects.filter(name=name).order_by("pk").first()


def city_office() -> Organisation | None:
    """Return the organisation whose administrators run this node: the first part of the city entered."""
    return Organisation.objects.filter(kind=Organisation.Kind.CITY).order_by("pk").first()
