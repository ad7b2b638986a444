"""Measuring walks: from every statistical area to the nearest place of every kind."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import numpy as np
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.city.models import Area, AreaSet, City, Venue, Walk
from learningcity.city.permissions import can_load_city
from learningcity.city.queries import walking_streets
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.progress import SILENT, Progress
from learningcity.engines.access import Network, nearest_metres, snap

TOGETHER = 500

Place = TypeVar("Place", Area, Venue)


@transaction.atomic
def measure_walks(*, by: Actor, at: datetime, progress: Progress = SILENT) -> int:
    """Find the street of every area and venue, and measure all walks anew. Return how many walks there are.

    Without a network, or without a street near, there is no walk. Raises PermissionDenied.
    """
    if not can_load_city(by):
        raise PermissionDenied
    city = locked_city()
    remember_streets(city)
    walks = remember_walks(Venue.Kind.values, progress=progress)
    record("city.walks_measured", by=by, about=city, at=at)
    return walks


def locked_city() -> City | None:
    """Return the city, locked until the transaction ends: two measurements must not mix their results."""
    return City.objects.select_for_update().filter(pk=1).first()


def remember_streets(city: City | None) -> None:
    """Store the node of the network nearest to every area and venue; nothing where no street is near."""
    streets = walking_streets()
    limit = city.snap_metres if city else 0
    areas = list(Area.objects.only("lat", "lon", "street_node").order_by("pk"))
    Area.objects.bulk_update(_moved(areas, streets, limit), ["street_node"], batch_size=TOGETHER)
    venues = list(Venue.objects.only("lat", "lon", "street_node").order_by("pk"))
    Venue.objects.bulk_update(_moved(venues, streets, limit), ["street_node"], batch_size=TOGETHER)


def _moved(things: list[Place], streets: Network | None, limit_metres: float) -> list[Place]:
    """Give every thing its node, and return those that had another."""
    nodes = street_nodes(streets, [(thing.lat, thing.lon) for thing in things], limit_metres)
    moved = [thing for thing, node in zip(things, nodes, strict=True) if thing.street_node != node]
    for thing, node in zip(things, nodes, strict=True):
        thing.street_node = node
    return moved


def street_nodes(
    streets: Network | None, points: list[tuple[float | None, float | None]], limit_metres: float
) -> list[int | None]:
    """Return the node near every point (lat, lon); None where there is no point, network or street near."""
    if streets is None or not points:
        return [None] * len(points)
    lat, lon = np.array(points, np.float64).T
    return [None if n < 0 else n for n in snap(streets, lat, lon, limit_metres=limit_metres).tolist()]


def remember_walks(kinds: Iterable[str], *, progress: Progress = SILENT) -> int:
    """Measure and store the walks of these kinds; to empty kinds there are none. Return their number."""
    streets = walking_streets()
    areas = list(
        Area.objects.filter(area_set__purpose=AreaSet.Purpose.STATISTICS)
        .order_by("pk")
        .values_list("pk", "street_node")
    )
    places: dict[str, list[int]] = defaultdict(list)
    venues = Venue.objects.filter(is_gone=False, street_node__isnull=False).order_by("pk")
    for kind, node in venues.values_list("kind", "street_node"):
        if node is not None:
            places[kind].append(node)
    measured = 0
    for kind in progress.steps(list(kinds), label=_("Walks")):
        walks = _walks(kind, streets, areas, places[kind]) if streets is not None and places[kind] else []
        if not walks:
            Walk.objects.filter(kind=kind).delete()
        # Areas that left the bundle took their walks with them; the rest is written over.
        Walk.objects.bulk_create(
            walks,
            update_conflicts=True,
            unique_fields=["area", "kind"],
            update_fields=["metres"],
            batch_size=TOGETHER,
        )
        measured += len(walks)
    return measured


def _walks(kind: str, streets: Network, areas: list[tuple[int, int | None]], places: list[int]) -> list[Walk]:
    metres = nearest_metres(streets, places)
    return [
        Walk(area_id=area, kind=kind, metres=None if node is None else _finite(metres[node]))
        for area, node in areas
    ]


def _finite(metres: np.float32) -> float | None:
    return round(float(metres), 1) if np.isfinite(metres) else None
