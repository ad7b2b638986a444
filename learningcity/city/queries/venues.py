"""The places where learning can happen."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db.models import Count, QuerySet

from learningcity.city.models import Venue

EARTH_RADIUS_METRES = 6_371_008.8


@dataclass(frozen=True, slots=True, eq=False)
class VenuePoints:
    """Where the venues are: ids int64[n], lat and lon float64[n] in degrees."""

    ids: npt.NDArray[np.int64]
    lat: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64]


def venues_of_kind(kind: str) -> "QuerySet[Venue]":
    """Return the venues of a kind that still exist, by name."""
    return Venue.objects.filter(kind=kind, is_gone=False).order_by("name", "id")


def kinds_present() -> dict[str, int]:
    """Return how many venues of each kind there are, in the order of the kinds, without empty ones."""
    rows = Venue.objects.filter(is_gone=False).values_list("kind").annotate(Count("id")).order_by()
    counted = dict(rows)
    return {kind: counted[kind] for kind in Venue.Kind.values if kind in counted}


def venue_points() -> VenuePoints:
    """Return ids and points of all venues that exist and whose point is known."""
    return _points(Venue.objects.filter(is_gone=False, lat__isnull=False))


def venues_within(
    lat: float, lon: float, *, metres: float, points: VenuePoints | None = None
) -> dict[int, float]:
    """Return the venues at most so far away as the crow flies, with their metres.

    Who asks often may hand in the `points` of all venues; otherwise they are read, in one query.
    """
    if points is None:
        tall = np.degrees(metres / EARTH_RADIUS_METRES)
        points = _points(Venue.objects.filter(is_gone=False, lat__gte=lat - tall, lat__lte=lat + tall))
    far = _crow_metres(lat, lon, points)
    inside = far <= metres
    return dict(zip(points.ids[inside].tolist(), far[inside].tolist(), strict=True))


def _points(venues: "QuerySet[Venue]") -> VenuePoints:
    rows = list(venues.order_by("id").values_list("id", "lat", "lon"))
    ids, lat, lon = zip(*rows, strict=True) if rows else ((), (), ())
    return VenuePoints(np.array(ids, np.int64), np.array(lat, np.float64), np.array(lon, np.float64))


def _crow_metres(lat: float, lon: float, points: VenuePoints) -> npt.NDArray[np.float64]:
    """Return great-circle metres (haversine) from one point to many."""
    here, there = np.radians([lat, lon]), np.radians([points.lat, points.lon])
    half = np.sin((there[0] - here[0]) / 2) ** 2
    half = half + np.cos(here[0]) * np.cos(there[0]) * np.sin((there[1] - here[1]) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_METRES * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
