"""Our part of the bench of access, in a process of its own, so that its peak memory is ours alone.

Reads a network and places from a folder, writes the seconds of each question and the peak memory as JSON.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from learningcity.engines.access import (
    Network,
    at_nodes,
    by_group,
    catchment,
    nearest_metres,
    snap,
    within,
)

REPETITIONS = 7
LIMIT_METRES = 1_200
STATUS = Path("/proc/self/status")


def main() -> None:
    """Measure the grid or Newport, as the command line says."""
    what, folder = sys.argv[1], Path(sys.argv[2])
    network = Network.from_bytes((folder / "network").read_bytes())
    seconds = {"grid": grid_seconds, "newport": newport_seconds}[what](network, folder)
    print(json.dumps(seconds | {"peak_mb": peak_mb()}))


def grid_seconds(network: Network, folder: Path) -> dict[str, float]:
    """Ask the three questions of the grid; keep the nearest for a comparison with the peer's."""
    places = np.load(folder / "grid.npy")
    everyone = np.arange(len(network), dtype=np.int32)
    people = np.ones(len(network))
    np.save(folder / "nearest.npy", nearest_metres(network, places))
    return {
        "nearest": best(lambda: nearest_metres(network, places)),
        "within": best(lambda: within(network, places, limit_metres=LIMIT_METRES)),
        "catchment": best(
            lambda: catchment(network, places, None, everyone, people, limit_metres=LIMIT_METRES)
        ),
    }


def newport_seconds(network: Network, folder: Path) -> dict[str, float]:
    """Answer for every kind of place: the mean walk of every group, from points on the map to the table."""
    kinds = list(np.load(folder / "kinds.npz").values())
    areas = np.load(folder / "areas.npz")
    lat, lon, people = areas["lat"], areas["lon"], areas["people"]

    def table() -> list[np.ndarray]:
        homes = snap(network, lat, lon)
        walks = (nearest_metres(network, snap(network, *points)) for points in kinds)
        return [by_group(at_nodes(metres, homes), homes >= 0, people).mean for metres in walks]

    return {"newport": best(table)}


def best(question: Callable[[], object]) -> float:
    """Return the least seconds of several repetitions, after one to load what was compiled."""
    question()
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        question()
        times.append(time.perf_counter() - start)
    return min(times)


def peak_mb() -> float:
    """Return the most memory this process has held, in MB."""
    if STATUS.exists():
        # Linux hands the peak of the process that started us on to ru_maxrss: ask for our own.
        peak = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024
    kilo = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / kilo


if __name__ == "__main__":
    main()
