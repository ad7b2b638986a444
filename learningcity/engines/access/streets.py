"""From an OpenStreetMap extract to the walking network.

Which ways are walked, and why, is in `docs/methods/access.md`.
"""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import osmium

from learningcity.engines.access.kinds import Floats, Positions
from learningcity.engines.access.network import Network, NetworkError, build_network, great_circle

WALKABLE = frozenset(
    {
        *("primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link"),
        *("unclassified", "residential", "living_street", "service", "road", "pedestrian", "track"),
        *("footway", "path", "steps", "cycleway", "bridleway", "corridor", "crossing", "platform"),
    }
)
WALKABLE_IF_SAID = frozenset({"motorway", "motorway_link", "trunk", "trunk_link", "busway"})
FOOT_ALLOWED = frozenset({"yes", "designated", "permissive", "official", "destination"})
FOOT_FORBIDDEN = frozenset({"no", "private", "use_sidepath"})
ACCESS_FORBIDDEN = frozenset(
    {"no", "private", "military", "agricultural", "forestry", "delivery", "emergency"}
)
SIDEWALK_PRESENT = frozenset({"yes", "both", "left", "right"})

LONGEST_PIECE_METRES = 50.0
WAYS_PER_REPORT = 1_000


class Tags(Protocol):
    """What a dict of tags, and OpenStreetMap's own list of them, can both do."""

    def get(self, key: str, default: str | None = None, /) -> str | None: ...


def is_walkable(tags: Tags) -> bool:
    """Tell whether a way may be walked: its own word on foot first, then its kind, then its word on access.

    >>> is_walkable({"highway": "footway"}), is_walkable({"highway": "service", "access": "private"})
    (True, False)
    >>> is_walkable({"highway": "trunk"}), is_walkable({"highway": "trunk", "foot": "yes"})
    (False, True)
    """
    kind, foot = tags.get("highway"), tags.get("foot")
    if kind not in WALKABLE and kind not in WALKABLE_IF_SAID:
        return False
    if foot in FOOT_ALLOWED:
        return True
    if foot in FOOT_FORBIDDEN or tags.get("access") in ACCESS_FORBIDDEN:
        return False
    if kind in WALKABLE_IF_SAID or tags.get("motorroad") == "yes":
        return tags.get("sidewalk") in SIDEWALK_PRESENT
    return True


def walking_network(path: Path | str, *, progress: Callable[[int], object] | None = None) -> Network:
    """Read the walking network of an OpenStreetMap extract: .osm.pbf, .osm, .osm.gz or .osm.bz2.

    `progress` is called with the number of ways read since its last call (it fits `tqdm.update`).
    Straight pieces over 50 metres are divided, so that a point beside a long street finds a node near it.
    Raises NetworkError, a sentence with its remedy, for a file that is missing, cut, of another kind or
    without streets.
    """
    path = Path(path)
    points = _Points()
    try:
        for way in _ways(path, progress or _silent):
            points.add(way)
    except (osmium.InvalidLocationError, RuntimeError, OSError, ValueError) as error:
        if isinstance(error, NetworkError):
            raise
        raise NetworkError(
            f"{path.name} is cut short or damaged. Download the extract again and compare its size.",
            problem="cut",
        ) from error
    if len(points.ends) == 0:
        raise NetworkError(
            f"{path.name} has no street to walk on. "
            "Choose an extract that covers the city with its ways, nodes before ways.",
            problem="streetless",
        )
    return build_network(*points.graph())


def _silent(_: int) -> None:
    """Report to nobody."""


def _ways(path: Path, progress: Callable[[int], object]) -> Iterator[osmium.osm.Way]:
    """Yield the walkable ways of the extract, their nodes located."""
    source = osmium.io.File(str(path), _kind_of_file(path))
    reader = osmium.FileProcessor(source).with_locations()
    reader = reader.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    seen = 0
    for way in reader:
        seen += 1
        if seen % WAYS_PER_REPORT == 0:
            progress(WAYS_PER_REPORT)
        if isinstance(way, osmium.osm.Way) and is_walkable(way.tags):
            yield way
    progress(seen % WAYS_PER_REPORT)


def _kind_of_file(path: Path) -> str:
    """Return osmium's name for the format, judged by the content: names of downloads are often wrong."""
    if not path.is_file():
        raise NetworkError(
            f"There is no file {path.name}. Check the path, or download the extract.", problem="missing"
        )
    with path.open("rb") as file:
        start = file.read(4096)
    if b"OSMHeader" in start[:32]:
        return "pbf"
    if b"<osm " in start or b"<osm>" in start:
        return "osm"
    for magic, kind in ((b"\x1f\x8b", "osm.gz"), (b"BZh", "osm.bz2")):
        if start.startswith(magic):
            return kind
    raise NetworkError(
        f"{path.name} is not an OpenStreetMap extract. Give a file in the .osm.pbf or .osm format.",
        problem="unreadable",
    )


@dataclass
class _Points:
    """The points of all ways, one after the other, and the position at which each unbroken stretch ends."""

    refs: "array[int]" = field(default_factory=lambda: array("q"))
    lat: "array[float]" = field(default_factory=lambda: array("d"))
    lon: "array[float]" = field(default_factory=lambda: array("d"))
    ends: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, way: osmium.osm.Way) -> None:
        """Add a way; where the extract lacks one of its nodes, it breaks in two."""
        start = len(self.refs)
        for node in way.nodes:
            if node.location.valid():
                self.refs.append(node.ref)
                self.lat.append(node.location.lat)
                self.lon.append(node.location.lon)
            else:
                start = self._end(start)
        self._end(start)

    def _end(self, start: int) -> int:
        if len(self.refs) - start >= 2:
            self.ends.append(len(self.refs))
        else:
            # A single point is no stretch; leaving it would join its neighbours.
            del self.refs[start:], self.lat[start:], self.lon[start:]
        return len(self.refs)

    def graph(self) -> tuple[Floats, Floats, Positions, Positions]:
        """Return latitudes, longitudes, tails and heads, long pieces divided."""
        _, first, number = np.unique(np.asarray(self.refs), return_index=True, return_inverse=True)
        lat, lon = np.asarray(self.lat)[first], np.asarray(self.lon)[first]
        joined = np.ones(len(number), np.bool_)
        joined[np.asarray(self.ends) - 1] = False
        at = np.flatnonzero(joined)
        return _divided(lat, lon, number[at], number[at + 1])


def _divided(
    lat: Floats, lon: Floats, tails: Positions, heads: Positions
) -> tuple[Floats, Floats, Positions, Positions]:
    """Replace every edge longer than a piece may be by a row of equal pieces."""
    metres = great_circle(lat[tails], lon[tails], lat[heads], lon[heads])
    pieces = np.maximum(np.ceil(metres / LONGEST_PIECE_METRES).astype(np.int64), 1)
    edge = np.repeat(np.arange(len(tails)), pieces)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    inner = step > 0
    share = step[inner] / pieces[edge[inner]]
    new_nodes = len(lat) + np.arange(len(share))
    starts, ends = tails[edge], heads[edge]
    starts[inner] = new_nodes
    # Each inner node ends the piece before it.
    ends[np.flatnonzero(inner) - 1] = new_nodes
    a, b = tails[edge[inner]], heads[edge[inner]]
    return (
        np.concatenate((lat, lat[a] + share * (lat[b] - lat[a]))),
        np.concatenate((lon, lon[a] + share * (lon[b] - lon[a]))),
        starts,
        ends,
    )
