"""What can be reached on foot: nearest place, places within a limit, floating catchments.

The method is in `docs/methods/access.md`. Nodes and places are positions in the network; a place of -1
(near no street) is left out everywhere. A limit is in metres; a place at exactly the limit counts.
"""

from dataclasses import dataclass
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt

from learningcity.engines.access.compiled import count_within, float_catchments, metres_around, spread
from learningcity.engines.access.kinds import Floats, Metres, Nodes
from learningcity.engines.access.network import Network


class Nearest(NamedTuple):
    """Per node: float32[n] metres to the nearest place, int32[n] position of that place in the list given."""

    metres: Metres
    place: Nodes


@dataclass(frozen=True)
class Steps:
    """Weights by zones (Luo and Qi 2009): a walk of up to metres[i] weighs weights[i]; beyond, nothing.

    Raises ValueError unless the bounds rise and the weights lie between 0 and 1.

    >>> Steps(metres=(400, 800, 1200), weights=(1.0, 0.68, 0.22)).weights
    (1.0, 0.68, 0.22)
    """

    metres: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.metres or len(self.metres) != len(self.weights):
            raise ValueError("steps need one weight per bound")
        if not (np.diff(self.metres, prepend=0) >= 0).all():
            raise ValueError("the bounds of the steps rise from 0")
        if not all(0 <= weight <= 1 for weight in self.weights):
            raise ValueError("weights lie between 0 and 1")


@dataclass(frozen=True)
class Gaussian:
    """Weights that fall smoothly from 1 at the place to 0 at the limit (Dai 2010)."""


def nearest(network: Network, places: npt.ArrayLike, *, limit_metres: float = np.inf) -> Nearest:
    """Return metres and nearest place of every node; infinity and -1 where none is within the limit.

    Of places equally near, the one given first wins. Raises ValueError for nodes outside the network.
    """
    nodes = _checked_nodes(network, places)
    metres, place = spread(
        network.rows,
        nodes,
        _checked_limit(limit_metres),
        network.bucket_metres,
    )
    return Nearest(metres, place)


def nearest_metres(network: Network, places: npt.ArrayLike, *, limit_metres: float = np.inf) -> Metres:
    """Return float32[n]: every node's metres to its nearest place, infinity where the limit holds none."""
    return nearest(network, places, limit_metres=limit_metres).metres


def nearest_place(network: Network, places: npt.ArrayLike, *, limit_metres: float = np.inf) -> Nodes:
    """Return int32[n]: every node's nearest place by position in the list, -1 where there is none."""
    return nearest(network, places, limit_metres=limit_metres).place


def within(
    network: Network, places: npt.ArrayLike, capacity: npt.ArrayLike | None = None, *, limit_metres: float
) -> Floats:
    """Return float64[n]: how many places, or how much of their capacity, lie within the limit of every node.

    capacity: float[k], finite and not negative. Raises ValueError for anything else.
    """
    nodes, sizes = _merged(network, places, capacity)
    return np.asarray(
        count_within(
            network.rows,
            nodes,
            sizes,
            _checked_limit(limit_metres),
            network.bucket_metres,
        )
    )


def catchment(
    network: Network,
    places: npt.ArrayLike,
    capacity: npt.ArrayLike | None,
    demand_nodes: npt.ArrayLike,
    demand: npt.ArrayLike,
    *,
    limit_metres: float,
    decay: Steps | Gaussian | None = None,
) -> Floats:
    """Return float64[n]: capacity per head at every node, by two-step floating catchment (Luo and Wang 2003).

    Every place shares its capacity among the demand within the limit; every node adds up the shares of the
    places within the limit. With a decay both steps weigh by it (Luo and Qi 2009). A place that no demand
    reaches gives nothing. capacity: float[k], 1 each where None; demand_nodes: int[d], demand: float[d]; a
    node given twice counts with the sum.
    """
    nodes, sizes = _merged(network, places, capacity)
    wanting, heads = _merged(network, demand_nodes, demand)
    demand_at = np.zeros(len(network))
    demand_at[wanting] = heads
    limit = _checked_limit(limit_metres)
    return np.asarray(
        float_catchments(
            network.rows,
            nodes,
            sizes,
            demand_at,
            limit,
            network.bucket_metres,
            *_zones(decay, limit),
        )
    )


def metres_from(network: Network, node: int, *, limit_metres: float = np.inf) -> Metres:
    """Return float32[n]: the metres from one node to every other, infinity beyond the limit.

    Raises ValueError for a node outside the network, -1 included: a point near no street has no walk.
    """
    if not 0 <= node < len(network):
        raise ValueError(f"node {node} is not in the network; its nodes are 0 to {len(network) - 1}")
    return np.asarray(
        metres_around(
            network.rows,
            np.int32(node),
            _checked_limit(limit_metres),
            network.bucket_metres,
        )
    )


def at_nodes(values: npt.ArrayLike, nodes: npt.ArrayLike, *, missing: float = np.nan) -> Floats:
    """Return float64[k]: the value at each node, `missing` for a node of -1.

    >>> at_nodes([10.0, 20.0], [1, -1, 0]).tolist()
    [20.0, nan, 10.0]
    """
    table, asked = np.asarray(values, np.float64), np.asarray(nodes, np.int64)
    known = asked >= 0
    answer = np.full(asked.shape, missing, np.float64)
    answer[known] = table[asked[known]]
    return answer


@overload
def walking_minutes(metres: float, *, metres_per_minute: float = 80.0) -> float: ...
@overload
def walking_minutes(metres: npt.NDArray[np.floating], *, metres_per_minute: float = 80.0) -> Floats: ...
def walking_minutes(
    metres: float | npt.NDArray[np.floating], *, metres_per_minute: float = 80.0
) -> float | Floats:
    """Return the minutes of a walk at 4.8 km/h, or at the pace given.

    Raises ValueError for a pace of 0 or less.

    >>> walking_minutes(1200.0)
    15.0
    """
    if not metres_per_minute > 0:
        raise ValueError("the pace is a number of metres a minute, above 0")
    if isinstance(metres, np.ndarray):
        return metres.astype(np.float64) / metres_per_minute
    return float(metres) / metres_per_minute


def _checked_limit(limit_metres: float) -> float:
    if not limit_metres >= 0:
        raise ValueError("the limit is a number of metres, 0 or more")
    return float(limit_metres)


def _checked_nodes(network: Network, nodes: npt.ArrayLike) -> Nodes:
    given = np.asarray(nodes)
    if given.ndim != 1 or (len(given) and not np.issubdtype(given.dtype, np.integer)):
        raise ValueError("nodes are a list of whole numbers")
    if len(given) and not -1 <= given.min() <= given.max() < len(network):
        raise ValueError(f"nodes are -1 (near no street) or 0 to {len(network) - 1}")
    return np.ascontiguousarray(given, np.int32)


def _merged(network: Network, nodes: npt.ArrayLike, amounts: npt.ArrayLike | None) -> tuple[Nodes, Floats]:
    """Return every node once, in rising order, with the sum of its amounts (1 each where none is given)."""
    given = _checked_nodes(network, nodes)
    sizes = np.ones(len(given)) if amounts is None else np.asarray(amounts, np.float64)
    if sizes.shape != given.shape or not ((sizes >= 0) & (sizes < np.inf)).all():
        raise ValueError("every node needs one amount, finite and not negative")
    known = given >= 0
    merged, position = np.unique(given[known], return_inverse=True)
    return merged, np.bincount(position, sizes[known], minlength=len(merged)).astype(np.float64)


def _zones(decay: Steps | Gaussian | None, limit: float) -> tuple[Floats, Floats]:
    """Return bounds and weights for the compiled loop; none at all means the Gaussian."""
    if isinstance(decay, Steps):
        return np.asarray(decay.metres, np.float64), np.asarray(decay.weights, np.float64)
    if decay is None:
        return np.array([limit]), np.array([1.0])
    if not 0 < limit < np.inf:
        raise ValueError("a Gaussian decay needs a limit above 0 that is not infinite")
    return np.empty(0), np.empty(0)
