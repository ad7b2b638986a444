"""A street graph becomes a network: one part, both ways, shortest edges; stored bytes are never trusted."""

import io
import zipfile
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learningcity.engines.access import Network, NetworkError, build_network, metres_from, snap
from tests.engines.access.graphs import METRES_PER_DEGREE, networks, street

pytestmark = pytest.mark.once

FIELDS = ("lat", "lon", "indptr", "heads", "metres")


@given(networks())
@settings(deadline=None)
def test_every_street_can_be_walked_both_ways(network):
    ways = {}
    for node in range(len(network)):
        for edge in range(network.indptr[node], network.indptr[node + 1]):
            ways[node, int(network.heads[edge])] = float(network.metres[edge])

    assert all(ways[end, start] == metres for (start, end), metres in ways.items())
    assert len(ways) == len(network.heads)
    assert all(start != end for start, end in ways)


def test_of_parallel_edges_the_shortest_stays_and_loops_go():
    network = build_network([0, 0.001], [0, 0], [0, 1, 0, 1], [1, 0, 1, 1], [90, 70, 80, 5])

    assert network.metres.tolist() == [70, 70]


def test_only_the_largest_connected_part_is_kept():
    lat = [0, 1, 2, 10, 11]

    network = build_network(lat, np.zeros(5), [0, 3, 1], [1, 4, 2], [5, 5, 5])

    assert sorted(network.lat) == [0, 1, 2]


def test_of_parts_equally_large_the_one_with_the_first_node_is_kept():
    network = build_network([0, 1, 10, 11], np.zeros(4), [2, 0], [3, 1], [5, 5])

    assert sorted(network.lat) == [0, 1]


def test_lengths_not_given_are_great_circle_distances():
    # A degree of the mean sphere; Paris to London (Notre-Dame to St Paul's), 341 km by any source.
    degree = build_network([0, 1], [0, 0], [0], [1])
    cities = build_network([48.853, 51.5138], [2.3499, -0.0984], [0], [1])

    assert degree.metres[0] == pytest.approx(METRES_PER_DEGREE, rel=1e-6)
    assert cities.metres[0] / 1000 == pytest.approx(343, abs=3)


def test_the_order_of_nodes_keeps_neighbours_close():
    side = 64
    number = np.random.default_rng(7).permutation(side * side)
    at = np.arange(side * side)
    row, column = at // side, at % side
    right = at[column < side - 1]
    lat, lon = np.empty(len(at)), np.empty(len(at))
    lat[number], lon[number] = row * 0.001, column * 0.001

    network = build_network(lat, lon, number[right], number[right + 1])

    assert len(network) == side


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"lat": [0.0]}, "come in pairs"),
        ({"lat": [0.0, 91.0]}, "between -90 and 90"),
        ({"lon": [0.0, np.nan]}, "between -180 and 180"),
        ({"tails": [0, 1]}, "a tail and a head"),
        ({"heads": [2]}, "by their position, 0 to 1"),
        ({"heads": [-1]}, "by their position, 0 to 1"),
        ({"heads": [0.5]}, "by their position, 0 to 1"),
        ({"metres": [-1.0]}, "between 0 and"),
        ({"metres": [np.nan]}, "between 0 and"),
        ({"metres": [np.inf]}, "between 0 and"),
        ({"metres": [1.0, 2.0]}, "one length"),
        ({"heads": [0]}, "No two points are joined"),
        ({"tails": [], "heads": [], "metres": []}, "No two points are joined"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_in_a_sentence(change, sentence):
    arrays = {"lat": [0.0, 0.1], "lon": [0.0, 0.0], "tails": [0], "heads": [1], "metres": [9.0]} | change

    with pytest.raises(ValueError, match=sentence):
        build_network(**arrays)


@pytest.mark.parametrize(
    "change",
    [
        {"heads": [1, 9]},
        {"heads": [1, -1]},
        {"indptr": [0, 3, 2]},
        {"indptr": [0, 1]},
        {"indptr": [1, 1, 2]},
        {"metres": [1.0]},
        {"metres": [1.0, -1.0]},
        {"lat": [[0.0, 0.1]]},
        {"lat": [0.0, np.inf]},
        {"lon": [0.0]},
    ],
)
def test_a_network_whose_arrays_would_mislead_the_loops_cannot_be_made(change):
    arrays = {"lat": [0, 0.1], "lon": [0, 0], "indptr": [0, 1, 2], "heads": [1, 0], "metres": [5, 5]} | change

    with pytest.raises(ValueError, match=r"network|latitudes|lengths"):
        Network(**arrays)


def test_the_arrays_of_a_network_cannot_be_written():
    network = street(100)

    with pytest.raises(ValueError, match="read-only"):
        network.metres[0] = 1


@given(networks())
@settings(deadline=None)
def test_a_stored_network_comes_back_the_same_and_is_stored_the_same(network):
    data = network.to_bytes()

    again = Network.from_bytes(data)

    assert all(np.array_equal(getattr(again, name), getattr(network, name)) for name in FIELDS)
    assert again.to_bytes() == data


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_spoiled_bytes_are_refused_or_harmless(data):
    stored = bytearray(street(10, 20, 30).to_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        stored[data.draw(st.integers(0, len(stored) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(stored)))

    for hostile in (bytes(stored), bytes(stored[:cut])):
        with suppress(NetworkError):
            metres_from(Network.from_bytes(hostile), 0)


@given(st.binary(max_size=300))
def test_bytes_of_another_kind_are_refused(data):
    with pytest.raises(NetworkError, match="cannot be read"):
        Network.from_bytes(data)


def archive_of(**arrays: bytes) -> bytes:
    """Return a zip file with one member per array, as a stored network has."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in arrays.items():
            archive.writestr(f"{name}.npy", content)
    return buffer.getvalue()


def stored_array(array: np.ndarray, *, allow_pickle: bool = False) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=allow_pickle)
    return buffer.getvalue()


def test_a_stored_network_is_never_unpickled():
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("unpickled",))

    trap = stored_array(np.array([Trap()], dtype=object), allow_pickle=True)

    with pytest.raises(NetworkError):
        Network.from_bytes(archive_of(**dict.fromkeys(FIELDS, trap)))


def test_a_size_that_the_file_does_not_hold_is_refused_before_it_is_allocated():
    small = stored_array(np.zeros(2))
    boast = small.replace(b"(2,)", b"(9999999999999999,)").replace(b" " * 16 + b"\n", b" \n", 1)

    with pytest.raises(NetworkError):
        Network.from_bytes(archive_of(**dict.fromkeys(FIELDS, boast)))


def test_an_archive_that_unpacks_to_more_than_any_city_is_refused():
    bomb = archive_of(**dict.fromkeys(FIELDS, bytes(1_000)))
    size = (1_000).to_bytes(4, "little")

    with pytest.raises(NetworkError):
        Network.from_bytes(bomb.replace(size, (4_000_000_000).to_bytes(4, "little")))


def test_a_point_finds_the_nearest_node_within_the_limit_and_none_beyond():
    network = street(100, 100)
    north = [60 / METRES_PER_DEGREE, 160 / METRES_PER_DEGREE, 601 / METRES_PER_DEGREE, np.nan]

    nodes = snap(network, north, np.zeros(4), limit_metres=400)

    assert [round(network.lat[node] * METRES_PER_DEGREE) for node in nodes[:2]] == [100, 200]
    assert nodes[2:].tolist() == [-1, -1]
    assert nodes.dtype == np.int32


def test_points_are_near_across_the_date_line():
    network = build_network([0, 0], [179.9999, -179.9999], [0], [1])

    assert network.metres[0] == pytest.approx(22.2, abs=0.1)
    assert snap(network, [0.0], [180.0], limit_metres=20)[0] >= 0


@pytest.mark.parametrize("limit", [-1, np.nan])
def test_a_limit_that_is_no_distance_is_refused(limit):
    with pytest.raises(ValueError, match="limit"):
        snap(street(10), [0.0], [0.0], limit_metres=limit)
