"""How many results each value of a filter would show.

A count leaves the filter's own choice aside (but for access needs, which add up) and obeys all the others.
One pass over the documents counts everything: for each chosen filter the buckets of the others' chosen values
are walked down, so that no second query is needed. Only a filter with several values at once, of which an
offer may have several too, is counted in a pass of its own.
"""

from dataclasses import dataclass
from typing import Any

from tantivy import Query

from learningcity.catalogue.adapters.fields import FACETS, SLOTS, range_tokens
from learningcity.catalogue.queries.search_plan import Plan, all_of, any_value, field_of, terms_query

MOST_VALUES = 1000
EVERYTHING = "everything"
# Every document has exactly one form of learning: its buckets add up to the total.
ONE_EACH = "form"


@dataclass(frozen=True, slots=True)
class Count:
    """How many offers have a value."""

    value: str
    count: int


def count(plan: Plan) -> tuple[int, dict[str, list[Count]]]:
    """Return the number of results and the counts of every facet, most first, ties by value."""
    filters = [*plan.words, *plan.fixed, *plan.apart.values()]
    leaves = [name for name in FACETS if name not in plan.chosen and name not in plan.apart]
    counted = _count_at_once(plan, filters, leaves)
    total = sum(counted[EVERYTHING][ONE_EACH].values())
    found = {**counted[EVERYTHING], **{name: counted[name][name] for name in plan.chosen}}
    for name in plan.apart:
        found[name] = _count_apart(plan, name)
    if plan.dates:
        found["slot"] = _count_slots(plan)
    return total, {name: _sorted(found[name]) for name in FACETS}


def how_many(plan: Plan, queries: list[Query]) -> int:
    """Return how many offers match all of these queries."""
    # The types of tantivy leave the count out.
    number: int = plan.opened.searcher.search(all_of(queries), 1).count  # type: ignore[attr-defined]
    return number


def _sorted(values: dict[str, int]) -> list[Count]:
    return [Count(*pair) for pair in sorted(values.items(), key=lambda pair: (-pair[1], pair[0])) if pair[1]]


def _count_at_once(
    plan: Plan, filters: list[Query], leaves: list[str]
) -> dict[str, dict[str, dict[str, int]]]:
    wanted = {EVERYTHING: (list(plan.chosen), list({*leaves, ONE_EACH}))}
    for name in plan.chosen:
        wanted[name] = ([other for other in plan.chosen if other != name], [name])
    request: dict[str, Any] = {}
    for key, (path, names) in wanted.items():
        request |= _nested(plan, path, names, key)
    answer = plan.opened.searcher.aggregate(all_of(filters), request)
    return {key: _collapsed(answer, path, names, key) for key, (path, names) in wanted.items()}


def _terms(name: str, **more: Any) -> dict[str, Any]:
    return {"terms": {"field": name, "size": MOST_VALUES, **more}}


def _nested(plan: Plan, path: list[str], names: list[str], key: str) -> dict[str, Any]:
    """Return the request for counts of `names` among documents with the chosen values of all in `path`."""
    inner = {f"{key}.{name}": _terms(field_of(plan.criteria, name)) for name in names}
    for name in reversed(path):
        inner = {
            f"{key}.{name}.": {
                **_terms(field_of(plan.criteria, name), include=list(plan.chosen[name])),
                "aggs": inner,
            }
        }
    return inner


def _collapsed(
    answer: dict[str, Any], path: list[str], names: list[str], key: str
) -> dict[str, dict[str, int]]:
    parts = [answer]
    for name in path:
        parts = [bucket for part in parts for bucket in part[f"{key}.{name}."]["buckets"]]
    found: dict[str, dict[str, int]] = {name: {} for name in names}
    for part in parts:
        for name in names:
            values = found[name]
            for bucket in part[f"{key}.{name}"]["buckets"]:
                values[bucket["key"]] = values.get(bucket["key"], 0) + bucket["doc_count"]
    return found


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
