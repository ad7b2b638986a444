"""Where an offer may be held: the venues within a walk, a radius or an area, with how far they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from math import inf

from learningcity.catalogue.adapters.index import opened
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.city.models import Area, Venue
from learningcity.city.queries import (
    Reached,
    VenuePoints,
    rounded_point,
    venue_points,
    venues_within,
    walking_minutes_to_venues,
)

SHOWN_MINUTES = 60

_kept: ContextVar[dict[tuple[tuple[float, float], int], Reached] | None] = ContextVar("kept", default=None)


@dataclass(frozen=True)
class Reach:
    """The venues that will do (all, if None), and what is known of the way to them.

    `reason` says why nothing is known of walks (`city.queries.Unreached`); empty if they are known.
    """

    venues: frozenset[int] | None = None
    minutes: dict[int, float] = field(default_factory=dict)
    metres: dict[int, float] = field(default_factory=dict)
    reason: str = ""

    def way_to(self, places: list[int]) -> tuple[float | None, float | None, int | None]:
        """Return walking minutes and metres to the nearest of these places that will do, and which it is."""
        wanted = places if self.venues is None else [place for place in places if place in self.venues]
        nearest = min(wanted, key=self._way, default=None)
        if nearest is None:
            return None, None, None
        return self.minutes.get(nearest), self.metres.get(nearest), nearest

    def _way(self, venue: int) -> tuple[float, float]:
        return self.minutes.get(venue, inf), self.metres.get(venue, inf)

    @property
    def nearest_first(self) -> list[int]:
        """The venues to which the way is known, nearest first; walking minutes count before metres."""
        way = self.minutes or self.metres
        known = way if self.venues is None else way.keys() & self.venues
        return sorted(known, key=lambda venue: (way[venue], venue))


def reach(criteria: Criteria, *, at: datetime) -> Reach:
    """Return the venues that a search allows, each condition on the same venue."""
    minutes, reason = _walks(criteria)
    metres = _metres(criteria, at)
    allowed = [*_named_places(criteria)]
    if criteria.has_distance and criteria.minutes is not None:
        allowed.append(set(minutes))
    if criteria.has_distance and criteria.metres is not None:
        allowed.append(set(metres))
    return Reach(frozenset(set.intersection(*allowed)) if allowed else None, minutes, metres, reason)


@contextmanager
def walks_kept() -> Iterator[None]:
    """Measure the walks from a point once for all searches inside: help asks many of them."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def _walks(criteria: Criteria) -> tuple[dict[int, float], str]:
    if not criteria.near or (criteria.minutes is None and criteria.metres is not None):
        return {}, ""
    limit = SHOWN_MINUTES if criteria.minutes is None else criteria.minutes
    reached = _reached(rounded_point(*criteria.near), max(limit, SHOWN_MINUTES))
    near = {venue: minutes for venue, minutes in reached.items() if minutes <= limit}
    return near, str(reached.reason or "")


def _reached(point: tuple[float, float], limit: int) -> Reached:
    kept = _kept.get()
    if kept is None:
        return walking_minutes_to_venues(*point, limit_minutes=limit)
    if (point, limit) not in kept:
        kept[point, limit] = walking_minutes_to_venues(*point, limit_minutes=limit)
    return kept[point, limit]


def _metres(criteria: Criteria, at: datetime) -> dict[int, float]:
    if not criteria.near or criteria.metres is None:
        return {}
    points = _points(opened().stamp, int(at.timestamp() // 60))
    return venues_within(*rounded_point(*criteria.near), metres=criteria.metres, points=points)


@lru_cache(maxsize=2)
def _points(stamp: tuple[object, ...], minute: int) -> VenuePoints:
    """Return where the venues are, read again when the index or the minute changes."""
    return venue_points()


def _named_places(criteria: Criteria) -> Iterator[set[int]]:
    if criteria.venue:
        yield set(Venue.objects.filter(public_id=criteria.venue).values_list("pk", flat=True))
    if criteria.area:
        key, _colon, code = criteria.area.partition(":")
        area = Area.objects.filter(area_set__key=key, code=code)
        yield set(Venue.objects.filter(area__in=area).values_list("pk", flat=True))
