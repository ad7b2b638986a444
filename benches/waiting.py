"""A draw and an order by need for 100,000 applicants and 5,000 places, and the replay of what is published.

Beside the 2 seconds that it may take, in time of the processor: others may use the machine too. `python -m
benches.waiting` prints the lines, with --json as data.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from random import Random

from learningcity.engines.waiting import Entry, Line, OfferMade, digest_of_list, digest_of_seed, replay

APPLICANTS = 100_000
PLACES = 5_000
MOST_SECONDS = 2.0
SEED = "5e" * 32
Row = dict[str, str | float]


def run() -> list[Row]:
    """Return the lines of the bench."""
    entries = applicants(Random(7))
    return [
        row("draw", lambda: len(first_places(entries, "draw"))),
        row("order by need", lambda: len(first_places(entries, "priority"))),
        row("replay of a draw", lambda: len(replayed(document(entries)))),
    ]


def applicants(rng: Random) -> list[Entry]:
    """Return applicants: of ten units eight are alone, one a pair that keeps together, one a loose four."""
    entries: list[Entry] = []
    while len(entries) < APPLICANTS:
        size = rng.choice([1] * 8 + [2, 4])
        party = f"p{len(entries)}" if size > 1 else ""
        entries += [
            Entry(f"{rng.getrandbits(64):016x}", party, together=size == 2, points=rng.randrange(8))
            for _ in range(size)
        ]
    return entries[:APPLICANTS]


def first_places(entries: list[Entry], rule: str) -> list[Entry]:
    """Let everybody join, draw the order, and offer the places."""
    line = Line(rule)
    for entry in entries:
        line.join(entry)
    line.draw(SEED)
    return line.give(PLACES)


def document(entries: list[Entry]) -> dict[str, object]:
    """Return what is published of a draw of which half of the offers were not answered."""
    listed = [
        {"token": one.token, "places": 1, "points": one.points}
        | ({"party": one.party, "together": one.together} if one.party else {})
        for one in entries
    ]
    free = [PLACES, PLACES // 2, PLACES // 4]
    return {
        "rule": "draw",
        "seed": SEED,
        "seed_digest": digest_of_seed(SEED),
        "list": listed,
        "list_digest": digest_of_list(entries),
        "events": [{"kind": "drawn"}, *({"kind": "room", "places": places} for places in free)],
    }


def replayed(inputs: dict[str, object]) -> list[OfferMade]:
    """Compute the offers of a published list again."""
    return replay(inputs)


def row(name: str, work: Callable[[], int]) -> Row:
    """Return the line of some work: the best of three."""
    taken = []
    for _ in range(3):
        started = time.process_time()
        if work() < PLACES - 1:
            raise SystemExit(f"{name}: fewer places were offered than there are.")
        taken.append(time.process_time() - started)
    seconds = min(taken)
    return {
        "name": f"{name}, {APPLICANTS:,} applicants, {PLACES:,} places",
        "seconds": round(seconds, 4),
        "peer": "what it may take",
        "peer_seconds": MOST_SECONDS,
        "ratio": round(seconds / MOST_SECONDS, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def main() -> None:
    """Print the lines, as data or for a person."""
    lines = run()
    if "--json" in sys.argv[1:]:
        print(json.dumps(lines, indent=2))
        return
    for one in lines:
        print(
            f"{one['name']}: {one['seconds']:.2f} s, {one['ratio']:.2f} x {one['peer']} "
            f"({one['peer_seconds']:.2f} s), {one['peak_mb']:.0f} MB"
        )


if __name__ == "__main__":
    main()
