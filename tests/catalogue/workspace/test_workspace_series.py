"""Series are written whole or not at all, from weekdays or from a rule that ends."""

import os
import signal
from contextlib import suppress
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from learningcity.catalogue.actions.checking import MOST_SESSIONS, Limits
from learningcity.catalogue.actions.drafts import KnownVenue
from learningcity.catalogue.actions.offers import OfferNotRight
from learningcity.catalogue.actions.workspace_dates import DatesDraft, DatesNotRight, sessions_of
from learningcity.catalogue.actions.workspace_looks import NeedsLook, Seen
from learningcity.catalogue.actions.workspace_series import add_dates, add_series, rename_series
from learningcity.catalogue.models import AcceptedClash, Series, Session
from tests.catalogue.factories import MONDAY, OfferFactory, VenueFactory
from tests.people.factories import as_member, as_self, member, organisation, person

LIMITS = Limits(today=date(2026, 11, 23), latest=date(2036, 12, 31))
EVENING = {"starts": time(18), "ends": time(20)}


def dates(**changes):
    """Return ten Monday evenings from 11 January 2027."""
    words = {"first_on": date(2027, 1, 11), "last_on": date(2027, 3, 15), **EVENING}
    return DatesDraft(**(words | changes))


def days(**changes):
    return [one.starts.date() for one in sessions_of(dates(**changes), "Europe/London", LIMITS)]


def test_one_day_is_one_date():
    assert days(last_on=None) == [date(2027, 1, 11)]


def test_weekdays_are_repeated_until_the_last_day():
    found = days(weekdays=(0, 2))

    assert len(found) == 19
    assert {day.weekday() for day in found} == {0, 2}


def test_an_end_in_the_night_is_on_the_next_day():
    [one] = sessions_of(dates(last_on=None, starts=time(22), ends=time(0, 30)), "Europe/London", LIMITS)

    assert one.ends == datetime(2027, 1, 12, 0, 30)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_on": date(2026, 12, 1)}, "last_on"),
        ({"weekdays": (6,), "last_on": date(2027, 1, 12)}, "weekdays"),
        ({"ends": time(9)}, "ends"),
        ({"last_on": date(2036, 12, 31), "weekdays": (0, 1, 2, 3, 4, 5, 6)}, "last_on"),
        ({"rule": "FREQ=WEEKLY;BYDAY=MO"}, "rule"),
        ({"rule": "FREQ=DAILY;COUNT=401"}, "rule"),
        ({"rule": "FREQ=DAILY;UNTIL=99991231"}, "rule"),
        ({"rule": "FREQ=SECONDLY;COUNT=5"}, "rule"),
        ({"rule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3"}, "rule"),
        ({"rule": "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2;COUNT=3"}, "rule"),
        ({"rule": "FREQ=MONTHLY;BYDAY=99MO;COUNT=3"}, "rule"),
        ({"rule": "FREQ=WEEKLY;INTERVAL=0;COUNT=3"}, "rule"),
        ({"rule": "FREQ=WEEKLY;COUNT=-1"}, "rule"),
        ({"rule": "FREQ=WEEKLY;COUNT=²"}, "rule"),
        ({"rule": "FREQ=WEEKLY;UNTIL=20270230"}, "rule"),
        ({"rule": "FREQ=WEEKLY;COUNT=3;COUNT=4"}, "rule"),
        ({"rule": "FREQ=WEEKLY;COUNT=3\nEXDATE:20270111"}, "rule"),
        ({"rule": "FREQ=WEEKLY;BYDAY=MO;COUNT=" + "9" * 5000}, "rule"),
        ({"rule": "every Monday"}, "rule"),
    ],
)
def test_what_gives_no_dates_or_too_many_is_refused_at_its_field(changes, field):
    with pytest.raises(DatesNotRight) as refused:
        days(**changes)

    assert refused.value.field == field
    assert str(refused.value).endswith((".", "…"))


def test_a_rule_of_icalendar_gives_its_days():
    assert days(rule="RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=4") == [
        date(2027, 1, 11), date(2027, 1, 13), date(2027, 1, 25), date(2027, 1, 27),
    ]  # fmt: skip
    assert days(rule="freq=monthly;byday=-1fr;until=20270401T000000Z") == [
        date(2027, 1, 29), date(2027, 2, 26), date(2027, 3, 26),
    ]  # fmt: skip


@given(rule=st.text("FREQ=DAILYWKMONTHUCBSP;,:-+0123456789", max_size=60) | st.text(max_size=40))
def test_whatever_stands_in_a_rule_gives_dates_or_a_sentence(rule):
    try:
        found = days(rule=rule)
    except DatesNotRight as refused:
        found = [str(refused)]

    assert 0 < len(found) <= MOST_SESSIONS


@given(
    first_on=st.dates(date(2026, 1, 1), date(2034, 12, 31)),
    weeks=st.integers(1, 60),
    minutes=st.integers(4 * 60, 23 * 60),
)
def test_eighteen_o_clock_stays_eighteen_o_clock(first_on, weeks, minutes):
    starts = time(minutes // 60, minutes % 60)
    rule = f"FREQ=WEEKLY;COUNT={weeks}"
    draft = dates(first_on=first_on, rule=rule, starts=starts, ends=time(23, 59))

    for one in sessions_of(draft, "Europe/London", LIMITS):
        from_utc = one.starts_at.astimezone(ZoneInfo("Europe/London"))
        assert from_utc.time() == starts


def test_a_series_is_written_with_all_its_dates(offer, editor):
    hall = VenueFactory()
    asked = dates(venue=KnownVenue(pk=hall.pk), room="Studio", trainer="Ada Kiln")

    series = add_series(offer, asked, name="Winter", by=editor, at=MONDAY)

    assert series.sessions.count() == 10
    assert {(one.venue, one.room, one.trainer) for one in series.sessions.all()} == {
        (hall, "Studio", "Ada Kiln")
    }
    assert (series.name, series.venue, series.room) == ("Winter", hall, "Studio")


def test_a_single_date_becomes_a_series_when_a_second_comes(offer, editor):
    series = add_series(offer, dates(last_on=None), by=editor, at=MONDAY)

    add_dates(series, dates(first_on=date(2027, 1, 18), last_on=None), by=editor, at=MONDAY)

    assert series.sessions.count() == 2
    with pytest.raises(DatesNotRight, match="already"):
        add_dates(series, dates(first_on=date(2027, 1, 18), last_on=None), by=editor, at=MONDAY)


def test_a_fault_in_one_date_leaves_nothing_behind(offer, editor):
    with pytest.raises(OfferNotRight):
        add_series(offer, dates(venue=KnownVenue(public_id="nowhere")), by=editor, at=MONDAY)
    with pytest.raises(OfferNotRight):
        add_series(offer, dates(trainer="x" * 121), by=editor, at=MONDAY)

    assert not Series.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_the_middle_leaves_nothing_behind(editor, offer):
    before = Session.objects.count()
    connection.close()
    child = os.fork()
    if child == 0:
        killed_while_writing(offer, editor)
    _pid, status = os.waitpid(child, 0)

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert (Series.objects.count(), Session.objects.count()) == (0, before)


def killed_while_writing(offer, editor):
    """Kill this process when the series is written and its dates are on the way."""

    def killing(execute, sql, params, many, context):
        if "INSERT" in sql and "catalogue_session" in sql:
            execute(sql, params, many, context)
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with suppress(BaseException), connection.execute_wrapper(killing):
        add_series(offer, dates(), by=editor, at=MONDAY)
    os._exit(0)


def test_holidays_and_closing_days_are_shown_before_anything_is_written(offer, editor, a_city):
    asked = dates(rule="FREQ=WEEKLY;COUNT=3", first_on=date(2027, 12, 18))

    with pytest.raises(NeedsLook) as look:
        add_series(offer, asked, by=editor, at=MONDAY)

    assert look.value.lines == ["Saturday 25 December 2027 is a public holiday: Christmas Day.",
                                "Saturday 1 January 2028 is a public holiday: New Year's Day."]  # fmt: skip
    assert not look.value.asks_why
    assert not Series.objects.exists()
    series = add_series(offer, asked, seen=Seen(look.value.digest), by=editor, at=MONDAY)
    assert series.sessions.count() == 3


def test_a_clash_names_both_bookings_and_needs_a_reason_that_is_kept(offer, editor, provider):
    hall = VenueFactory()
    asked = dates(last_on=None, venue=KnownVenue(pk=hall.pk), room="Studio 1", trainer="Ada Kiln")
    first = add_series(offer, asked, by=editor, at=MONDAY)
    yoga = OfferFactory(provider=provider, title="Yoga")
    later = dates(
        last_on=None, venue=KnownVenue(pk=hall.pk), room="studio  1", trainer="Ada Kiln",
        starts=time(19), ends=time(21),
    )  # fmt: skip

    with pytest.raises(NeedsLook) as look:
        add_series(yoga, later, by=editor, at=MONDAY)
    seen = look.value.digest
    with pytest.raises(NeedsLook, match="Say why"):
        add_series(yoga, later, seen=Seen(seen), by=editor, at=MONDAY)
    second = add_series(yoga, later, seen=Seen(seen, "They share the kiln."), by=editor, at=MONDAY)

    assert look.value.asks_why
    assert len(look.value.lines) == 2
    for sentence in look.value.lines:
        assert "“Yoga” (Monday 11 January 2027, 19:00 to 21:00)" in sentence
        assert "“Pottery” (Monday 11 January 2027, 18:00 to 20:00)" in sentence
    kept = AcceptedClash.objects.order_by("kind")
    assert [(one.kind, one.reason) for one in kept] == [
        ("room", "They share the kiln."), ("trainer", "They share the kiln."),
    ]  # fmt: skip
    assert {(one.session, one.other) for one in kept} == {(second.sessions.get(), first.sessions.get())}


def test_what_was_seen_does_not_stand_for_another_clash(offer, editor, provider):
    hall = VenueFactory()
    asked = dates(last_on=None, venue=KnownVenue(pk=hall.pk), room="Studio")
    add_series(offer, asked, by=editor, at=MONDAY)
    yoga = OfferFactory(provider=provider)
    with pytest.raises(NeedsLook) as look:
        add_series(yoga, asked, by=editor, at=MONDAY)
    add_series(offer, dates(last_on=None, venue=KnownVenue(pk=hall.pk), room="Studio", starts=time(17, 30)),
               seen=seen_of(offer, asked, editor), by=editor, at=MONDAY)  # fmt: skip

    with pytest.raises(NeedsLook):
        add_series(yoga, asked, seen=Seen(look.value.digest, "why not"), by=editor, at=MONDAY)


def seen_of(offer, asked, editor):
    """Return that somebody saw what a date half an hour earlier clashes with."""
    earlier = dates(last_on=None, venue=asked.venue, room=asked.room, starts=time(17, 30))
    with pytest.raises(NeedsLook) as look:
        add_series(offer, earlier, by=editor, at=MONDAY)
    return Seen(look.value.digest, "A short one.")


def test_another_organisation_s_trainer_of_the_same_name_is_nobody_s_clash(offer, editor):
    add_series(offer, dates(last_on=None, trainer="Ada Kiln"), by=editor, at=MONDAY)
    elsewhere = OfferFactory()
    their_editor = as_member(member(person(), elsewhere.provider.organisation))

    add_series(elsewhere, dates(last_on=None, trainer="Ada Kiln"), by=their_editor, at=MONDAY)

    assert not AcceptedClash.objects.exists()


def test_hours_that_clocks_skip_or_repeat_are_said(offer, editor, a_city):
    skipped = dates(first_on=date(2027, 3, 28), last_on=None, starts=time(1, 30), ends=time(3))
    repeated = dates(first_on=date(2027, 10, 31), last_on=None, starts=time(1, 30), ends=time(3))

    for asked, words in (
        (skipped, "01:30 does not exist and becomes 02:30"),
        (repeated, "01:30 comes twice"),
    ):
        with pytest.raises(NeedsLook) as look:
            add_series(offer, asked, by=editor, at=MONDAY)
        assert words in look.value.lines[0]
        assert "Choose another time, or accept it." in look.value.lines[0]


@pytest.mark.parametrize("who", ["resident", "teacher", "other editor"])
def test_others_may_not_write_series(offer, provider, editor, who):
    series = add_series(offer, dates(last_on=None), by=editor, at=MONDAY)
    by = {
        "resident": lambda: as_self(person()),
        "teacher": lambda: as_member(member(person(), provider.organisation, "teacher")),
        "other editor": lambda: as_member(member(person(), organisation(), "editor")),
    }[who]()

    for act in (
        lambda: add_series(offer, dates(), by=by, at=MONDAY),
        lambda: add_dates(series, dates(), by=by, at=MONDAY),
        lambda: rename_series(series, "x", by=by, at=MONDAY),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_series_gets_a_name_of_its_own(offer, editor):
    series = add_series(offer, dates(last_on=None), by=editor, at=MONDAY)

    rename_series(series, "For beginners", by=editor, at=MONDAY)

    assert Series.objects.get().name == "For beginners"
    assert offer.__class__.objects.get().changed_at == MONDAY
