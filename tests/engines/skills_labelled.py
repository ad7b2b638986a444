"""Offers with the skills that a person named for them, parted in two, and how well a method finds them."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

LABELLED = Path(__file__).parent / "data" / "skills_labelled.csv"
TITLE = 2.0
"""A word of the title counts as much as two of the summary."""


@dataclass(frozen=True)
class Labelled:
    """An offer and the addresses of its skills."""

    title: str
    summary: str
    skills: frozenset[str]

    @property
    def texts(self) -> list[tuple[str, float]]:
        """Return its words with their weights."""
        return [(self.title, TITLE), (self.summary, 1.0)]

    @property
    def is_held_out(self) -> bool:
        """Whether it was kept back when the method was tuned; the same for all offers of a title."""
        return sha256(self.title.casefold().encode()).digest()[0] % 2 == 1


@dataclass(frozen=True)
class Quality:
    """Means over offers: the share of the labelled skills among the first ten and five, and one over the rank
    of the first that is right (0 beyond ten)."""

    recall_at_10: float
    recall_at_5: float
    reciprocal_rank: float


def labelled(*, is_held_out: bool) -> list[Labelled]:
    """Return one half of the labelled offers."""
    with LABELLED.open(encoding="utf-8", newline="") as file:
        rows = [
            Labelled(row["title"], row["summary"], frozenset(row["uris"].split()))
            for row in csv.DictReader(file)
        ]
    return [row for row in rows if row.is_held_out == is_held_out]


def quality(offers: Sequence[Labelled], find: Callable[[Labelled], Sequence[str]]) -> Quality:
    """Return how well the first ten addresses that `find` gives fit the labels."""
    ten = five = rank = 0.0
    for offer in offers:
        found = list(find(offer))[:10]
        ten += len(offer.skills & set(found)) / len(offer.skills)
        five += len(offer.skills & set(found[:5])) / len(offer.skills)
        rank += next((1 / place for place, one in enumerate(found, 1) if one in offer.skills), 0.0)
    return Quality(ten / len(offers), five / len(offers), rank / len(offers))
