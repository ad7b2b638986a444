"""The clock of pages: moments are shown, and read where they are typed, in the city's time zone."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import override

from learningcity.city.queries.clock import city_zone


class CityClock(tzinfo):
    """The time zone of the city, which is asked for when a moment is first told: most answers tell none."""

    def utcoffset(self, at: datetime | None) -> timedelta | None:
        """Return how far the city's clock is ahead of UTC."""
        return city_zone().utcoffset(at)

    def dst(self, at: datetime | None) -> timedelta | None:
        """Return how far the city's clock is put forward in summer."""
        return city_zone().dst(at)

    def tzname(self, at: datetime | None) -> str | None:
        """Return what the city calls its time."""
        return city_zone().tzname(at)

    def fromutc(self, at: datetime) -> datetime:
        """Return a moment on the city's clock."""
        zone = city_zone()
        return zone.fromutc(at.replace(tzinfo=zone)).replace(tzinfo=self)

    def __str__(self) -> str:
        # Databases that cut moments into days are told the zone by its name.
        return str(city_zone())


class CityClockMiddleware:
    """Put the city's clock on while a request is answered. Stands after the middlewares of languages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer on the city's clock."""
        with override(CityClock()):
            return self.get_response(request)
