"""The city's clock: its time zone, and the day a moment belongs to there."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from learningcity.city.queries.profile import the_city


def city_zone() -> ZoneInfo:
    """Return the city's time zone; that of the settings until a city is loaded."""
    city = the_city()
    return ZoneInfo(city.time_zone if city else settings.TIME_ZONE)


def city_day(at: datetime) -> date:
    """Return the day that a moment belongs to on the city's clock."""
    return at.astimezone(city_zone()).date()
