"""Find offers: words in any language, filters with counts, distance, order, and the next part of the list.

Method and sources: `docs/methods/search.md`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2s

from django.utils.translation import gettext as _
from tantivy import DocAddress, Occur, Order, Query

from learningcity.catalogue.adapters.fields import price_field, schema
from learningcity.catalogue.adapters.index import is_ready
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.search_facets import Count, count, how_many
from learningcity.catalogue.queries.search_plan import (
    Plan,
    after_key,
    all_of,
    any_word,
    every_word,
    plan_of,
    silent,
)
from learningcity.core.markers import BadMarker, marker, values_of
from learningcity.core.refusals import Refused

# Lists by score can be leafed through this far; lists by a number have no end.
DEEPEST = 1000


class TooDeep(Refused):
    """Nobody reads so far down a list ordered by likeness: it has to be narrowed."""

    code = "too_deep"


@dataclass(frozen=True, slots=True)
class Row:
    """One offer found, with the nearest of its venues that will do; the way, if asked for and known."""

    offer_id: int
    minutes: float | None = None
    metres: float | None = None
    venue_id: int | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """One part of the offers found.

    `facets` names, by filter, how many offers each value would show. `next` continues the list; empty at its
    end. `is_cut` says that there is more, but that the search must be narrowed to see it. `unknown_access`
    counts offers that would fit if their unknown access facts were yes. `words_left_out` counts words beyond
    the first 12. `unreached` says why walks from the point are not known (`city.queries.Unreached`).
    """

    total: int
    rows: list[Row]
    facets: dict[str, list[Count]]
    next: str = ""
    is_cut: bool = False
    unknown_access: int = 0
    words_left_out: int = 0
    unreached: str = ""


def search(criteria: Criteria, *, after: str = "", at: datetime) -> Results:
    """Return the offers that fit, from the marker `after` on, as things stand at a moment.

    Raises BadMarker for a marker of another list, TooDeep at the end of what can be leafed through, and
    SearchNotReady while there is no index.
    """
    plan = plan_of(criteria, at=at)
    reader = _reader(plan)
    hits, key = reader.read(after)
    total, facets = count(plan)
    following, is_cut = reader.following(hits, key, total)
    return Results(
        total,
        _rows(plan, hits),
        facets,
        following,
        is_cut,
        _unknown_access(plan, total, at),
        plan.left_out,
        plan.reach.reason,
    )


def is_search_ready() -> bool:
    """Whether there is an index to search in."""
    return is_ready()


def count_of(criteria: Criteria, *, at: datetime) -> int:
    """Return how many offers fit."""
    plan = plan_of(criteria, at=at)
    return how_many(plan, [*plan.words, *plan.every_filter])


def first_rows(criteria: Criteria, *, at: datetime) -> list[Row]:
    """Return the first offers that fit, without counts."""
    plan = plan_of(criteria, at=at)
    hits, _key = _reader(plan).read("")
    return _rows(plan, hits)


def _reader(plan: Plan) -> "ByNumber | ByScore":
    """Return how the rows are read: by a number that no two offers share, or by score."""
    criteria = plan.criteria
    if criteria.sort == "cheapest":
        return ByNumber(plan, price_field(criteria.price_group))
    if criteria.sort == "soonest" or (criteria.sort == "best" and not plan.asked):
        return ByNumber(plan, "by_start")
    return ByScore(plan)


@dataclass(frozen=True, slots=True)
class ByNumber:
    """Rows in the order of a number: the marker names the last one, so rows that come or go shift nothing."""

    plan: Plan
    field: str

    def read(self, after: str) -> tuple[list[DocAddress], int]:
        """Return the rows after the marker, and the number of the last."""
        filters = [*self.plan.words, *self.plan.every_filter]
        if after:
            (key,) = values_of(after, kind_of(self.plan.criteria), int)
            if key < 0:
                raise _bad_marker()
            filters.append(after_key(self.field, key))
        hits = self.plan.opened.searcher.search(
            all_of(filters),
            self.plan.criteria.size + 1,
            count=False,
            order_by_field=self.field,
            order=Order.Asc,
        ).hits
        shown = hits[: self.plan.criteria.size]
        return [address for _key, address in shown], int(shown[-1][0]) if len(hits) > len(shown) else 0

    def following(self, hits: list[DocAddress], key: int, total: int) -> tuple[str, bool]:
        """Return the marker for what comes next, and whether the list is cut here."""
        return (marker(kind_of(self.plan.criteria), key) if key else ""), False


@dataclass(frozen=True, slots=True)
class ByScore:
    """Rows by likeness or nearness: the marker says how many were shown."""

    plan: Plan

    def read(self, after: str) -> tuple[list[DocAddress], int]:
        """Return the rows after the marker, and how many were shown before them."""
        start = 0
        if after:
            (start,) = values_of(after, kind_of(self.plan.criteria), int)
            if start < 0:
                raise _bad_marker()
        if start + self.plan.criteria.size > DEEPEST:
            raise TooDeep(
                _("The list ends here, after %(count)s results. Add a word or a filter to narrow the search.")
                % {"count": DEEPEST},
                field="after",
            )
        read = _nearest if self.plan.criteria.sort == "nearest" else _best
        return read(self.plan, start), start

    def following(self, hits: list[DocAddress], key: int, total: int) -> tuple[str, bool]:
        """Return the marker for what comes next, and whether the list is cut here."""
        shown = key + len(hits)
        if not hits or shown >= total:
            return "", False
        if shown + self.plan.criteria.size > DEEPEST:
            return "", True
        return marker(kind_of(self.plan.criteria), shown), False


def _best(plan: Plan, start: int) -> list[DocAddress]:
    """Return the rows with all of the words first, then those with any of them, each by BM25.

    Two queries for the two tiers cost less than one that rewards complete documents.
    """
    size = plan.criteria.size
    if len(plan.asked) == 1:
        return _by_score(plan, any_word(plan.asked), plan.every_filter, size, start)[0]
    complete = every_word(plan.asked)
    hits, number = _by_score(plan, complete, plan.every_filter, size, start)
    if len(hits) == size:
        return hits
    without = Query.boolean_query([(Occur.Must, silent(Query.all_query())), (Occur.MustNot, complete)])
    filters = [*plan.every_filter, without] if number else plan.every_filter
    rest, _number = _by_score(plan, any_word(plan.asked), filters, size - len(hits), max(start - number, 0))
    return hits + rest


def _by_score(
    plan: Plan, words: Query, filters: list[Query], size: int, start: int
) -> tuple[list[DocAddress], int]:
    found = plan.opened.searcher.search(all_of([words, *filters]), size, offset=start)
    return [address for _score, address in found.hits], found.count  # type: ignore[attr-defined]


def _nearest(plan: Plan, start: int) -> list[DocAddress]:
    """Return the rows by the way to the nearest venue; those to which the way is not known come last."""
    order = plan.reach.nearest_first
    closeness = [
        Query.const_score_query(
            Query.term_query(schema(), "venue", str(venue), "basic"), float(len(order) - rank)
        )
        for rank, venue in enumerate(order)
    ]
    filters = [(Occur.Must, query) for query in (*plan.words, *plan.every_filter)]
    filters.append((Occur.Must, silent(Query.all_query())))
    nearest = Query.boolean_query([*filters, (Occur.Should, Query.disjunction_max_query(closeness))])
    hits = plan.opened.searcher.search(nearest, plan.criteria.size, count=False, offset=start).hits
    return [address for _score, address in hits]


def _rows(plan: Plan, hits: list[DocAddress]) -> list[Row]:
    searcher = plan.opened.searcher
    numbers = searcher.fast_field_values("id", hits)
    return [
        Row(int(number or 0), *plan.reach.way_to(searcher.doc(hit)["places"]))
        for number, hit in zip(numbers, hits, strict=True)
    ]


def _unknown_access(plan: Plan, total: int, at: datetime) -> int:
    if not plan.criteria.access or plan.criteria.access_unknown:
        return 0
    return count_of(replace(plan.criteria, access_unknown=True), at=at) - total


def kind_of(criteria: Criteria) -> str:
    """Return the kind of the markers of this search: another search has another."""
    asked = repr(replace(criteria, size=1, near_label=""))
    return f"offers-{blake2s(asked.encode('utf-8', 'surrogatepass'), digest_size=6).hexdigest()}"


def _bad_marker() -> BadMarker:
    return BadMarker(
        _("This list cannot be continued from here: the marker was changed. Start the list again."),
        field="after",
    )
