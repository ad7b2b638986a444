"""Which offers may be one: found often, seldom wrong, and with reasons that add up."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benches.duplicates import score
from learningcity.engines.duplicates import Listing, compare, could_be_one, digest, keys, likeness

MONDAY = 29_900_000
POTTERY = Listing(
    pk=1,
    titles=(("en", "Pottery for beginners"),),
    provider="Lantern & Sons",
    venues=("Oak Hill Hall",),
    points=((51.58, -2.99),),
    starts=(MONDAY, MONDAY + 7 * 1440),
)
WEEK = 7 * 24 * 60

titles = st.text(max_size=40).map(lambda text: (("en", text),))
listings = st.builds(
    Listing,
    pk=st.integers(1, 99),
    titles=titles,
    provider=st.text(max_size=20),
    venues=st.lists(st.text(max_size=20), max_size=2).map(tuple),
    points=st.lists(st.tuples(st.floats(-80, 80), st.floats(-179, 179)), max_size=2).map(tuple),
    starts=st.lists(st.integers(0, 10**8), max_size=6).map(lambda found: tuple(sorted(found))),
    is_online=st.booleans(),
)


@pytest.mark.parametrize("seed", [9001, 9002, 9003])
def test_labelled_pairs_are_found_and_hard_negatives_left_alone(seed):
    found = score(seed)

    assert found.hard >= 0.3
    assert found.precision >= 0.95
    assert found.recall >= 0.9


@pytest.mark.parametrize(
    "other",
    [
        replace(POTTERY, starts=tuple(start + 2 * WEEK for start in POTTERY.starts)),
        replace(POTTERY, venues=("West Hall",), points=((51.60, -2.95),)),
        replace(POTTERY, titles=(("en", "Pottery, advanced"),)),
        replace(POTTERY, starts=tuple(start + 5 * 60 for start in POTTERY.starts)),
        replace(POTTERY, titles=(("en", "Choir for beginners"),)),
    ],
    ids=["another week", "another branch", "another level", "another part of the day", "another subject"],
)
def test_sisters_are_not_one(other):
    assert not compare(POTTERY, other).is_enough


@pytest.mark.parametrize(
    "other",
    [
        replace(POTTERY, titles=(("en", "Potery for begginners"),)),
        replace(POTTERY, titles=(("es", "Cerámica para principiantes"),)),
        replace(POTTERY, titles=(("es", "Cerámica"), ("en", "Pottery"))),
        replace(POTTERY, starts=tuple(start + 30 for start in POTTERY.starts)),
        replace(POTTERY, provider="The Lantern and Sons Ltd", venues=("Oakhill Hall",), points=()),
    ],
    ids=["mistyped", "in Spanish", "in both languages", "half an hour later", "spelled otherwise"],
)
def test_the_same_told_otherwise_is_one(other):
    assert compare(POTTERY, other).is_enough
    assert set(keys(POTTERY)) & set(keys(other))


@given(listings, listings)
def test_comparing_is_the_same_in_both_directions_and_its_reasons_add_up(one, other):
    match = compare(one, other)

    assert match == compare(other, one)
    assert match.weight == pytest.approx(sum(reason.weight for reason in match.reasons), abs=0.01)


@given(listings)
def test_keys_are_numbers_that_a_database_holds_and_do_not_depend_on_the_row(listing):
    found = keys(listing)

    assert all(0 <= key < 2**63 for key in found)
    assert found == keys(replace(listing, pk=100))
    assert digest(listing, ()) == digest(replace(listing, pk=100, starts=(1,)), ())


@given(st.text(max_size=60))
def test_a_title_is_wholly_like_itself(title):
    assert likeness(title, title) == 1


@given(listings, listings)
def test_what_is_ruled_out_quickly_is_never_enough(one, other):
    assert could_be_one(one, other) or not compare(one, other).is_enough
