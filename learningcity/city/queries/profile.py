"""The city itself."""

from threading import local
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Subquery

from learningcity.city.models import City, TravelNetwork

ON_FOOT = "walk"

_kept = local()


class Streets(TypedDict):
    """What comes along with the city: which streets people walk on, None without a network."""

    street_digest: str | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    KnownCity = WithAnnotations[City, Streets]
else:
    KnownCity = City


def the_city() -> KnownCity | None:
    """Return the city of this node with its streets; nothing before a bundle was loaded.

    Asked once per request.
    """
    if not getattr(_kept, "in_request", False):
        return _city()
    if not hasattr(_kept, "city"):
        _kept.city = _city()
    city: KnownCity | None = _kept.city
    return city


def _city() -> KnownCity | None:
    # The digest of the streets comes along: who measures a walk need not ask for it.
    walked = TravelNetwork.objects.filter(mode=ON_FOOT).values("digest")[:1]
    return City.objects.filter(pk=1).annotate(street_digest=Subquery(walked)).first()


def begin_keeping() -> None:
    """Keep the city from here on: a request has begun in this thread."""
    forget()
    _kept.in_request = True


def forget() -> None:
    """Keep the city no longer: the request has ended, or the city was loaded again."""
    _kept.__dict__.clear()
