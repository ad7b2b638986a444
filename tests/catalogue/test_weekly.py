"""Runs on weekdays: 18:00 stays 18:00 whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from learningcity.catalogue.actions import weekly
from learningcity.catalogue.actions.drafts import moment

ZONES = ("Europe/London", "Asia/Seoul", "Europe/Helsinki", "America/Santiago", "Africa/Casablanca", "UTC")
days = st.dates(date(2000, 1, 1), date(2036, 1, 1))
weekdays = st.sets(st.integers(0, 6), min_size=1)


def sessions(first, length, weekdays, *, zone, starts=time(18), ends=time(20)):
    last = first + timedelta(days=length)
    return weekly(first, last, weekdays=weekdays, starts=starts, ends=ends, time_zone=zone)


@given(days, st.integers(0, 400), weekdays, st.sampled_from(ZONES))
def test_evenings_stay_evenings_across_clock_changes(first, length, chosen, zone):
    for session in sessions(first, length, chosen, zone=zone):
        local = session.starts_at.astimezone(ZoneInfo(zone))

        assert local.time() == time(18)
        assert local.weekday() in chosen
        assert session.ends_at - session.starts_at == timedelta(hours=2)


@given(days, st.integers(0, 400), weekdays)
def test_every_such_weekday_between_the_days_has_its_session(first, length, chosen):
    found = [session.starts.date() for session in sessions(first, length, chosen, zone="UTC")]

    wanted = [first + timedelta(days=n) for n in range(length + 1)]
    assert found == [day for day in wanted if day.weekday() in chosen]


def test_a_skipped_time_counts_with_the_offset_before_the_change():
    assert moment(datetime(2027, 3, 28, 1, 30), "Europe/London") == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert moment(datetime(2027, 3, 28, 1, 30), "Europe/London").astimezone(
        ZoneInfo("Europe/London")
    ).time() == time(2, 30)


def test_a_repeated_time_is_its_first_occurrence():
    assert moment(datetime(2026, 10, 25, 1, 30), "Europe/London") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_moment_with_a_zone_of_its_own_is_exact():
    exact = datetime(2027, 7, 1, 18, 0, tzinfo=ZoneInfo("Europe/Helsinki"))

    assert moment(exact, "Europe/London") == exact
