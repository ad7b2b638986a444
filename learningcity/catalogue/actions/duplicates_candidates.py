"""Which offers are compared: those that share keys with others."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Self

import numpy as np
from django.db.models import Count, Window
from numpy.typing import NDArray

from learningcity.catalogue.models import MatchKey
from learningcity.engines.duplicates import kind_of

MOST_ALIKE = 60
"""A key that more offers share tells nothing: "the library on Saturday at ten"."""

HARDLY_ANYBODY = 3
"""A key that so few share tells as much as two."""

MOST_IN_MEMORY = 4_000_000

Pair = tuple[int, int]
Row = tuple[int, int, int]
"""An offer, one of its keys, and its group."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class KeysOfOthers:
    """All keys of the offers outside a group, in order, and beside each the offer that has it."""

    group: int
    keys: Numbers
    offers: Numbers

    @classmethod
    def read(cls, group: int) -> Self | None:
        """Read the keys of the others; nothing if they are too many to be held."""
        others = MatchKey.objects.exclude(group=group)
        if others.count() > MOST_IN_MEMORY:
            return None
        rows = others.order_by("key").values_list("key", "offer_id")
        found = np.fromiter(rows.iterator(), dtype=[("key", np.int64), ("offer", np.int64)])
        return cls(group, found["key"].copy(), found["offer"].copy())

    def candidates(self, rows: Sequence[Row]) -> list[Pair]:
        """Return what `candidates` returns for offers of the group."""
        mine = np.array(rows, dtype=np.int64).reshape(-1, 3)
        first = np.searchsorted(self.keys, mine[:, 1], "left")
        number = np.searchsorted(self.keys, mine[:, 1], "right") - first
        tells = (number > 0) & (number <= MOST_ALIKE)
        mine, first, number = mine[tells], first[tells], number[tells]
        if not len(mine):
            return []
        # One line for each key that mine and another share: the first of that key, the second, and so on.
        within = np.arange(number.sum()) - np.repeat(number.cumsum() - number, number)
        offers = np.repeat(mine[:, 0], number)
        others = self.offers[np.repeat(first, number) + within]
        kinds = np.left_shift(1, mine[:, 1] & 7) | (number <= HARDLY_ANYBODY)
        return paired(offers, others, np.repeat(kinds, number))


def paired(offers: Numbers, others: Numbers, kinds: Numbers) -> list[Pair]:
    """Return the pairs that share enough, of lines that each name a pair and the kind of a key it shares."""
    low, high = np.minimum(offers, others), np.maximum(offers, others)
    order = np.lexsort((high, low))
    low, high, kinds = low[order], high[order], kinds[order]
    is_other = np.append(True, (low[1:] != low[:-1]) | (high[1:] != high[:-1]))
    starts = np.flatnonzero(is_other)
    shared = np.bitwise_or.reduceat(kinds, starts)
    enough = starts[(shared & 1 | shared & (shared - 1)) != 0]
    return list(zip(low[enough].tolist(), high[enough].tolist(), strict=True))


def candidates(rows: Iterable[Row]) -> list[Pair]:
    """Return the pairs to compare: of offers given with their keys and group, and any others.

    They share keys of two kinds, or one that hardly anybody has.
    """
    shared: dict[Pair, int] = {}
    for group, of_group in groupby(sorted(rows, key=itemgetter(2)), itemgetter(2)):
        by_key: dict[int, list[int]] = {}
        for offer_id, key, _group in of_group:
            by_key.setdefault(key, []).append(offer_id)
        wanted = {offer_id for offer_ids in by_key.values() for offer_id in offer_ids}
        for key, other, number in sharing(wanted, group):
            for one in by_key[key]:
                if one != other:
                    pair = (min(one, other), max(one, other))
                    shared[pair] = shared.get(pair, 0) | 1 << kind_of(key) | (number <= HARDLY_ANYBODY)
    return sorted(pair for pair, kinds in shared.items() if kinds & 1 or kinds.bit_count() > 1)


def sharing(offer_ids: Collection[int], group: int) -> Iterable[tuple[int, int, int]]:
    """Return the keys of these offers with each offer of another group that has them, and how many these are.

    Keys that too many have are left out.
    """
    mine = MatchKey.objects.filter(offer_id__in=offer_ids)
    others = MatchKey.objects.filter(key__in=mine.values("key"))
    if group:
        others = others.exclude(group=group)
    counted = others.annotate(number=Window(Count("pk"), partition_by="key"))
    return counted.filter(number__lte=MOST_ALIKE).values_list("key", "offer_id", "number")
