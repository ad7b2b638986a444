"""From a point on the map to the nearest node of the walking network (method: `docs/methods/access.md`)."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from learningcity.engines.access.kinds import Floats, Nodes
from learningcity.engines.access.network import EARTH_RADIUS_METRES, Network


def snap(network: Network, lat: npt.ArrayLike, lon: npt.ArrayLike, *, limit_metres: float = 400.0) -> Nodes:
    """Return int32[k]: the node nearest to every point (float[k], degrees), -1 where the limit holds none."""
    return snap_with_metres(network, lat, lon, limit_metres=limit_metres)[0]


def snap_with_metres(
    network: Network, lat: npt.ArrayLike, lon: npt.ArrayLike, *, limit_metres: float = 400.0
) -> tuple[Nodes, Floats]:
    """Return the nearest node of every point and the metres to it; -1 and infinity where none is near enough.

    A point that is not a number is near nothing. Raises ValueError for a limit that is negative or no number.
    """
    if not limit_metres >= 0:
        raise ValueError("the limit is a number of metres, 0 or more")
    lat, lon = np.atleast_1d(np.asarray(lat, np.float64)), np.atleast_1d(np.asarray(lon, np.float64))
    nodes, metres = np.full(lat.shape, -1, np.int32), np.full(lat.shape, np.inf)
    known = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    if len(network) and len(known):
        chords, found = map(np.asarray, _tree(network).query(_on_sphere(lat[known], lon[known])))
        far = 2 * EARTH_RADIUS_METRES * np.arcsin(np.minimum(chords / 2, 1.0))
        near = far <= limit_metres
        nodes[known[near]], metres[known[near]] = found[near], far[near]
    return nodes, metres


@lru_cache(maxsize=4)
def _tree(network: Network) -> cKDTree:
    # Kept for the last few networks: a search page snaps one point per request.
    return cKDTree(_on_sphere(network.lat, network.lon))


def _on_sphere(lat: Floats, lon: Floats) -> Floats:
    """Return the points as vectors of length 1: straight distances between them order like great circles."""
    lat, lon = np.radians(lat), np.radians(lon)
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
