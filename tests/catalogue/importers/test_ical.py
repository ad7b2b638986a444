"""Calendars: rules within bounds, exceptions in their place, clocks that change, hostile files."""

from datetime import UTC, date, datetime

import pytest
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday
from hypothesis import given, settings
from hypothesis import strategies as st

from learningcity.catalogue.actions.arrivals import Remark
from learningcity.catalogue.actions.drafts import OfferDraft, Rejected
from learningcity.catalogue.importers import LAYOUTS, Defaults, FileUnreadable
from learningcity.catalogue.importers.recurrence import Rule, days_of

DEFAULTS = Defaults("Europe/London", "en", "GBP", "The city", date(2026, 11, 23))
OWN_ZONE = """BEGIN:VTIMEZONE
TZID:Own
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
"""


@pytest.fixture
def read(tmp_path):
    """Return a function that reads entries, each given by its lines."""

    def reads(*entries, before=""):
        body = "".join(f"BEGIN:VEVENT\n{entry.strip()}\nEND:VEVENT\n" for entry in entries)
        file = tmp_path / "calendar.ics"
        file.write_text(f"BEGIN:VCALENDAR\n{before}{body}END:VCALENDAR\n", encoding="utf-8")
        return list(LAYOUTS["icalendar"].read(file, DEFAULTS))

    return reads


def entry(*lines, uid="1"):
    return "\n".join([f"UID:{uid}", "SUMMARY:Pottery", *lines])


def starts(draft):
    return [one.starts_at for one in draft.series[0].sessions]


LONDON = "DTSTART;TZID=Europe/London:20270308T180000\nDTEND;TZID=Europe/London:20270308T200000"


def test_words_are_unfolded_and_unescaped(read):
    [draft] = read(
        "UID:1\nSUMMARY:Pottery\\, for\n  all\nDESCRIPTION:One\\nTwo\nDTSTART:20270111\nLOCATION:The Hall"
    )

    assert (draft.title, draft.description) == ("Pottery, for all", "One\nTwo")
    assert draft.series[0].venue.name == "The Hall"
    assert draft.provider.name == "The city"


def test_eighteen_o_clock_stays_eighteen_o_clock_when_the_clocks_change(read):
    [draft] = read(entry(LONDON, "RRULE:FREQ=WEEKLY;COUNT=4"))

    assert [one.hour for one in starts(draft)] == [18, 18, 18, 17]
    assert {one.starts.hour for one in draft.series[0].sessions} == {18}


def test_a_skipped_and_a_repeated_hour_follow_the_standard(read):
    skipped = "DTSTART;TZID=Europe/London:20270328T013000\nDURATION:PT1H"
    repeated = "DTSTART;TZID=Europe/London:20261025T013000\nDURATION:PT1H"

    first, second = read(entry(skipped), entry(repeated, uid="2"))

    assert starts(first) == [datetime(2027, 3, 28, 1, 30, tzinfo=UTC)]
    assert starts(second) == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
    assert first.series[0].sessions[0].ends_at == datetime(2027, 3, 28, 2, 30, tzinfo=UTC)


def test_a_zone_that_the_calendar_describes_is_followed(read):
    [draft] = read(
        entry("DTSTART;TZID=Own:20270326T180000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3"), before=OWN_ZONE
    )

    assert [one.hour for one in starts(draft)] == [17, 17, 16]


def test_dates_taken_out_added_and_moved(read):
    moved = (
        "UID:1\nSUMMARY:Pottery\nRECURRENCE-ID;TZID=Europe/London:20270315T180000\n"
        "DTSTART;TZID=Europe/London:20270316T190000\nDTEND;TZID=Europe/London:20270316T210000"
    )
    cancelled = (
        "UID:1\nSUMMARY:Pottery\nSTATUS:CANCELLED\nRECURRENCE-ID;TZID=Europe/London:20270322T180000\n"
        "DTSTART;TZID=Europe/London:20270322T180000\nDTEND;TZID=Europe/London:20270322T200000"
    )
    rule = (
        "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/London:20270308T180000\n"
        "RDATE;TZID=Europe/London:20270401T180000"
    )

    [draft] = read(moved, entry(LONDON, rule), cancelled)

    found = [(one.starts_at.month, one.starts_at.day, one.status) for one in draft.series[0].sessions]
    assert found == [(3, 16, "planned"), (3, 22, "cancelled"), (3, 29, "planned"), (4, 1, "planned")]


def test_a_rule_without_end_is_followed_for_a_year_with_a_remark(read):
    [draft, remark] = read(entry("DTSTART:20150105T180000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"))

    assert isinstance(remark, Remark)
    assert "without an end. Its dates are taken until 2027-11-30" in remark.reason
    assert starts(draft)[0] == datetime(2026, 10, 5, 18, tzinfo=UTC)
    assert starts(draft)[-1] == datetime(2027, 11, 29, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY;COUNT=99999", "FREQ=DAILY;UNTIL=99991231", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5"],
)
def test_rules_that_go_on_for_ages_or_never_fit_have_an_end(read, rule):
    found = read(entry(LONDON, f"RRULE:{rule}"))

    assert len(found[0].series[0].sessions) <= 400


def test_a_whole_day_has_no_invented_hours(read):
    [draft] = read(entry("DTSTART;VALUE=DATE:20270111\nDTEND;VALUE=DATE:20270114"))

    run = draft.series[0]
    assert (run.runs_from_on, run.runs_until_on, run.sessions) == (date(2027, 1, 11), date(2027, 1, 13), ())


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ("DTEND:20270111T180000Z", "DTSTART"),
        ("DTSTART:20270111T180000Z", "DTEND"),
        ("DTSTART:yesterday\nDURATION:PT1H", "DTSTART"),
        ("DTSTART;TZID=Nowhere:20270111T180000\nDURATION:PT1H", "DTSTART"),
        ("DTSTART:20270111T180000Z\nDURATION:long", "DURATION"),
        ("DTSTART:20270111\nDTEND:20270111T180000Z", "DTEND"),
        ("DTSTART:20270111T180000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY", "RRULE"),
        ("DTSTART:20270111T180000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL=0", "RRULE"),
        ("DTSTART:20270111T180000Z\nDURATION:PT1H\nRRULE:never", "RRULE"),
        ("DTSTART:20270111T180000Z\nDURATION:PT1H\nEXDATE:never", "EXDATE"),
        ("DTSTART:00010101T000000Z\nDURATION:PT1H", "DTSTART"),
    ],
)
def test_what_cannot_be_read_is_rejected_with_its_field_and_its_key(read, lines, field):
    [rejected] = read(entry(lines))

    assert (rejected.row, rejected.field, rejected.key) == (1, field, "1")


def test_an_entry_without_uid_and_one_that_comes_twice_are_rejected(read):
    found = read("SUMMARY:x\nDTSTART:20270111", entry(LONDON, uid="2"), entry(LONDON, uid="2"))

    assert [(type(one), one.row) for one in found] == [(Rejected, 1), (Rejected, 3), (OfferDraft, 2)]


@pytest.mark.parametrize(
    "text", ["", "<html>", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n", "BEGIN:VCALENDAR\n"]
)
def test_what_is_no_whole_calendar_is_refused(tmp_path, text):
    file = tmp_path / "calendar.ics"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(FileUnreadable):
        list(LAYOUTS["icalendar"].read(file, DEFAULTS))


@settings(max_examples=60)
@given(st.text(max_size=80), st.text(max_size=40))
def test_no_text_at_all_makes_an_entry_crash(tmp_path_factory, words, rule):
    file = tmp_path_factory.mktemp("c") / "c.ics"
    text = f"UID:1\n{words}\nDTSTART:20270111T180000Z\nDURATION:PT1H\nRRULE:{rule}\n"
    file.write_bytes(
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{text}END:VEVENT\nEND:VCALENDAR\n".encode("utf-8", "replace")
    )

    try:
        found = list(LAYOUTS["icalendar"].read(file, DEFAULTS))
    except FileUnreadable:
        return
    assert found


FREQUENCIES = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
rules = st.builds(
    Rule,
    frequency=st.sampled_from(sorted(FREQUENCIES)),
    interval=st.integers(1, 3),
    times=st.none() | st.integers(1, 12),
    weekdays=st.lists(st.integers(0, 6), max_size=2, unique=True).map(
        lambda days: tuple((0, day) for day in days)
    ),
    month_days=st.lists(st.sampled_from([1, 15, 29, 31, -1, -3]), max_size=2, unique=True).map(tuple),
    months=st.lists(st.integers(1, 12), max_size=3, unique=True).map(tuple),
    week_starts=st.sampled_from([0, 6]),
)


@settings(max_examples=150)
@given(rules, st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sampled_from([0, 1, 2, -1]))
def test_the_days_of_a_rule_are_those_of_another_reading_of_the_standard(rule, first, which):
    last = date(2029, 12, 31)
    if which and rule.frequency in ("MONTHLY", "YEARLY"):
        rule = Rule(
            **{name: getattr(rule, name) for name in rule.__slots__}
            | {"weekdays": tuple((which, day) for _each, day in rule.weekdays)}
        )
    midnight = datetime.min.time()
    theirs = rrule(
        FREQUENCIES[rule.frequency],
        dtstart=datetime.combine(first, midnight),
        interval=rule.interval,
        count=rule.times,
        until=None if rule.times else datetime.combine(last, midnight),
        byweekday=[weekday(day, place or None) for place, day in rule.weekdays] or None,
        bymonthday=rule.month_days or None,
        bymonth=rule.months or None,
        wkst=rule.week_starts,
    )

    assert list(days_of(rule, first, last)) == [one.date() for one in theirs if one.date() <= last]
