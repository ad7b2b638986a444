"""What belongs to the organisation for which somebody acts."""

from uuid import UUID

from learningcity.catalogue.models import Provider


def provider_of(organisation: str) -> Provider | None:
    """Return the public face of an organisation by its opaque id; none for what offers nothing."""
    try:
        wanted = UUID(organisation)
    except ValueError:
        return None
    return Provider.objects.filter(organisation__public_id=wanted).select_related("organisation").first()
