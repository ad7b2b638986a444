"""The walking network as arrays: built, checked, kept (method: `docs/methods/access.md`)."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from learningcity.engines.access.compiled import adjacency, components
from learningcity.engines.access.kinds import Floats, Metres, Nodes, Positions, Rows

EARTH_RADIUS_METRES = 6_371_008.8
LONGEST_EDGE_METRES = 20_100_000.0  # half of the Earth's girth

_KINDS = {"lat": "<f8", "lon": "<f8", "indptr": "<i4", "heads": "<i4", "metres": "<f4"}
_LARGEST_BYTES = 2_000_000_000
_UNREADABLE = (
    ValueError,
    KeyError,
    OSError,
    EOFError,
    RuntimeError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


class NetworkError(ValueError):
    """No walking network can be made of this.

    `problem` names the kind, for a caller with words of its own: missing, unreadable, cut or streetless.
    """

    def __init__(self, sentence: str, *, problem: str) -> None:
        super().__init__(sentence)
        self.problem = problem


@dataclass(frozen=True, eq=False)
class Network:
    """Streets one can walk, as rows: node i leads to heads[indptr[i]:indptr[i + 1]], and back.

    Shapes: lat, lon float64[n] in degrees; indptr int32[n + 1]; heads int32[m]; metres float32[m].
    The arrays are read-only. Raises ValueError if they do not fit one another.
    """

    lat: Floats
    lon: Floats
    indptr: Nodes
    heads: Nodes
    metres: Metres

    def __post_init__(self) -> None:
        for name, kind in _KINDS.items():
            array = np.ascontiguousarray(getattr(self, name), dtype=kind).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        # The compiled loops trust these arrays: a wrong index there would read foreign memory.
        _check_shapes(self)
        _check_values(self)

    def __len__(self) -> int:
        return len(self.lat)

    @property
    def rows(self) -> Rows:
        """Return row starts, heads and metres, as the compiled loops take them."""
        return self.indptr, self.heads, self.metres

    @cached_property
    def bucket_metres(self) -> float:
        """Return the width of the queue's buckets: twice the mean edge, at least one metre."""
        return max(2.0 * float(self.metres.mean(dtype=np.float64)), 1.0) if len(self.metres) else 1.0

    def to_bytes(self) -> bytes:
        """Return the network as a compressed npz file; the same network always gives the same bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name in _KINDS:
                member = io.BytesIO()
                np.lib.format.write_array(member, getattr(self, name), allow_pickle=False)
                # A bare ZipInfo carries a fixed date, so that the bytes do not depend on the clock.
                archive.writestr(
                    zipfile.ZipInfo(f"{name}.npy"), member.getbuffer(), zipfile.ZIP_DEFLATED, compresslevel=4
                )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Network":
        """Read what `to_bytes` wrote. Raises NetworkError if it is anything else; runs none of it."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                _check_archive(archive)
                return cls(*(_read_member(archive, name) for name in _KINDS))
        except _UNREADABLE as error:
            raise NetworkError(
                "The stored walking network cannot be read. Load the city again from its extract.",
                problem="unreadable",
            ) from error


def build_network(
    lat: npt.ArrayLike,
    lon: npt.ArrayLike,
    tails: npt.ArrayLike,
    heads: npt.ArrayLike,
    metres: npt.ArrayLike | None = None,
) -> Network:
    """Return the largest connected part of a street graph, walkable both ways.

    lat, lon: float[n] in degrees; tails, heads: int[e], the ends of each edge; metres: float[e], the
    great-circle distance where none is given. Loops are dropped, of parallel edges the shortest stays, of
    equally large parts the one with the first node. Nodes are put in a new order that keeps neighbours close
    in memory (Morton 1966): find them again with `snap`.
    Raises ValueError if the arrays do not fit one another, NetworkError without any edge.
    """
    lat, lon = _checked_positions(lat, lon)
    tails, heads = _checked_ends(tails, heads, len(lat))
    if metres is None:
        metres = great_circle(lat[tails], lon[tails], lat[heads], lon[heads])
    metres = _checked_metres(metres, len(tails))
    tails, heads, metres = _without_doubles(tails, heads, metres)
    if not len(tails):
        raise NetworkError(
            "No two points are joined by a street. Give an edge between two different points.",
            problem="streetless",
        )
    order, number = _largest_part(lat, lon, tails, heads)
    inside = number[tails] >= 0
    rows = adjacency(len(order), number[tails[inside]], number[heads[inside]], metres[inside])
    return Network(lat[order], lon[order], *rows)


def great_circle(lat: Floats, lon: Floats, other_lat: Floats, other_lon: Floats) -> Floats:
    """Return the metres between points in degrees on the sphere of the mean Earth radius (haversine)."""
    lat, lon, other_lat, other_lon = (np.radians(x) for x in (lat, lon, other_lat, other_lon))
    half = np.sin((other_lat - lat) / 2) ** 2
    half = half + np.cos(lat) * np.cos(other_lat) * np.sin((other_lon - lon) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_METRES * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def _check_shapes(network: Network) -> None:
    count = len(network.lat)
    if any(getattr(network, name).ndim != 1 for name in _KINDS):
        raise ValueError("every array of a network has one dimension")
    if len(network.lon) != count or len(network.indptr) != count + 1:
        raise ValueError("a network needs one longitude per latitude and one more row start than nodes")
    if len(network.metres) != len(network.heads):
        raise ValueError("a network needs one length per edge")


def _check_values(network: Network) -> None:
    indptr, heads = network.indptr, network.heads
    if indptr[0] != 0 or indptr[-1] != len(heads) or (np.diff(indptr) < 0).any():
        raise ValueError("the row starts of a network rise from 0 to the number of edges")
    if len(heads) and not 0 <= heads.min() <= heads.max() < len(network):
        raise ValueError("every edge of a network ends at one of its nodes")
    _checked_metres(network.metres, len(heads))
    _checked_positions(network.lat, network.lon)


def _checked_positions(lat: npt.ArrayLike, lon: npt.ArrayLike) -> tuple[Floats, Floats]:
    lat, lon = np.asarray(lat, np.float64), np.asarray(lon, np.float64)
    if lat.ndim != 1 or lat.shape != lon.shape:
        raise ValueError("latitudes and longitudes come in pairs")
    if not ((np.abs(lat) <= 90).all() and (np.abs(lon) <= 180).all()):
        raise ValueError("latitudes lie between -90 and 90 degrees, longitudes between -180 and 180")
    return lat, lon


def _checked_ends(tails: npt.ArrayLike, heads: npt.ArrayLike, count: int) -> tuple[Nodes, Nodes]:
    ends = np.asarray(tails), np.asarray(heads)
    if ends[0].ndim != 1 or ends[0].shape != ends[1].shape:
        raise ValueError("every edge needs a tail and a head")
    for end in ends:
        if len(end) and not (np.issubdtype(end.dtype, np.integer) and 0 <= end.min() <= end.max() < count):
            raise ValueError(f"edges join points by their position, 0 to {count - 1}")
    return ends[0].astype(np.int32), ends[1].astype(np.int32)


def _checked_metres(metres: npt.ArrayLike, count: int) -> Metres:
    lengths = np.asarray(metres, np.float32)
    if lengths.shape != (count,):
        raise ValueError("every edge needs one length")
    # Written so that "not a number" is refused too.
    if not ((lengths >= 0) & (lengths <= LONGEST_EDGE_METRES)).all():
        raise ValueError(f"lengths are between 0 and {LONGEST_EDGE_METRES:.0f} metres")
    return lengths


def _without_doubles(tails: Nodes, heads: Nodes, metres: Metres) -> tuple[Nodes, Nodes, Metres]:
    """Return each joined pair once, smaller node first, with its shortest length; no loops."""
    low, high = np.minimum(tails, heads), np.maximum(tails, heads)
    order = np.lexsort((metres, high, low))
    low, high, metres = low[order], high[order], metres[order]
    first = low != high
    first[1:] &= (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return low[first], high[first], metres[first]


def _largest_part(lat: Floats, lon: Floats, tails: Nodes, heads: Nodes) -> tuple[Positions, Nodes]:
    """Return the nodes of the largest part in their new order, and every node's new number (-1: left out)."""
    root = components(len(lat), tails, heads)
    nodes = np.flatnonzero(root == np.bincount(root).argmax())
    order = nodes[np.argsort(_morton(lat[nodes], lon[nodes]), kind="stable")]
    number = np.full(len(lat), -1, np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    return order, number


def _morton(lat: Floats, lon: Floats) -> npt.NDArray[np.uint32]:
    """Return a key per point that runs along a Z-shaped curve, so that near points get near keys."""
    rows, columns = _every_other_bit(_scaled(lat)), _every_other_bit(_scaled(lon))
    return np.left_shift(rows, 1, dtype=np.uint32) | columns


def _scaled(degrees: Floats) -> npt.NDArray[np.uint32]:
    low, high = float(degrees.min()), float(degrees.max())
    return np.asarray((degrees - low) * (65_535 / max(high - low, 1e-9)), np.uint32)


def _every_other_bit(numbers: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        numbers = (numbers | np.left_shift(numbers, shift, dtype=np.uint32)) & np.uint32(mask)
    return numbers


def _check_archive(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if [member.filename for member in members] != [f"{name}.npy" for name in _KINDS]:
        raise ValueError("not the members of a network")
    if sum(member.file_size for member in members) > _LARGEST_BYTES:
        raise ValueError("larger than any city")


def _read_member(archive: zipfile.ZipFile, name: str) -> Any:
    """Read one array. Size and kind are compared before anything is allocated for it."""
    kind = np.dtype(_KINDS[name])
    with archive.open(f"{name}.npy") as member:
        if np.lib.format.read_magic(member) != (1, 0):
            raise ValueError("not an array as we write it")
        shape, _, dtype = np.lib.format.read_array_header_1_0(member, max_header_size=1_000)
        size = archive.getinfo(f"{name}.npy").file_size - member.tell()
        if dtype != kind or len(shape) != 1 or shape[0] * kind.itemsize != size:
            raise ValueError("not an array as we write it")
        return np.frombuffer(member.read(), kind)
