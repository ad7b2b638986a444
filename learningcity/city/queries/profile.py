"""The city itself."""

from threading import local

from django.db.models import Subquery

from learningcity.city.models import City, TravelNetwork

ON_FOOT = "walk"

_kept = local()


def the_city() -> City | None:
    """Return the city of this node; nothing before a bundle was loaded. Asked once per request."""
    if not getattr(_kept, "in_request", False):
        return _city()
    if not hasattr(_kept, "city"):
        _kept.city = _city()
    city: City | None = _kept.city
    return city


def _city() -> City | None:
    # The digest of the streets comes along: who measures a walk need not ask for it.
    walked = TravelNetwork.objects.filter(mode=ON_FOOT).values("digest")[:1]
    # mypy takes the annotation that the model declares for a second one.
    return City.objects.filter(pk=1).annotate(street_digest=Subquery(walked)).first()  # type: ignore[no-redef]


def begin_keeping() -> None:
    """Keep the city from here on: a request has begun in this thread."""
    forget()
    _kept.in_request = True


def forget() -> None:
    """Keep the city no longer: the request has ended, or the city was loaded again."""
    _kept.__dict__.clear()
