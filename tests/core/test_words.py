"""Amounts, times and distances in the reader's words, turned the right way in every script."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from learningcity.core.templatetags import money as money_tags
from learningcity.core.templatetags import words

EVENING = datetime(2026, 6, 2, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "right here"), (0.2, "1 minute on foot"), (1, "1 minute on foot"), (8.01, "9 minutes on foot")],
)
def test_a_walk_is_never_promised_shorter_than_it_is(minutes, said):
    assert words.walk(minutes) == said


@pytest.mark.parametrize(
    ("metres", "said"), [(0, "0 m"), (347, "350 m"), (994, "990 m"), (996, "1.0 km"), (1733, "1.7 km")]
)
def test_a_distance_is_rounded_to_what_a_walker_feels(metres, said):
    assert words.distance(metres) == said


def test_a_decimal_follows_the_language():
    with translation.override("es"):
        assert words.distance(1733) == "1,7 km"


def test_what_is_not_known_is_not_zero():
    assert [words.walk(None), words.distance(None), words.duration(None), words.percent(None)] == [""] * 4
    assert money_tags.money(None, "GBP") == ""


def test_a_clock_shows_the_hour_of_the_city():
    with timezone.override(ZoneInfo("Europe/London")):
        assert words.clock(EVENING) == '<bdi dir="ltr"><time>18:30</time></bdi>'
        assert "18:30" in words.clock_to(EVENING, time(20, 0))


def test_a_day_is_said_in_words_and_marked_for_machines():
    assert words.day(date(2026, 11, 24)) == '<time datetime="2026-11-24">Tuesday 24 November 2026</time>'
    assert ">24 November 2026<" in words.short_day(date(2026, 11, 24))


def test_a_moment_late_in_the_evening_belongs_to_the_day_of_the_city():
    with timezone.override(ZoneInfo("Europe/London")):
        assert 'datetime="2026-06-03"' in words.day(datetime(2026, 6, 2, 23, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (90, "1 hour 30 minutes"),
        (timedelta(hours=2), "2 hours"),
        (1, "1 minute"),
        (0, "0 minutes"),
        (timedelta(minutes=61, seconds=59), "1 hour 1 minute"),
    ],
)
def test_a_duration_is_said_in_hours_and_minutes(length, said):
    assert words.duration(length) == said


def test_amounts_keep_their_direction():
    assert money_tags.money(450, "GBP") == '<bdi dir="ltr">£4.50</bdi>'
    assert words.percent(0.414) == '<bdi dir="ltr">41\N{NO-BREAK SPACE}%</bdi>'


def test_numbers_are_grouped_by_the_language():
    assert words.count(12840) == "12,840"
    with translation.override("es"):
        assert words.count(12840) in {"12.840", "12\N{NO-BREAK SPACE}840"}
