"""Markers bring a reader back to the row where a list stopped, and nowhere else."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learningcity.core.markers import LARGEST_NUMBER, BadMarker, marker, values_of

words = st.text(st.characters(categories=["L", "N", "P", "S"], codec="utf-8"), max_size=80)
numbers = st.integers(-LARGEST_NUMBER, LARGEST_NUMBER)
zones = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones)


@given(words, numbers, moments)
def test_a_marker_gives_back_the_values_it_was_made_of(word, number, moment):
    made = marker("things", word, number, moment)

    assert values_of(made, "things", str, int, datetime) == (word, number, moment)


@given(st.text(max_size=700) | st.binary(max_size=80).map(lambda found: found.decode("latin-1")))
def test_a_marker_that_was_made_up_is_refused_and_nothing_else_happens(made_up):
    with pytest.raises(BadMarker, match="Start the list again"):
        values_of(made_up, "things", str, int)


@given(words, numbers)
def test_a_marker_of_another_list_is_refused(word, number):
    with pytest.raises(BadMarker):
        values_of(marker("others", word, number), "things", str, int)


@pytest.mark.parametrize(
    "values",
    [("a",), ("a", 1, 2), (1, "a"), ("a", 2**63), ("\x00", 1), ("a", True)],
    ids=["too few", "too many", "swapped", "too large", "NUL", "a truth value"],
)
def test_a_marker_of_other_values_is_refused(values):
    with pytest.raises(BadMarker):
        values_of(marker("things", *values), "things", str, int)


@pytest.mark.parametrize(
    "moment", ["2026-13-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", ""]
)
def test_a_moment_that_cannot_be_is_refused(moment):
    with pytest.raises(BadMarker):
        values_of(marker("things", moment), "things", datetime)


def test_a_moment_comes_back_in_utc():
    there = datetime(2026, 11, 23, 9, 0, tzinfo=timezone(timedelta(hours=5)))

    (back,) = values_of(marker("things", there), "things", datetime)

    assert back == there
    assert back.tzinfo is UTC
