"""A search as the index understands it: words, filters that always hold, and filters that facets can lift."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tantivy import FieldType, Occur, Query

from learningcity.catalogue.adapters.fields import (
    FREE,
    LARGEST_ID,
    LEFT,
    MANY_VALUED,
    NOT_SAID,
    YEARS_AHEAD,
    free_field,
    ordered,
    price_field,
    range_tokens,
    schema,
)
from learningcity.catalogue.adapters.index import Opened, opened
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.search_places import Reach, reach
from learningcity.city.queries.clock import city_day
from learningcity.engines.words import Asked, language_of, question

MOST_WORDS = 12
SOON = timedelta(hours=2)
WEEK = timedelta(days=7)
MOST_DAYS = timedelta(days=366 * YEARS_AHEAD)


@dataclass(frozen=True)
class Plan:
    """A search, ready to be put to the index.

    `fixed` always holds. `chosen` are the values of facets that can be lifted one by one; `apart` are the
    facets whose filter cannot be counted in one go with the others. `dates` are the days asked for, if any.
    """

    criteria: Criteria
    opened: Opened
    asked: list[Asked]
    left_out: int
    reach: Reach
    fixed: list[Query]
    chosen: dict[str, tuple[str, ...]]
    apart: dict[str, Query] = field(default_factory=dict)
    dates: tuple[date, date] | None = None

    @property
    def every_filter(self) -> list[Query]:
        """All filters of the search, without its words."""
        return [
            *self.fixed,
            *self.apart.values(),
            *(any_value(self.criteria, *pair) for pair in self.chosen.items()),
        ]

    @property
    def words(self) -> list[Query]:
        """The words as a filter: any of them. Empty if none were typed."""
        if self.asked:
            return [silent(any_word(self.asked))]
        return [Query.empty_query()] if self.criteria.words.strip() else []


def plan_of(criteria: Criteria, *, at: datetime) -> Plan:
    """Return how the index is asked. Raises SearchNotReady."""
    now = opened()
    asked, left_out = question(criteria.words, now.languages, most=MOST_WORDS)
    found = reach(criteria, at=at)
    fixed = [*_places(found), *_facts(criteria), *_access(criteria), *_now(criteria, at)]
    dates = _dates(criteria, at)
    chosen = {name: values for name, values in _facets(criteria).items() if values}
    apart = {
        name: any_value(criteria, name, values)
        for name, values in chosen.items()
        if name in MANY_VALUED and len(values) > 1
    }
    if dates:
        days = terms_query("days", range_tokens(*dates, chosen.get("slot", ())))
        if "slot" in chosen:
            apart["slot"] = days
        else:
            fixed.append(days)
    lifted = {name: values for name, values in chosen.items() if name not in apart}
    return Plan(criteria, now, asked, left_out, found, fixed, lifted, apart, dates)


def all_of(queries: Iterable[Query]) -> Query:
    """Return the query for what matches all of these; everything, if there are none."""
    musts = [(Occur.Must, query) for query in queries]
    return Query.boolean_query(musts) if musts else silent(Query.all_query())


def silent(query: Query) -> Query:
    """Return a query that filters and says nothing about the order."""
    return Query.const_score_query(query, 0.0)


def any_word(asked: list[Asked]) -> Query:
    """Return the query for any of the words, stems side by side: nested, they cost three times as much."""
    return Query.boolean_query(
        [
            (Occur.Should, part)
            for word in asked
            for part in ([meeting(word)] if word.least > 1 else map(_term, word.terms))
        ]
    )


def every_word(asked: list[Asked]) -> Query:
    """Return the query for all of the words."""
    return Query.boolean_query([(Occur.Must, meeting(word)) for word in asked])


def meeting(word: Asked) -> Query:
    """Return the query for one word of the question, under any of its stems."""
    if len(word.terms) == 1:
        return _term(word.terms[0])
    parts = [(Occur.Should, _term(term)) for term in word.terms]
    return Query.boolean_query(parts, word.least if word.least > 1 else None)


def _term(term: str) -> Query:
    return Query.term_query(schema(), "words", term, "freq")


def field_of(criteria: Criteria, name: str) -> str:
    """Return the field of the index that holds a facet."""
    return free_field(criteria.price_group) if name == "free" else name


def any_value(criteria: Criteria, name: str, values: tuple[str, ...]) -> Query:
    """Return the filter for any of the values of a facet."""
    return terms_query(field_of(criteria, name), values)


def terms_query(name: str, values: Iterable[str]) -> Query:
    """Return the filter for any of these exact terms; nothing matches if there are none."""
    parts = [(Occur.Should, Query.term_query(schema(), name, value, "basic")) for value in values]
    return silent(Query.boolean_query(parts)) if parts else Query.empty_query()


def _facets(criteria: Criteria) -> Mapping[str, tuple[str, ...]]:
    return {
        "form": criteria.forms,
        "field": criteria.fields,
        "mode": criteria.modes,
        "level": criteria.levels,
        "audience": criteria.audiences,
        "taught_in": tuple(dict.fromkeys(map(language_of, criteria.taught_in))),
        "written_in": tuple(dict.fromkeys(map(language_of, criteria.written_in))),
        "slot": criteria.slots,
        "free": (FREE,) if criteria.free else (),
        "with_places": (LEFT,) if criteria.with_places else (),
    }


def _places(found: Reach) -> list[Query]:
    if found.venues is None:
        return []
    return [silent(Query.term_set_query(schema(), "venue", [str(venue) for venue in found.venues]))]


def _facts(criteria: Criteria) -> list[Query]:
    facts: list[Query] = []
    if criteria.provider:
        facts.append(terms_query("provider", [str(criteria.provider)]))
    if criteria.age is not None:
        facts += [_between("age_from", 0, criteria.age), _between("age_to", criteria.age, None)]
    if criteria.up_to_cents is not None:
        most = min(criteria.up_to_cents, NOT_SAID - 1)
        facts.append(_between(price_field(criteria.price_group), 0, ordered(most, LARGEST_ID)))
    return facts


def _between(name: str, least: int, most: int | None) -> Query:
    if most is not None and most < least:
        return Query.empty_query()
    return silent(Query.range_query(schema(), name, FieldType.Unsigned, max(least, 0), most))


def after_key(name: str, key: int) -> Query:
    """Return the filter for what comes after a number in the order of a field."""
    return silent(Query.range_query(schema(), name, FieldType.Unsigned, key, None, include_lower=False))


def _access(criteria: Criteria) -> list[Query]:
    return [access_query(feature, unknown=criteria.access_unknown) for feature in criteria.access]


def access_query(feature: str, *, unknown: bool) -> Query:
    """Return the filter for an access need: met, or, with `unknown`, not known."""
    parts = [
        (Occur.Should, Query.term_query(schema(), name, feature, "basic"))
        for name in (("access", "access_unknown") if unknown else ("access",))
    ]
    return silent(Query.boolean_query(parts))


def _now(criteria: Criteria, at: datetime) -> list[Query]:
    if criteria.when != "now":
        return []
    moment = int(at.timestamp())
    return [
        _between("now_from", 0, moment + int(SOON.total_seconds())),
        _between("now_to", moment + 1, None),
    ]


def _dates(criteria: Criteria, at: datetime) -> tuple[date, date] | None:
    """Return the days asked for; sessions more than five years ahead are not looked for by date."""
    if criteria.when in ("", "now") and not (criteria.from_on or criteria.to_on):
        return None
    today = city_day(at)
    first, last = {
        "today": (today, today),
        "week": (today, today + WEEK - timedelta(days=1)),
        "later": (today + WEEK, today + MOST_DAYS),
    }.get(criteria.when, (today - timedelta(days=1), today + MOST_DAYS))
    if criteria.from_on:
        first = max(first, criteria.from_on)
    if criteria.to_on:
        last = min(last, criteria.to_on)
    return first, last
