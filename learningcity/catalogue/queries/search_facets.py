"""How many results each value of a filter would show.

A count leaves the filter's own choice aside (but for access needs, which add up) and obeys all the others.
One pass over the documents counts everything: for each chosen filter the buckets of the others' chosen values
are walked down, so that no second query is needed. Only a filter with several values at once, of which an
offer may have several too, is counted in a pass of its own.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tantivy import Query

from learningcity.catalogue.adapters.fields import FACETS, SLOTS, range_tokens
from learningcity.catalogue.queries.search_plan import Plan, all_of, any_value, field_of, terms_query

MOST_VALUES = 1000
# Every document has exactly one form of learning: its buckets add up to the total.
ONE_EACH = "form"
# How many values a facet has: rules nothing but the order of the walk.
VALUES = {"field": 12, "audience": 6, "level": 4, "form": 3, "mode": 3, "free": 3, "with_places": 2}
MORE_VALUES = 5


@dataclass(frozen=True, slots=True)
class Count:
    """How many offers have a value."""

    value: str
    count: int


def count(plan: Plan) -> tuple[int, dict[str, list[Count]]]:
    """Return the number of results and the counts of every facet, most first, ties by value."""
    free = [name for name in FACETS if name not in plan.chosen and name not in plan.apart]
    tree = Tree(plan, _most_telling_first(plan), list({*free, ONE_EACH}))
    filters = [*plan.words, *plan.fixed, *plan.apart.values()]
    tree.read([plan.opened.searcher.aggregate(all_of(filters), tree.request(tree.path))], tree.path)
    found: dict[str, dict[str, int]] = {
        **{name: tree.leaf_counts[name] for name in free},
        **tree.lifted_counts,
    }
    for name in plan.apart:
        found[name] = _count_apart(plan, name)
    if plan.dates:
        found["slot"] = _count_slots(plan)
    return sum(tree.leaf_counts[ONE_EACH].values()), {name: _sorted(found[name]) for name in FACETS}


def how_many(plan: Plan, queries: list[Query]) -> int:
    """Return how many offers match all of these queries."""
    # The types of tantivy leave the count out.
    number: int = plan.opened.searcher.search(all_of(queries), 1).count  # type: ignore[attr-defined]
    return number


def _sorted(values: dict[str, int]) -> list[Count]:
    return [Count(*pair) for pair in sorted(values.items(), key=lambda pair: (-pair[1], pair[0])) if pair[1]]


def _most_telling_first(plan: Plan) -> list[str]:
    """Return the chosen facets, those that leave fewest offers first, so that the rest has less to walk."""
    return sorted(plan.chosen, key=lambda name: len(plan.chosen[name]) / VALUES.get(name, MORE_VALUES))


def _terms(name: str, **more: Any) -> dict[str, Any]:
    return {"terms": {"field": name, "size": MOST_VALUES, **more}}


@dataclass
class Tree:
    """The counts of one pass: `path` are the chosen facets, `leaves` those counted where all of them hold.

    At each step down, the chosen values of the first facet lead to the rest (`=name`); beside it the first is
    lifted, and the chosen values of the others (`-name`) lead to its own counts (`#name`).
    """

    plan: Plan
    path: list[str]
    leaves: list[str]

    def __post_init__(self) -> None:
        """Start with nothing counted."""
        self.leaf_counts: dict[str, Counter[str]] = {name: Counter() for name in self.leaves}
        self.lifted_counts: dict[str, Counter[str]] = {name: Counter() for name in self.path}

    def request(self, path: list[str]) -> dict[str, Any]:
        """Return what the index is asked for below this step."""
        if not path:
            return {f"#{name}": self._all(name) for name in self.leaves}
        first, *rest = path
        lifted = {f"#{first}": self._all(first)}
        for name in reversed(rest):
            lifted = {f"-{name}": self._chosen(name, lifted)}
        return {f"={first}": self._chosen(first, self.request(rest)), **lifted}

    def read(self, parts: list[dict[str, Any]], path: list[str]) -> None:
        """Add up the answers below this step."""
        if not path:
            for name in self.leaves:
                _add(self.leaf_counts[name], parts, f"#{name}")
            return
        first, *rest = path
        lifted = parts
        for name in rest:
            lifted = _below(lifted, f"-{name}")
        _add(self.lifted_counts[first], lifted, f"#{first}")
        self.read(_below(parts, f"={first}"), rest)

    def _all(self, name: str) -> dict[str, Any]:
        return _terms(field_of(self.plan.criteria, name))

    def _chosen(self, name: str, inner: dict[str, Any]) -> dict[str, Any]:
        field = field_of(self.plan.criteria, name)
        return {**_terms(field, include=list(self.plan.chosen[name])), "aggs": inner}


def _below(parts: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    return [bucket for part in parts for bucket in part[key]["buckets"]]


def _add(counts: Counter[str], parts: list[dict[str, Any]], key: str) -> None:
    for bucket in _below(parts, key):
        counts[bucket["key"]] += bucket["doc_count"]


def _count_apart(plan: Plan, name: str) -> dict[str, int]:
    others = [query for other, query in plan.apart.items() if other != name]
    chosen = [any_value(plan.criteria, *pair) for pair in plan.chosen.items()]
    filters = [*plan.words, *plan.fixed, *others, *chosen]
    answer = plan.opened.searcher.aggregate(all_of(filters), {"n": _terms(name)})
    return {bucket["key"]: bucket["doc_count"] for bucket in answer["n"]["buckets"]}


def _count_slots(plan: Plan) -> dict[str, int]:
    """Count each part of the week within the days asked for: the same session must fit both."""
    first, last = plan.dates or (None, None)
    if not first or not last:
        return {}
    others = [query for other, query in plan.apart.items() if other != "slot"]
    chosen = [any_value(plan.criteria, *pair) for pair in plan.chosen.items()]
    rest = [*plan.words, *plan.fixed, *others, *chosen]
    return {
        slot: how_many(plan, [*rest, terms_query("days", range_tokens(first, last, (slot,)))])
        for slot in SLOTS
    }
