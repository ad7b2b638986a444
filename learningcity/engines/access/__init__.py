"""Access on foot: how far people walk to learning, how much they reach, and who does not.

The question, the formulas, the sources and the limits are in `docs/methods/access.md`.

Words: a *node* is a point of a street, known by its position in the network's arrays; a *place* is the node
where something is offered; *metres* are walked along streets. Node -1, "near no street", never counts.
Never: no number for what is not known. What cannot be walked is infinite, what has no people is not a number.
"""

from learningcity.engines.access.groups import GroupMeans, by_group
from learningcity.engines.access.network import Network, NetworkError, build_network
from learningcity.engines.access.reach import (
    Gaussian,
    Steps,
    at_nodes,
    catchment,
    metres_from,
    nearest,
    nearest_metres,
    nearest_place,
    walking_minutes,
    within,
)
from learningcity.engines.access.snapping import snap, snap_with_metres
from learningcity.engines.access.streets import is_walkable, walking_network

__all__ = [
    "Gaussian",
    "GroupMeans",
    "Network",
    "NetworkError",
    "Steps",
    "at_nodes",
    "build_network",
    "by_group",
    "catchment",
    "is_walkable",
    "metres_from",
    "nearest",
    "nearest_metres",
    "nearest_place",
    "snap",
    "snap_with_metres",
    "walking_minutes",
    "walking_network",
    "within",
]
