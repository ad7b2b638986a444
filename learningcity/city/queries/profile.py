"""The city itself."""

from threading import local

from learningcity.city.models import City

_kept = local()


def the_city() -> City | None:
    """Return the city of this node; nothing before a bundle was loaded. Asked once per request."""
    if not getattr(_kept, "in_request", False):
        return City.objects.filter(pk=1).first()
    if not hasattr(_kept, "city"):
        _kept.city = City.objects.filter(pk=1).first()
    city: City | None = _kept.city
    return city


def begin_keeping() -> None:
    """Keep the city from here on: a request has begun in this thread."""
    forget()
    _kept.in_request = True


def forget() -> None:
    """Keep the city no longer: the request has ended, or the city was loaded again."""
    _kept.__dict__.clear()
