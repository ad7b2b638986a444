"""Rules that cost more than they give: each record, and each reading, walks over so many days and no more."""

import json
from datetime import date

import pytest

from learningcity.catalogue.actions.drafts import OfferDraft, Rejected
from learningcity.catalogue.importers import LAYOUTS, Defaults
from learningcity.catalogue.importers.recurrence import Rule, days_of
from learningcity.catalogue.importers.walks import MOST_OF_A_RECORD, DaysLeft, Walk

NEVER = {
    "@type": "Schedule",
    "startDate": "2026-12-01",
    "endDate": "2038-11-30",
    "startTime": "18:00",
    "endTime": "20:00",
    "repeatFrequency": "P1D",
    "byMonth": 2,
    "byMonthDay": 31,
}
YEARLY_NEVER = "DTSTART:20261201T180000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=5"
WEEKLY = "DTSTART:20261201T180000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"


def defaults(most=10_000_000):
    return Defaults("Europe/London", "en", "GBP", "The city", date(2026, 11, 23), DaysLeft(most))


def course(number, schedules):
    return {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": f"https://s.example/{number}",
        "name": "Pottery",
        "hasCourseInstance": {"@type": "CourseInstance", "courseSchedule": schedules},
    }


def read_calendar(tmp_path, *entries, most=10_000_000):
    body = "".join(
        f"BEGIN:VEVENT\nUID:{number}\nSUMMARY:Pottery\n{entry}\nEND:VEVENT\n"
        for number, entry in enumerate(entries)
    )
    file = tmp_path / "calendar.ics"
    file.write_text(f"BEGIN:VCALENDAR\n{body}END:VCALENDAR\n", encoding="utf-8")
    return list(LAYOUTS["icalendar"].read(file, defaults(most)))


def test_a_record_of_ten_thousand_schedules_is_rejected_with_a_sentence_and_the_next_one_read(tmp_path):
    file, given = tmp_path / "courses.json", defaults()
    weekly = {**NEVER, "repeatFrequency": "P1W", "endDate": "2026-12-31"}
    file.write_text(json.dumps([course(1, [NEVER] * 10_000), course(2, [weekly])]), encoding="utf-8")

    first, second = LAYOUTS["jsonld"].read(file, given)

    assert isinstance(first, Rejected)
    assert (first.key, first.field) == ("https://s.example/1", "eventSchedule")
    assert f"more than {MOST_OF_A_RECORD} days" in first.reason
    assert isinstance(second, OfferDraft)
    # What the record may not walk over is not walked over: the reading keeps its days.
    assert given.days.most - given.days.left <= MOST_OF_A_RECORD + 70


def test_a_service_of_too_many_schedules_is_rejected_with_its_field(tmp_path):
    slot = {"freq": "DAILY", "dtstart": "2026-12-01", "until": "2038-11-30", "opens_at": "18:00",
            "closes_at": "19:00", "bymonthday": "31"}  # fmt: skip
    file = tmp_path / "services.json"
    file.write_text(json.dumps([{"id": "1", "name": "Advice", "schedules": [slot] * 20}]), encoding="utf-8")

    [rejected] = LAYOUTS["hsds"].read(file, defaults())

    assert (rejected.field, "Give them an end" in rejected.reason) == ("schedules", True)


def test_a_reading_stops_to_follow_rules_but_still_takes_what_has_none(tmp_path):
    once = "DTSTART:20261201T180000Z\nDURATION:PT1H"

    found = read_calendar(tmp_path, WEEKLY, *[YEARLY_NEVER] * 5, WEEKLY, once, most=10_000)

    kinds = [type(one).__name__ for one in found if not hasattr(one, "sentence")]
    rejected = [one for one in found if isinstance(one, Rejected)]
    assert isinstance(found[0], OfferDraft)
    assert isinstance(found[-1], OfferDraft)
    assert "Rejected" in kinds
    assert rejected[-1].key == "6"
    assert "this one was not followed" in rejected[-1].reason


def test_ten_rules_of_twelve_years_each_are_within_what_a_record_may_ask(tmp_path):
    rules = "\n".join(f"RRULE:FREQ=DAILY;BYMONTHDAY={day};UNTIL=20381130T000000Z" for day in range(1, 11))

    [draft, *_remarks] = read_calendar(tmp_path, f"DTSTART:20261201T180000Z\nDURATION:PT1H\n{rules}")

    assert isinstance(draft, OfferDraft)


@pytest.mark.parametrize("frequency", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
def test_a_walk_ends_where_nothing_is_left(frequency):
    walk = Walk(DaysLeft(), most=800)

    list(days_of(Rule(frequency, months=(2,), month_days=(31,)), date(2026, 1, 1), date.max, walk.may_go))

    assert 0 <= walk.left < 800
    assert len(list(walk.refusals())) == 1
