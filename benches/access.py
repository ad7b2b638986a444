"""Access on foot, ours beside scipy: a generated grid of a million nodes, and Newport.

`python benches/access.py` prints a table, with --json the lines as data. Ours runs in a process of its own.
"""

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import osmium
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from learningcity.engines.access import Network, build_network, snap, walking_network

NEWPORT = Path(__file__).resolve().parents[1] / "learningcity" / "city" / "data" / "newport"
ALONE = Path(__file__).with_name("access_alone.py")
SIDE = 1_000
PLACES = 2_000
REPETITIONS = 3
KINDS = {
    "school", "library", "university", "college", "community_centre", "arts_centre", "theatre", "museum",
    "gallery", "childcare", "kindergarten", "place_of_worship", "sports_centre", "social_facility",
}  # fmt: skip
AGES = [*map(str, range(90)), "90+"]

Line = dict[str, str | float]


def run() -> list[Line]:
    """Return the lines of the bench."""
    with tempfile.TemporaryDirectory() as folder:
        lines = grid_lines(Path(folder))
        if NEWPORT.is_dir():
            return [*lines, newport_line(Path(folder))]
    print("The Newport bundle is not in this checkout: its line was left out.", file=sys.stderr)
    return lines


def grid_lines(folder: Path) -> list[Line]:
    """Measure the grid: nearest beside scipy; counts and catchments beside our nearest of the same run."""
    network, places = grid()
    np.save(folder / "grid.npy", places)
    ours = alone("grid", network, folder)
    peer_seconds, metres = scipy_nearest(network, [places])
    if not np.allclose(np.load(folder / "nearest.npy"), metres[0], rtol=1e-6):
        raise SystemExit("Our walks to the nearest place differ from scipy's.")
    where = f"{SIDE * SIDE:,} nodes, {PLACES:,} places"
    return [
        line(f"nearest place, {where}", ours, "nearest", "scipy dijkstra, min_only", peer_seconds),
        line(f"places within 1,200 m, {where}", ours, "within", "our nearest place", ours["nearest"]),
        line(f"floating catchment, {where}", ours, "catchment", "our nearest place", ours["nearest"]),
    ]


def newport_line(folder: Path) -> Line:
    """Measure the walk of every age to every kind of place in Newport, beside scipy's searches alone."""
    extract = next(NEWPORT.glob("*.osm.pbf"))
    network, kinds, areas = walking_network(extract), places_of(extract), areas_and_people()
    np.savez(folder / "kinds.npz", *kinds)
    np.savez(folder / "areas.npz", **areas)
    ours = alone("newport", network, folder)
    snapped = [snap(network, *points) for points in kinds]
    peer_seconds, _ = scipy_nearest(network, [nodes[nodes >= 0] for nodes in snapped if (nodes >= 0).any()])
    name = f"Newport, {len(kinds)} kinds x {len(AGES)} ages"
    return line(name, ours, "newport", "scipy dijkstra, the searches alone", peer_seconds)


def line(name: str, ours: dict[str, float], question: str, peer: str, peer_seconds: float) -> Line:
    """Return one line of the bench."""
    return {
        "name": name,
        "seconds": round(ours[question], 6),
        "peer": peer,
        "peer_seconds": round(peer_seconds, 6),
        "ratio": round(ours[question] / peer_seconds, 3),
        "peak_mb": round(ours["peak_mb"], 1),
    }


def grid() -> tuple[Network, np.ndarray]:
    """Return a grid of streets of 60 to 140 metres, and the nodes of places drawn on it."""
    number = np.arange(SIDE * SIDE, dtype=np.int32).reshape(SIDE, SIDE)
    tails = np.concatenate((number[:, :-1].ravel(), number[:-1].ravel()))
    heads = np.concatenate((number[:, 1:].ravel(), number[1:].ravel()))
    rng = np.random.default_rng(2026)
    degrees = np.arange(SIDE) * 0.0009
    lengths = rng.uniform(60, 140, len(tails))
    network = build_network(np.repeat(degrees, SIDE), np.tile(degrees, SIDE), tails, heads, lengths)
    return network, rng.choice(SIDE * SIDE, PLACES, replace=False).astype(np.int32)


def places_of(extract: Path) -> list[np.ndarray]:
    """Return the places of every kind in the extract: latitudes and longitudes, float64[2, k] each."""
    found: dict[str, list[tuple[float, float]]] = {}
    reader = osmium.FileProcessor(str(extract)).with_locations()
    for thing in reader.with_filter(osmium.filter.KeyFilter("amenity", "tourism", "leisure")):
        kinds = {thing.tags.get(key) for key in ("amenity", "tourism", "leisure")} & KINDS
        if kinds and not thing.is_relation():
            point = thing if thing.is_node() else thing.nodes[0]
            found.setdefault(min(kinds), []).append((point.lat, point.lon))
    return [np.array(points).T for points in found.values()]


def areas_and_people() -> dict[str, np.ndarray]:
    """Return an inner point of every small area, and its people by year of age: float64[areas, ages]."""
    features = json.loads((NEWPORT / "lsoa11.geojson").read_text(encoding="utf-8"))["features"]
    inner = [shapely.geometry.shape(feature["geometry"]).representative_point() for feature in features]
    with (NEWPORT / "population_age_2020_lsoa11.csv").open(encoding="utf-8") as file:
        rows = {row["lsoa11_code"]: [float(row[age]) for age in AGES] for row in csv.DictReader(file)}
    people = [rows[feature["properties"]["LSOA11CD"]] for feature in features]
    return {
        "lat": np.array([point.y for point in inner]),
        "lon": np.array([point.x for point in inner]),
        "people": np.array(people),
    }


def alone(what: str, network: Network, folder: Path) -> dict[str, float]:
    """Run our part in a process of its own; return its seconds by question, and its peak memory."""
    (folder / "network").write_bytes(network.to_bytes())
    command = [sys.executable, str(ALONE), what, str(folder)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def scipy_nearest(network: Network, lists: list[np.ndarray]) -> tuple[float, list[np.ndarray]]:
    """Return the least seconds scipy takes to search from every list of places, and its metres."""
    size = (len(network), len(network))
    matrix = csr_matrix((network.metres.astype(np.float64), network.heads, network.indptr), shape=size)
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        metres = [dijkstra(matrix, indices=places, min_only=True) for places in lists]
        times.append(time.perf_counter() - start)
    return min(times), metres


def main() -> None:
    """Print the lines, as data or for a person."""
    lines = run()
    if "--json" in sys.argv[1:]:
        print(json.dumps(lines, indent=2))
        return
    for row in lines:
        print(
            "{name}: {seconds:.4f} s, {ratio:.2f} x {peer} ({peer_seconds:.4f} s), {peak_mb:.0f} MB".format(
                **row
            )
        )


if __name__ == "__main__":
    main()
