"""Walks along the streets of the city (method: docs/methods/access.md)."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache

import numpy as np

from learningcity.city.models import TravelNetwork, Venue
from learningcity.city.queries.profile import ON_FOOT, the_city
from learningcity.engines.access import Network, metres_from, snap, walking_minutes

METRES_PER_MINUTE = 80.0


class Unreached(StrEnum):
    """Why nothing can be said about walks from a point."""

    NO_NETWORK = "no_network"
    NO_STREET_NEAR = "no_street_near"


class Reached(dict[int, float]):
    """Minutes on foot by venue id; empty with a `reason` where the walk cannot be known."""

    def __init__(
        self, minutes: Mapping[int, float] | None = None, *, reason: Unreached | None = None
    ) -> None:
        super().__init__(minutes or {})
        self.reason = reason


def walking_streets() -> Network | None:
    """Return the streets people walk on; nothing in a city without a network.

    One query; the streets themselves are read once per process and loading of the city.
    """
    digest = TravelNetwork.objects.filter(mode=ON_FOOT).values_list("digest", flat=True).first()
    return None if digest is None else _streets(digest)


def walking_minutes_to_venues(lat: float, lon: float, *, limit_minutes: float) -> Reached:
    """Return every venue within so many minutes on foot, with its minutes. Two queries."""
    venues = Venue.objects.filter(is_gone=False, street_node__isnull=False).order_by("id")
    return walking_minutes_to(venues.values_list("id", "street_node"), lat, lon, limit_minutes=limit_minutes)


def walking_minutes_to(
    venues: Iterable[tuple[int, int | None]], lat: float, lon: float, *, limit_minutes: float
) -> Reached:
    """Return those of the venues, given as id and street node, within so many minutes on foot. One query."""
    city = the_city()
    streets = _streets(city.street_digest) if city and city.street_digest else None
    if city is None or streets is None:
        return Reached(reason=Unreached.NO_NETWORK)
    node = int(snap(streets, [lat], [lon], limit_metres=city.snap_metres)[0])
    if node < 0:
        return Reached(reason=Unreached.NO_STREET_NEAR)
    metres = metres_from(streets, node, limit_metres=limit_minutes * METRES_PER_MINUTE)
    rows = [(venue, place) for venue, place in venues if place is not None and place < len(streets)]
    if not rows:
        return Reached()
    ids, nodes = (np.array(column) for column in zip(*rows, strict=True))
    minutes = walking_minutes(metres[nodes])
    near = np.isfinite(minutes)
    return Reached(dict(zip(ids[near].tolist(), minutes[near].tolist(), strict=True)))


@lru_cache(maxsize=2)
def _streets(digest: str) -> Network | None:
    """Return the decoded network; a digest names one content for ever, so the copy never grows old."""
    data = TravelNetwork.objects.filter(digest=digest).values_list("data", flat=True).first()
    return None if data is None else Network.from_bytes(bytes(data))
