"""The search finds what a plain reading of the offers finds, whatever filters are set."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from math import cos, radians
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learningcity.catalogue.actions.search_index import rebuild_search_index
from learningcity.catalogue.models import Offer, OfferAccess
from learningcity.catalogue.queries.criteria import Criteria, NoSuchCriterion
from learningcity.catalogue.queries.nothing_found import (
    nearest_alternatives,
    online_instead,
    why_nothing,
    words_as_meant,
)
from learningcity.catalogue.queries.search import DEEPEST, TooDeep, kind_of, search
from learningcity.city.models import TravelNetwork, Venue
from learningcity.core.actors import operator
from learningcity.core.markers import BadMarker, marker
from learningcity.engines.access import build_network, snap
from tests.catalogue.many import NEAR, WORDS, coming, fits, many_offers, metres_to

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EVERY_WORD = sorted(word for words in WORDS.values() for word in words)
FACETS = {
    "forms": ("form", Offer.LearningForm.values),
    "fields": ("field", ["02", "06", "08", "99"]),
    "modes": ("mode", Offer.Mode.values),
    "levels": ("level", Offer.Level.values),
    "audiences": ("audience", ["adults", "children"]),
    "taught_in": ("taught_in", ["en", "es", "cy"]),
    "written_in": ("written_in", ["en", "es", "ja"]),
    "slots": ("slot", ["weekday_day", "weekday_evening", "weekend"]),
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def known():
    entries = many_offers(AT)
    rebuild_search_index(by=operator(), at=AT)
    return entries


def some_of(rng, values):
    return tuple(rng.sample(values, rng.randint(1, 2)))


def chosen_by_chance(rng, known):
    """Return criteria with a few filters set."""
    some = rng.choice(known)
    choices = {
        **{name: partial(some_of, rng, values) for name, (_facet, values) in FACETS.items()},
        "words": lambda: " ".join(rng.sample(EVERY_WORD, rng.randint(1, 3))),
        "access": lambda: tuple(rng.sample(["step_free", "lift", "toilet"], rng.randint(1, 2))),
        "access_unknown": lambda: True,
        "free": lambda: True,
        "with_places": lambda: True,
        "up_to_cents": lambda: rng.choice([0, 500, 1999, 10**9]),
        "price_group": lambda: "senior",
        "from_on": lambda: AT.date() + timedelta(days=rng.randint(-5, 30)),
        "to_on": lambda: AT.date() + timedelta(days=rng.randint(-5, 60)),
        "age": lambda: rng.randint(0, 90),
        "when": lambda: rng.choice(["now", "today", "week", "later"]),
        "metres": lambda: rng.choice([300, 1000, 2500]),
        "provider": lambda: some.offer.provider.organisation.public_id,
        "venue": lambda: some.venue.public_id if some.venue else None,
        "area": lambda: rng.choice(["wards:W0", "wards:W2", "wards:nowhere"]),
    }
    names = rng.sample(sorted(choices), rng.randint(0, 4))
    return Criteria(near=NEAR, size=200, **{name: choices[name]() for name in names})


def test_the_search_equals_a_plain_reading_for_any_filters(known):
    rng = Random(5)

    for _time in range(300):
        criteria = chosen_by_chance(rng, known)
        expected = {entry.number for entry in known if fits(entry, criteria, AT)}
        results = search(criteria, at=AT)
        assert {row.offer_id for row in results.rows} == expected, criteria
        assert results.total == len(expected), criteria


def test_a_count_is_what_the_value_would_show(known):
    rng = Random(6)

    for _time in range(80):
        criteria = chosen_by_chance(rng, known)
        facets = search(criteria, at=AT).facets
        for name, (facet, values) in FACETS.items():
            counts = {count.value: count.count for count in facets[facet]}
            for value in values:
                shown = replace(criteria, **{name: (value,)})
                assert counts.get(value, 0) == sum(fits(entry, shown, AT) for entry in known), (
                    criteria,
                    name,
                    value,
                )
        free = {count.value: count.count for count in facets["free"]}.get("free", 0)
        assert free == sum(fits(entry, replace(criteria, free=True), AT) for entry in known)
        left = {count.value: count.count for count in facets["with_places"]}.get("left", 0)
        assert left == sum(fits(entry, replace(criteria, with_places=True), AT) for entry in known)
        access = {count.value: count.count for count in facets["access"]}
        for feature in ("step_free", "lift"):
            more = replace(criteria, access=tuple({*criteria.access, feature}))
            if not criteria.access_unknown:
                assert access.get(feature, 0) == sum(fits(entry, more, AT) for entry in known)


def test_offers_of_unknown_access_are_counted_apart(known):
    criteria = Criteria(access=("lift", "toilet"))
    sure = [entry for entry in known if fits(entry, criteria, AT)]
    perhaps = [entry for entry in known if fits(entry, replace(criteria, access_unknown=True), AT)]

    results = search(criteria, at=AT)

    assert results.total == len(sure)
    assert results.unknown_access == len(perhaps) - len(sure) > 0


@pytest.mark.parametrize("sort", ["best", "soonest", "nearest", "cheapest"])
@pytest.mark.parametrize("words", ["", "pottery", "pottery choir cerámica"])
def test_a_list_is_leafed_through_without_gap_or_repeat(known, sort, words):
    criteria = Criteria(words=words, near=NEAR, metres=3000, sort=sort, size=7)
    expected = {entry.number for entry in known if fits(entry, criteria, AT)}

    shown, after = [], ""
    while True:
        results = search(criteria, after=after, at=AT)
        shown += [row.offer_id for row in results.rows]
        after = results.next
        if not after:
            break

    assert len(shown) == len(set(shown))
    assert set(shown) == expected


def test_orders_are_what_they_say(known):
    by_number = {entry.number: entry for entry in known}

    def found(sort, **more):
        rows = search(Criteria(sort=sort, near=NEAR, size=200, **more), at=AT).rows
        return [by_number[row.offer_id] for row in rows]

    starts = [
        min((one.starts_at for one in coming(e, AT) if one.starts_at > AT), default=None)
        for e in found("soonest")
    ]
    minutes = [start.timestamp() // 60 for start in starts if start]
    far = [metres_to(entry) for entry in found("nearest", metres=3000)]
    paid = [
        e.prices.get("senior", e.prices.get("everyone", 10**9))
        for e in found("cheapest", price_group="senior")
    ]

    assert minutes == sorted(minutes)
    assert None not in starts[: len(minutes)]
    assert far == sorted(far)
    assert paid == sorted(paid)


def test_offers_with_all_the_words_come_first(known):
    by_number = {entry.number: entry for entry in known}
    words = {"pottery", "choir"}

    rows = search(Criteria(words="pottery choir", size=200), at=AT).rows
    complete = [words <= by_number[row.offer_id].words for row in rows]

    assert any(complete)
    assert complete == sorted(complete, reverse=True)


def test_a_title_counts_more_than_a_description(known):
    by_number = {entry.number: entry for entry in known}

    rows = search(Criteria(words="garden"), at=AT).rows

    assert "garden" in by_number[rows[0].offer_id].offer.title


def test_rows_know_the_way_to_their_nearest_place(known):
    by_number = {entry.number: entry for entry in known}

    rows = search(Criteria(near=NEAR, metres=2000, sort="nearest"), at=AT).rows

    assert rows
    for row in rows:
        assert row.metres == pytest.approx(metres_to(by_number[row.offer_id]))
        assert row.venue_id == by_number[row.offer_id].venue.pk


HOSTILE = [
    "x" * 10_000,
    "pottery " * 1_250,
    'pottery AND "',
    "title:pottery OR *:*",
    "pottery~2 ^^ +- && || ! ( ) { } [ ]",
    "\x00\x01\x1b[31m",
    "\u202epottery",
    "'; DROP TABLE offers; --",
    "/.*/",
    "*",
    "?",
    "\ud800",
    "🏺🏺",
    "%s %(x)s {0}",
    "陶" * 10_000,
    "\n\t ",
    "NOT",
    "a" * 70_000,
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_only_words(known, words):
    results = search(Criteria(words=words), at=AT)

    assert 0 <= results.total <= len(known)
    assert why_nothing(Criteria(words=words, free=True), at=AT) is not None
    assert isinstance(words_as_meant(words), str)


def test_a_question_of_signs_alone_finds_nothing_rather_than_everything(known):
    assert search(Criteria(words="!!! ???"), at=AT).total == 0
    assert search(Criteria(words="   "), at=AT).total == len(known)


def test_words_beyond_the_first_twelve_are_left_out_and_counted(known):
    results = search(Criteria(words=" ".join(f"word{number}" for number in range(15)) + " pottery"), at=AT)

    assert (results.total, results.words_left_out) == (0, 4)


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "////",
        "A" * 5000,
        "é",
        "\x00",
        "bnVsbA",
        "W10",
        marker("offers-000000000000", 5),
        marker("venues", "a"),
    ],
)
def test_a_hostile_marker_is_refused_in_a_sentence(known, after):
    with pytest.raises(BadMarker, match="Start the list again"):
        search(Criteria(), after=after, at=AT)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(after=st.text(min_size=1, max_size=60))
def test_no_marker_breaks_the_search(known, after):
    with pytest.raises(BadMarker):
        search(Criteria(words="pottery"), after=after, at=AT)


def test_a_marker_belongs_to_its_search(known):
    following = search(Criteria(size=5), at=AT).next

    with pytest.raises(BadMarker):
        search(Criteria(size=5, free=True), after=following, at=AT)


def test_nobody_leafs_through_everything_by_likeness(known):
    criteria = Criteria(words="pottery")
    from_far = marker(kind_of(criteria), DEEPEST)
    below_zero = marker(kind_of(criteria), -1)

    with pytest.raises(TooDeep, match="Add a word or a filter"):
        search(criteria, after=from_far, at=AT)
    with pytest.raises(BadMarker):
        search(criteria, after=below_zero, at=AT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sort": "random"},
        {"when": "never"},
        {"price_group": "rich"},
        {"slots": ("noon",)},
        {"size": 0},
        {"size": 9999},
        {"sort": "nearest"},
    ],
)
def test_what_cannot_be_chosen_is_refused(wrong):
    with pytest.raises(NoSuchCriterion):
        Criteria(**wrong)


def test_dates_at_the_ends_of_time_are_harmless(known):
    for first, last in (
        (date.min, date.max),
        (date.max, date.min),
        (date.max, date.max),
        (date.min, date.min),
    ):
        results = search(Criteria(from_on=first, to_on=last, slots=("weekend",)), at=AT)
        assert results.total >= 0
    assert search(Criteria(age=-5), at=AT).total >= 0
    assert search(Criteria(up_to_cents=2**63), at=AT).total <= len(known)


def test_nothing_found_names_the_filter_that_frees_most(known):
    criteria = Criteria(words="pottery", area="wards:nowhere", forms=("formal",))
    without = {
        name: sum(fits(e, replace(criteria, **{name: value}), AT) for e in known)
        for name, value in (("area", ""), ("forms", ()), ("words", ""))
    }

    helped = why_nothing(criteria, at=AT)

    assert [(drop.filter, drop.would_find) for drop in helped] == [("area", without["area"])]
    assert without["area"] > 0
    assert without["forms"] == without["words"] == 0


def test_alternatives_say_in_what_they_differ(known):
    criteria = Criteria(words="gadren", modes=("on_site",))

    alternatives = nearest_alternatives(criteria, at=AT)

    assert alternatives
    assert all(differs == ["words"] for _row, differs in alternatives)
    assert words_as_meant("gadren") == "garden"


def test_alternatives_of_an_access_need_come_from_what_is_not_known(known):
    OfferAccess.objects.update(is_there=False)
    rebuild_search_index(by=operator(), at=AT)

    alternatives = nearest_alternatives(Criteria(access=("lift",)), at=AT)

    assert alternatives
    assert alternatives[0][1] == ["access"]


def test_online_offers_are_told_apart_from_a_distance(known):
    criteria = Criteria(words="pottery", near=NEAR, metres=1)
    online = [e for e in known if "pottery" in e.words and e.offer.mode in ("online", "both")]

    assert search(criteria, at=AT).total == 0
    assert online_instead(criteria, at=AT) == len(online)


@pytest.fixture
def walked(known):
    """One straight street, westward from the point; each venue stands at the node of its own number."""
    lat, lon = NEAR
    nodes = [lon - 0.002 * number for number in range(21)]
    streets = build_network([lat] * 21, nodes, range(20), range(1, 21))
    TravelNetwork.objects.create(mode="walk", nodes=21, edges=20, digest="street", data=streets.to_bytes())
    for number, venue in enumerate(Venue.objects.order_by("pk")):
        Venue.objects.filter(pk=venue.pk).update(
            street_node=int(snap(streets, [lat], [nodes[number]])[0]), lon=nodes[number], lat=lat
        )
    return known


def minutes_to(entry):
    """Return the walk along the street: 0.002 degrees at a time, 80 metres a minute."""
    number = int(entry.venue.source_key)
    return number * 0.002 * cos(radians(NEAR[0])) * radians(1) * 6_371_008.8 / 80


def test_a_walk_is_measured_along_streets_and_filters(walked):
    near = [e for e in walked if e.venue and "pottery" in e.words and minutes_to(e) <= 15]

    results = search(Criteria(words="pottery", near=NEAR, minutes=15, sort="nearest"), at=AT)

    by_number = {entry.number: entry for entry in walked}
    assert 0 < results.total == len(near) < sum("pottery" in e.words for e in walked)
    assert [row.minutes for row in results.rows] == sorted(row.minutes for row in results.rows)
    for row in results.rows:
        assert row.minutes == pytest.approx(minutes_to(by_number[row.offer_id]), rel=0.01)


def test_nearest_without_a_limit_puts_what_has_no_way_last(walked):
    rows = search(Criteria(near=NEAR, sort="nearest", size=200), at=AT).rows

    known = [row.minutes for row in rows if row.minutes is not None]
    assert len(rows) == len(walked)
    assert [row.minutes for row in rows[: len(known)]] == sorted(known)


def test_a_walk_from_where_no_street_is_near_says_why(walked):
    results = search(Criteria(near=(NEAR[0] + 0.1, NEAR[1]), minutes=15), at=AT)

    assert (results.total, results.unreached) == (0, "no_street_near")
