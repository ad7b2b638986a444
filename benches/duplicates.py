"""How well offers that may be one are found, on labelled sets: precision and recall for each seed."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC

from learningcity.engines.duplicates import Listing, Match, compare, keys, kind_of
from tests.engines.duplicates.labelled import Labelled, Made, labelled

TUNED_ON = range(1, 9)
REPORTED = range(7001, 7021)
MOST_ALIKE, HARDLY_ANYBODY = 60, 3
PRECISION, RECALL = 0.95, 0.9


@dataclass(frozen=True)
class Score:
    """What was found in one labelled set."""

    seed: int
    proposed: int
    right: int
    same: int
    hard: float

    @property
    def precision(self) -> float:
        """The share of proposed pairs that are one."""
        return self.right / self.proposed if self.proposed else 0.0

    @property
    def recall(self) -> float:
        """The share of pairs that are one and were proposed."""
        return self.right / self.same


def listing_of(made: Made) -> Listing:
    """Return a made-up offer as the matcher compares it."""
    return Listing(
        pk=made.number,
        titles=((made.language, made.title), *made.others),
        provider=made.provider,
        venues=(made.venue,) if made.venue else (),
        points=(made.point,) if made.point else (),
        starts=tuple(int(start.replace(tzinfo=UTC).timestamp()) // 60 for start in made.starts),
        is_online=made.is_online,
        ages=made.ages,
        audience=made.audience,
    )


def compared(found: Labelled) -> Iterable[tuple[int, int, Match]]:
    """Yield every pair across the two sources that the catalogue would compare, with its comparison."""
    theirs: dict[int, list[Listing]] = {}
    for listing in map(listing_of, found.second):
        for key in keys(listing):
            theirs.setdefault(key, []).append(listing)
    for mine in map(listing_of, found.first):
        shared: dict[int, int] = {}
        for key in keys(mine):
            others = theirs.get(key, ())
            for other in others if len(others) <= MOST_ALIKE else ():
                is_rare = len(others) <= HARDLY_ANYBODY
                shared[other.pk] = shared.get(other.pk, 0) | 1 << kind_of(key) | is_rare
        chosen = {one.pk: one for key in keys(mine) for one in theirs.get(key, ())}
        for pk, kinds in shared.items():
            if kinds & 1 or kinds.bit_count() > 1:
                yield mine.pk, pk, compare(mine, chosen[pk])


def score(seed: int, *, courses: int = 800) -> Score:
    """Return how well the pairs of one labelled set are found."""
    found = labelled(seed, courses=courses)
    proposed = {(one, other) for one, other, match in compared(found) if match.is_enough}
    return Score(
        seed, len(proposed), len(proposed & found.same), len(found.same), found.hard / len(found.second)
    )


def lines(seeds: Iterable[int] = REPORTED) -> list[dict[str, float]]:
    """Return precision and recall for each seed, and their means as the last line (seed 0)."""
    scores = [score(seed) for seed in seeds]
    rows = [
        {
            "seed": one.seed,
            "precision": one.precision,
            "recall": one.recall,
            "hard": one.hard,
            "pairs": one.same,
        }
        for one in scores
    ]
    means = {name: sum(row[name] for row in rows) / len(rows) for name in rows[0] if name != "seed"}
    return [*rows, {"seed": 0, **means}]


def words() -> list[str]:
    """Return the lines for a person. Raises SystemExit if the means miss the marks."""
    found = lines()
    mean = found[-1]
    told = [
        f"{'seed ' + str(row['seed']) if row['seed'] else 'mean'}: precision {row['precision']:.3f}, "
        f"recall {row['recall']:.3f}, hard negatives {row['hard']:.2f}"
        for row in found
    ]
    if mean["precision"] < PRECISION or mean["recall"] < RECALL:
        raise SystemExit("\n".join([*told, f"The marks are {PRECISION} and {RECALL}."]))
    return told


def main() -> None:
    """Print the lines, as data or for a person."""
    print(json.dumps(lines(), indent=2) if "--json" in sys.argv[1:] else "\n".join(words()))


if __name__ == "__main__":
    main()
