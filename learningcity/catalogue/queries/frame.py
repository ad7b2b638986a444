"""The frame the city gives to the catalogue: its box, its currency, its clock."""

from django.conf import settings
from django.db.models import Max, Min

from learningcity.city.models import Area, City

Box = tuple[float, float, float, float]

# A venue of the city may stand just across its border, and outlines are simplified.
MARGIN_DEGREES = 0.02


def city_box() -> Box | None:
    """Return south, west, north and east of all areas with a margin of about 2 km; None without areas."""
    edges = Area.objects.aggregate(south=Min("south"), west=Min("west"), north=Max("north"), east=Max("east"))
    if edges["south"] is None:
        return None
    return (
        edges["south"] - MARGIN_DEGREES,
        edges["west"] - MARGIN_DEGREES,
        edges["north"] + MARGIN_DEGREES,
        edges["east"] + MARGIN_DEGREES,
    )


def city_currency() -> str:
    """Return the city's currency; EUR until a city is loaded."""
    return City.objects.values_list("currency", flat=True).first() or "EUR"


def city_time_zone() -> str:
    """Return the city's time zone; that of the settings until a city is loaded."""
    return City.objects.values_list("time_zone", flat=True).first() or settings.TIME_ZONE


def city_language() -> str:
    """Return the first of the city's languages; that of the settings until a city is loaded."""
    languages = City.objects.values_list("languages", flat=True).first()
    return languages[0] if languages else settings.LANGUAGE_CODE


def city_languages() -> list[str]:
    """Return the city's languages, the first first; that of the settings until a city is loaded."""
    languages = City.objects.values_list("languages", flat=True).first()
    return list(languages or [settings.LANGUAGE_CODE])
