"""schema.org, OpenActive and HSDS: what of them becomes offers, and what is rejected."""

import json
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learningcity.catalogue.actions.arrivals import Gone, Remark
from learningcity.catalogue.actions.drafts import OfferDraft, Rejected
from learningcity.catalogue.importers import LAYOUTS, Defaults, FileUnreadable

DEFAULTS = Defaults("Europe/London", "en", "GBP", "", date(2026, 11, 23))
COURSE = {
    "@context": "https://schema.org",
    "@type": "Course",
    "@id": "https://example.org/c/1",
    "name": [{"@value": "Pottery", "@language": "en"}, {"@value": "Crochenwaith", "@language": "cy"}],
    "description": "<p>Make a <b>bowl</b>.</p>",
    "provider": {"@type": "CollegeOrUniversity", "@id": "https://example.org/o/1", "name": "Lantern College"},
    "educationalLevel": "Beginner",
    "typicalAgeRange": "16-",
    "teaches": [
        "Throw a bowl",
        {"@type": "DefinedTerm", "@id": "http://data.europa.eu/esco/skill/1", "name": "Glaze"},
    ],
    "offers": {"@type": "Offer", "price": "12.50", "priceCurrency": "GBP"},
    "hasCourseInstance": [
        {
            "@type": "CourseInstance",
            "courseMode": "onsite",
            "maximumAttendeeCapacity": 12,
            "location": {
                "@type": "Place",
                "name": "The Hall",
                "geo": {"latitude": 51.5, "longitude": "-3.0"},
                "address": {"streetAddress": "1 High Street", "postalCode": "NP20"},
            },
            "courseSchedule": {
                "@type": "Schedule",
                "startDate": "2027-01-11",
                "endDate": "2027-02-01",
                "repeatFrequency": "P1W",
                "byDay": "https://schema.org/Monday",
                "startTime": "18:00",
                "endTime": "20:00",
                "exceptDate": ["2027-01-25"],
            },
        }
    ],
}


@pytest.fixture
def read(tmp_path):
    """Return a function that reads data as a file of a layout."""

    def reads(data, layout="jsonld", defaults=DEFAULTS):
        file = tmp_path / "file"
        file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        return list(LAYOUTS[layout].read(file, defaults))

    return reads


def test_a_course_with_its_instances_schedules_prices_and_skills(read):
    [draft] = read(COURSE)

    assert (draft.title, draft.texts[0].title, draft.description) == (
        "Pottery",
        "Crochenwaith",
        "Make a bowl.",
    )
    assert (draft.provider.name, draft.provider.kind, draft.level) == (
        "Lantern College",
        "education",
        "beginner",
    )
    assert (draft.prices[0].cents, draft.age_from, draft.mode) == (1250, 16, "on_site")
    assert draft.skills == ("Throw a bowl", "Glaze")
    assert draft.concepts == ("http://data.europa.eu/esco/skill/1",)
    [run] = draft.series
    assert (run.places, run.venue.name, run.venue.lat, run.venue.address) == (
        12,
        "The Hall",
        51.5,
        "1 High Street, NP20",
    )
    assert [one.starts.day for one in run.sessions] == [11, 18, 1]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda data: data,
        lambda data: [data],
        lambda data: {"@context": "https://schema.org", "@graph": [data]},
        lambda data: {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": data}]},
        lambda data: {"@type": "WebPage", "mainEntity": data},
        lambda data: f'<html><script type="application/ld+json">{json.dumps(data)}</script><p>x'.encode(),
    ],
    ids=["alone", "list", "graph", "list of items", "main thing", "page"],
)
def test_things_are_found_wherever_they_stand(read, wrap):
    [draft] = read(wrap(COURSE))

    assert draft.key == "https://example.org/c/1"


def test_an_open_resource_is_informal_learning_online_without_dates(read):
    resource = {
        "@type": ["CreativeWork", "LearningResource"],
        "url": "https://example.org/r/1",
        "name": "Fractions",
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "timeRequired": "PT90M",
        "publisher": "Lantern",
        "teaches": "Add fractions",
    }

    [draft] = read(resource)

    assert (draft.form, draft.mode, draft.series, draft.hours) == ("informal", "online", (), 2)
    assert (draft.website, draft.prices[0].cents, draft.taught_in) == ("https://example.org/r/1", 0, ("en",))


def test_events_of_an_event_are_its_dates_and_weeks_between_start_and_end_are_none(read):
    festival = {
        "@type": "EventSeries",
        "@id": "f",
        "name": "Week",
        "organizer": {"name": "City"},
        "subEvent": [
            {"@type": "Event", "startDate": "2027-01-12T10:00:00Z", "endDate": "2027-01-12T12:00:00Z"},
            {
                "@type": "Event",
                "startDate": "2027-01-11T10:00:00Z",
                "duration": "PT2H",
                "eventStatus": "https://schema.org/EventCancelled",
            },
        ],
    }
    long = {
        "@type": "Event",
        "@id": "l",
        "name": "Long",
        "startDate": "2027-01-01T10:00Z",
        "endDate": "2027-03-01T10:00Z",
    }

    first, second = read([festival, long])

    assert [(one.starts_at.day, one.status) for one in first.series[0].sessions] == [
        (11, "cancelled"),
        (12, "planned"),
    ]
    assert (second.series[0].sessions, second.series[0].runs_until_on) == ((), date(2027, 3, 1))


def test_an_endless_schedule_is_bounded_with_a_remark(read):
    schedule = {
        "startDate": "2020-01-06",
        "repeatFrequency": "P1W",
        "byDay": ["Monday"],
        "startTime": "18:00",
        "endTime": "20:00",
    }
    [draft, remark] = read({"@type": "Event", "@id": "1", "name": "Choir", "eventSchedule": schedule})

    assert isinstance(remark, Remark)
    assert 50 < len(draft.series[0].sessions) < 70


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"@id": None}, "@id"),
        ({"startDate": "soon"}, "startDate"),
        ({"startDate": "2027-01-11T10:00:00Z"}, "endDate"),
        (
            {"eventSchedule": {"startDate": "2027-01-11", "startTime": "10:00", "repeatFrequency": "hourly"}},
            "repeatFrequency",
        ),
    ],
)
def test_what_cannot_be_read_is_rejected_with_its_field(read, words, field):
    [rejected] = read({"@type": "Event", "@id": "e1", "name": "x"} | words)

    assert (rejected.row, rejected.field) == (1, field)


@pytest.mark.parametrize(
    "data", [b"", b"<html><p>Nothing", b'{"@type": "Event"', b"\xff\xfe{}", b"[" * 100_000, b'"words"']
)
def test_what_holds_no_data_is_refused(read, data):
    with pytest.raises(FileUnreadable):
        read(data)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                sorted(
                    {
                        *COURSE,
                        "startDate",
                        "endDate",
                        "location",
                        "geo",
                        "@value",
                        "@language",
                        "latitude",
                        "courseSchedule",
                        "byDay",
                    }
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=120)
@given(
    st.dictionaries(
        st.sampled_from(sorted({*COURSE, "startDate", "endDate", "location", "eventSchedule"})),
        ANYTHING,
        max_size=8,
    )
)
@pytest.mark.parametrize("layout", ["jsonld", "rpde", "hsds"])
def test_no_data_at_all_makes_a_layout_crash(tmp_path_factory, layout, words):
    node = words | {"@type": "Event", "@id": "e"}
    wrapped = {"id": 1, "state": "updated", "kind": "Event", "data": node} if layout == "rpde" else node
    file = tmp_path_factory.mktemp("f") / "f"
    file.write_text(json.dumps([wrapped | {"schedules": words.get("location")}]), encoding="utf-8")

    found = list(LAYOUTS[layout].read(file, DEFAULTS))

    assert all(isinstance(one, OfferDraft | Rejected | Remark | Gone) for one in found)


def test_items_that_changed_count_as_they_come_last(read):
    def item(number, state="updated", **data):
        return {
            "id": number,
            "kind": "SessionSeries",
            "state": state,
            "data": {"@type": "SessionSeries", "name": "A"} | data,
        }

    page = {
        "next": "https://feed.example/?afterId=3",
        "items": [
            item(1, name="Old"),
            item(2),
            item(1, name="New"),
            item(2, "deleted"),
            item(3, "odd"),
            {"state": "updated"},
        ],
    }

    new, gone, odd, nameless = read(page, "rpde")

    assert (new.key, new.title) == ("SessionSeries:1", "New")
    assert gone == Gone(4, "SessionSeries:2")
    assert (odd.field, odd.key) == ("state", "SessionSeries:3")
    assert (nameless.field, nameless.key) == ("id", "")


def test_a_date_says_through_its_series_what_it_does_not_say_itself(read):
    series = {
        "@type": "SessionSeries",
        "name": "Swim",
        "organizer": {"name": "Pool"},
        "location": {"name": "The Pool"},
    }
    data = {
        "@type": "ScheduledSession",
        "superEvent": series,
        "startDate": "2027-01-11T10:00:00Z",
        "duration": "PT1H",
    }

    [draft] = read(
        {"items": [{"id": "a", "kind": "ScheduledSession", "state": "updated", "data": data}]}, "rpde"
    )

    assert (draft.title, draft.provider.name, draft.series[0].venue.name) == ("Swim", "Pool", "The Pool")
    assert len(draft.series[0].sessions) == 1


SERVICE = {
    "id": "s1",
    "name": "English conversation",
    "status": "active",
    "url": "https://example.org/s1",
    "organization": {"id": "o1", "name": "Lantern"},
    "cost_options": [{"amount": "0", "currency": "GBP"}],
    "service_at_locations": [
        {
            "id": "l1",
            "location": {"id": "v1", "name": "Library", "latitude": 51.5, "longitude": -3},
            "schedules": [
                {
                    "freq": "WEEKLY",
                    "byday": "MO,WE",
                    "dtstart": "2027-01-11",
                    "until": "2027-01-20",
                    "opens_at": "10:00",
                    "closes_at": "11:30",
                }
            ],
        }
    ],
}


def test_a_service_of_hsds_meets_on_the_days_of_its_schedule(read):
    page = {
        "total_pages": 1,
        "page_number": 1,
        "contents": [SERVICE, SERVICE | {"id": "s2", "status": "defunct"}],
    }

    [draft] = read(page, "hsds")

    assert (draft.key, draft.provider.name, draft.prices[0].cents) == ("s1", "Lantern", 0)
    [run] = draft.series
    assert (run.key, run.venue.name) == ("l1", "Library")
    assert [one.starts.day for one in run.sessions] == [11, 13, 18, 20]


def test_a_schedule_that_cannot_be_read_rejects_its_service(read):
    [rejected] = read([SERVICE | {"service_at_locations": [], "schedules": [{"freq": "HOURLY"}]}], "hsds")

    assert (rejected.field, rejected.key) == ("schedules", "s1")


def test_tables_of_hsds_in_a_zip_say_the_same(tmp_path):
    tables = {
        "services.csv": "id,organization_id,name,status\ns1,o1,English conversation,active\n",
        "organizations.csv": "id,name\no1,Lantern\n",
        "locations.csv": "id,name,latitude,longitude\nv1,Library,51.5,-3\n",
        "service_at_locations.csv": "id,service_id,location_id\nl1,s1,v1\n",
        "schedules.csv": "service_id,freq,byday,dtstart,until,opens_at,closes_at\n"
        "s1,WEEKLY,MO,2027-01-11,2027-01-20,10:00,11:30\n",
    }
    file = tmp_path / "hsds.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in tables.items():
            archive.writestr(f"data/{name}", text)

    [draft] = LAYOUTS["hsds"].read(file, DEFAULTS)

    assert (draft.title, draft.provider.name, draft.series[0].venue.name) == (
        "English conversation",
        "Lantern",
        "Library",
    )
    assert [one.starts.day for one in draft.series[0].sessions] == [11, 18]
