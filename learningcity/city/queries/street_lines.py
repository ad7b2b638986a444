"""Streets as lines, to be drawn behind a place."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from learningcity.city.queries.walking import walking_streets

Line = list[tuple[float, float]]


def streets_within(south: float, west: float, north: float, east: float) -> list[Line]:
    """Return the streets in a window as lines of (lat, lon), each stretch once; [] without a network."""
    streets = walking_streets()
    if streets is None:
        return []
    lat, lon = streets.lat, streets.lon
    inside = (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)
    ways: dict[int, set[int]] = defaultdict(set)
    for node in np.flatnonzero(inside).tolist():
        heads = streets.heads[streets.indptr[node] : streets.indptr[node + 1]]
        ways[node].update(heads[inside[heads]].tolist())
    return [[(float(lat[node]), float(lon[node])) for node in trail] for trail in _trails(ways)]


def _trails(ways: dict[int, set[int]]) -> Iterator[list[int]]:
    """Yield trails that use each stretch once, from ends and crossings first; uses the ways up."""
    starts = sorted(ways, key=lambda node: (len(ways[node]) == 2, node))
    for start in starts:
        while ways[start]:
            trail = [start]
            while ways[trail[-1]]:
                here, there = trail[-1], min(ways[trail[-1]])
                ways[here].discard(there)
                ways[there].discard(here)
                trail.append(there)
            yield trail
