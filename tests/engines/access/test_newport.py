"""Newport's walk to the nearest library: the naive figures of the data's own notes, and ours beside them.

The naive graph is rebuilt here with scipy alone: every walkable way less private ones, edges both ways,
straight segments and inner points of areas in the plane of a transverse Mercator map (that of the national
grid, on the sphere), nearest node of the largest part within 400 metres.
"""

import csv
import json

import numpy as np
import osmium
import pytest
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from learningcity.engines.access import (
    at_nodes,
    by_group,
    metres_from,
    nearest_metres,
    snap,
    walking_minutes,
    walking_network,
)

pytestmark = pytest.mark.once

EARTH = 6_371_008.8
MERIDIAN = -2.0
CLOSED = {"no", "private"}


def to_plane(lon_lat):
    """Return metres east and north of degrees: float64[n, 2], transverse Mercator on the sphere."""
    lon, lat = np.radians(lon_lat - [MERIDIAN, 0.0]).T
    east = np.arctanh(np.cos(lat) * np.sin(lon))
    return EARTH * np.column_stack((east, np.arctan2(np.tan(lat), np.cos(lon))))


def to_degrees(metres):
    """Return degrees of points of the plane: float64[n, 2], longitude first."""
    east, north = metres.T / EARTH
    lon, lat = np.arctan2(np.sinh(east), np.cos(north)), np.arcsin(np.sin(north) / np.cosh(east))
    return np.degrees(np.column_stack((lon, lat))) + [MERIDIAN, 0.0]


def rows(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def newport(test_data):
    return test_data / "newport"


@pytest.fixture(scope="module")
def libraries(newport):
    """Return the six libraries: float64[6, 2], degrees, longitude first."""
    places = rows(newport / "places_osm_extracted.csv")
    return np.array([(float(p["lon"]), float(p["lat"])) for p in places if p["kind"] == "library"])


@pytest.fixture(scope="module")
def areas(newport):
    """Return per area the inner point in the plane, and people in education deciles 1-3, 4-7 and 8-10."""
    shapes = json.loads((newport / "lsoa11.geojson").read_text(encoding="utf-8"))["features"]
    people = {r["lsoa11_code"]: r for r in rows(newport / "population_age_2020_lsoa11.csv")}
    decile = {r["lsoa11_code"]: int(r["Education_decile"]) for r in rows(newport / "wimd2019_lsoa11.csv")}
    points, counts = [], []
    for feature in shapes:
        code = feature["properties"]["LSOA11CD"]
        outline = shapely.transform(shapely.geometry.shape(feature["geometry"]), to_plane)
        points.append(outline.representative_point().coords[0])
        group = int(decile[code] > 3) + int(decile[code] > 7)
        counts.append(np.eye(3)[group] * float(people[code]["total_population"]))
    return np.array(points), np.array(counts)


@pytest.fixture(scope="module")
def naive(newport):
    """Return the naive graph: nodes in the plane, a scipy matrix of metres, and the number of edges."""
    place, edges = {}, []
    reader = osmium.FileProcessor(str(newport / "newport-2023-06-13.osm.pbf")).with_locations()
    for way in reader.with_filter(osmium.filter.KeyFilter("highway")):
        if not isinstance(way, osmium.osm.Way) or not naively_walkable(way.tags):
            continue
        refs = [node.ref for node in way.nodes]
        place.update((node.ref, (node.lon, node.lat)) for node in way.nodes)
        edges += zip(refs, refs[1:], strict=False)
    number = {ref: i for i, ref in enumerate(place)}
    plane = to_plane(np.array(list(place.values())))
    # An edge drawn twice is the same segment twice: scipy would add the two up.
    ends = np.unique([sorted((number[a], number[b])) for a, b in edges], axis=0)
    metres = np.hypot(*(plane[ends[:, 0]] - plane[ends[:, 1]]).T)
    size = (len(plane), len(plane))
    one_way = csr_matrix((metres, (ends[:, 0], ends[:, 1])), shape=size)
    return plane, one_way + one_way.T, len(edges)


def naively_walkable(tags):
    kind = tags["highway"]
    open_to_all = tags.get("access") not in CLOSED and tags.get("foot") not in CLOSED
    return open_to_all and kind != "construction" and not kind.startswith(("motorway", "trunk"))


@pytest.fixture(scope="module")
def naive_means(naive, areas, libraries):
    """Return the naive walk per group, and which areas are covered."""
    plane, matrix, _ = naive
    label = connected_components(matrix, directed=False)[1]
    largest = np.flatnonzero(label == np.bincount(label).argmax())
    tree = cKDTree(plane[largest])
    metres = dijkstra(matrix[largest][:, largest], indices=tree.query(to_plane(libraries))[1], min_only=True)
    points, counts = areas
    away, node = tree.query(points)
    covered = away <= 400
    return by_group(metres[node], covered, counts), covered


@pytest.fixture(scope="module")
def network(newport):
    return walking_network(newport / "newport-2023-06-13.osm.pbf")


def test_the_naive_graph_has_the_nodes_and_edges_that_were_counted(naive):
    plane, matrix, edges = naive
    parts = np.bincount(connected_components(matrix, directed=False)[1])

    assert len(plane) == 45_630
    assert edges == 49_174
    assert matrix.sum() / 2_000 == pytest.approx(931, abs=1)
    assert round(parts.max() / len(plane) * 100, 1) == 97.9


def test_the_naive_walk_to_a_library_is_the_one_that_was_noted(naive_means):
    means, covered = naive_means

    assert covered.sum() == 63
    assert np.round(means.mean / 1000, 1).tolist() == [1.7, 2.1, 2.4]
    assert round(means.people_covered.sum(), -3) == 108_000


def test_our_walk_to_a_library_stands_beside_the_naive_one(network, areas, libraries, naive_means):
    points, counts = areas
    inner = to_degrees(points)
    nodes = snap(network, inner[:, 1], inner[:, 0], limit_metres=400)
    metres = nearest_metres(network, snap(network, libraries[:, 1], libraries[:, 0]))

    ours = by_group(at_nodes(metres, nodes), nodes >= 0, counts)

    naively, covered = naive_means
    assert ((nodes >= 0) == covered).all()
    assert ours.mean == pytest.approx(naively.mean, rel=0.06)
    # The figures of docs/methods/access.md.
    assert ours.mean == pytest.approx([1699, 2119, 2251], abs=1)


def test_our_network_has_the_streets_of_the_city(network):
    kilometres = network.metres.sum() / 2_000

    assert len(network) > 45_630 * 0.979
    assert kilometres == pytest.approx(931 * 0.979, rel=0.03)
    assert network.metres.max() <= 50


def test_minutes_from_any_point_to_every_venue_come_from_one_search(network, libraries):
    start = snap(network, [51.588], [-2.997])[0]
    venues = snap(network, libraries[:, 1], libraries[:, 0])

    minutes = walking_minutes(at_nodes(metres_from(network, start), venues))

    assert (minutes > 0).all()
    assert minutes.min() < 20
