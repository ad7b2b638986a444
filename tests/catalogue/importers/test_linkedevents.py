"""Linked Events: a real sample of 20, events of other shapes, and files that are cut or hostile."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learningcity.catalogue.actions import OfferDraft, PriceDraft, Rejected
from learningcity.catalogue.actions.checking import faults, limits_at
from learningcity.catalogue.importers import LAYOUTS, Defaults, FileUnreadable
from tests.catalogue.factories import MONDAY

HELSINKI = Defaults(time_zone="Europe/Helsinki", language="fi", currency="EUR")

EVENT = {
    "id": "kulke:1",
    "name": {"fi": "Savea", "sv": "Lera"},
    "short_description": {"fi": "Tee kulho."},
    "description": {"fi": "<p>Savi &amp; lasite</p><script>alert(1)</script>"},
    "publisher": "ahjo:u48",
    "location": {"@id": "https://api.hel.fi/linkedcourses/v1/place/tprek:7254/?format=json"},
    "keywords": [{"@id": "https://api.hel.fi/linkedcourses/v1/keyword/yso:p2739/"}],
    "in_language": [{"@id": "https://api.hel.fi/linkedcourses/v1/language/fi/"}],
    "offers": [{"is_free": False, "price": {"fi": "10,50 €"}}],
    "start_time": "2027-01-11T16:00:00Z",
    "end_time": "2027-01-11T18:00:00Z",
    "audience_min_age": 7,
    "audience_max_age": 12,
    "last_modified_time": "2026-10-16T09:16:37.67Z",
    "event_status": "EventScheduled",
}


def read_bytes(folder, raw: bytes):
    file = folder / "events.json"
    file.write_bytes(raw)
    return list(LAYOUTS["linkedevents"].read(file, HELSINKI))


@pytest.fixture
def read(tmp_path):
    """Return a function that reads events, given as changes of a sound one."""
    return lambda *changes: read_bytes(tmp_path, json.dumps([EVENT | change for change in changes]).encode())


def test_every_event_of_the_real_sample_is_read(test_data):
    file = test_data / "learning-feeds" / "helsinki_linkedcourses_2019_sample.json"

    offers = list(LAYOUTS["linkedevents"].read(file, HELSINKI))

    assert [type(offer) for offer in offers] == [OfferDraft] * 20
    assert all(faults(offer, limits_at(MONDAY)) == [] for offer in offers)
    assert {offer.series[0].venue.key for offer in offers} == {"tprek:7254"}
    assert all("<" not in offer.description for offer in offers)
    assert [text.language for offer in offers for text in offer.texts] == ["sv"]
    assert offers[0].series[0].sessions == ()
    assert offers[0].series[0].runs_from_on == date(2020, 2, 29)


def test_an_event_says_in_our_words_what_it_says_in_its_own(read):
    [offer] = read({})

    [series] = offer.series
    assert (offer.key, offer.title, offer.language, offer.summary) == ("kulke:1", "Savea", "fi", "Tee kulho.")
    assert offer.description == "Savi & lasite"
    assert [(text.language, text.title) for text in offer.texts] == [("sv", "Lera")]
    assert offer.prices == (PriceDraft(cents=1050, currency="EUR"),)
    assert (offer.age_from, offer.age_to, offer.audience) == (7, 12, "children")
    assert offer.taught_in == ("fi",)
    assert offer.concepts == ("https://api.hel.fi/linkedcourses/v1/keyword/yso:p2739/",)
    assert offer.confirmed_on == date(2026, 10, 16)
    assert (series.venue.key, series.venue.lat) == ("tprek:7254", None)
    assert series.sessions[0].starts_at == datetime(2027, 1, 11, 16, tzinfo=UTC)
    assert faults(offer, limits_at(MONDAY)) == []


@pytest.mark.parametrize(
    ("price", "cents"),
    [
        ([{"is_free": True}], 0),
        ([{"is_free": False, "price": "7 €"}], 700),
        ([{"price": {"fi": "EUR 12", "en": "12 euro"}}], 1200),
        ([{"price": "5/10 €"}], None),
        ([{"price": "alk. 5 €"}], None),
        ([{"price": "5 €"}, {"price": "8 €"}], None),
        ([{"price": None}], None),
        ([], None),
        ("free", None),
    ],
)
def test_a_price_that_is_not_one_plain_amount_is_not_known(read, price, cents):
    [offer] = read({"offers": price})

    assert [price.cents for price in offer.prices] == ([] if cents is None else [cents])


@pytest.mark.parametrize(
    ("starts", "ends", "sessions", "first"),
    [
        ("2027-01-11", "2027-03-01", 0, date(2027, 1, 11)),
        ("2027-01-11T16:00:00+02:00", "2027-01-11T18:00:00+02:00", 1, None),
        ("2027-01-11T16:00:00Z", "2027-03-01T18:00:00Z", 0, date(2027, 1, 11)),
        ("2027-01-11T23:30:00Z", None, 0, date(2027, 1, 12)),
        (None, None, 0, None),
    ],
)
def test_only_exact_hours_make_a_session(read, starts, ends, sessions, first):
    [offer] = read({"start_time": starts, "end_time": ends})

    [series] = offer.series
    assert len(series.sessions) == sessions
    assert series.runs_from_on == first


@pytest.mark.parametrize(
    ("status", "ours"),
    [("EventCancelled", "cancelled"), ("EventPostponed", "postponed"), ("EventRescheduled", "moved")],
)
def test_what_became_of_an_event_is_kept(read, status, ours):
    [offer] = read({"event_status": status})

    assert offer.series[0].sessions[0].status == ours


def test_a_place_that_is_described_has_its_name_and_point(read):
    place = {"id": "tprek:1", "name": {"fi": "Annantalo"}, "position": {"coordinates": [24.93, 60.17]}}

    [offer] = read({"location": place})

    venue = offer.series[0].venue
    assert (venue.key, venue.name, venue.lat, venue.lon) == ("tprek:1", "Annantalo", 60.17, 24.93)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": None, "@id": None}, "id"),
        ({"start_time": "soon"}, "start_time"),
        ({"end_time": 20270111}, "end_time"),
        ({"audience_min_age": "seven"}, "audience_min_age"),
    ],
)
def test_an_event_that_cannot_be_read_is_rejected_by_its_place_in_the_list(read, changes, field):
    found = read({}, changes)

    assert isinstance(found[0], OfferDraft)
    assert [(one.row, one.field) for one in found[1:] if isinstance(one, Rejected)] == [(2, field)]


@pytest.mark.parametrize("name", ["data", "@graph"])
def test_a_page_of_the_service_is_read_like_a_list(tmp_path, name):
    page = {"meta": {"count": 1, "next": None}, name: [EVENT], "more": 1}

    [offer] = read_bytes(tmp_path, json.dumps(page).encode())

    assert offer.key == "kulke:1"


def test_a_long_list_is_read_in_parts(tmp_path):
    events = [EVENT | {"id": f"kulke:{n}", "description": {"fi": "ä" * 3000}} for n in range(500)]

    offers = read_bytes(tmp_path, b"\xef\xbb\xbf" + json.dumps(events, ensure_ascii=False, indent=1).encode())

    assert [offer.key for offer in offers] == [f"kulke:{n}" for n in range(500)]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "no JSON with a list"),
        (b"<html></html>", "no JSON with a list"),
        (b'{"meta": {}}', "no JSON with a list"),
        (b'"data"', "no JSON with a list"),
        (b"[", "record 1"),
        (b'[{"id": "a"', "cut, or no JSON, at record 1"),
        (b'[{"id": "a"}', "record 1"),
        (b'[{"id": "a"} {"id": "b"}]', "record 1"),
        (b'[{"id": "a"},]', "record"),
        (b'[{"id": "a"}] more', "record 1"),
        (b'{"data": [{"id": "a"}]', "record 1"),
        (b'[{"id": "\xff"}]', "UTF-8"),
        (b"[" * 200_000, "record 1"),
        (b"[" + b'{"id": ' * 100_000, "record 1"),
        (b'[{"id": "' + b"x" * 3_000_000 + b'"}]', "too large"),
        (b"[" + b"9" * 10_000 + b"]", "record 1"),
    ],
)
def test_a_file_that_is_cut_or_hostile_is_refused_with_one_sentence(tmp_path, raw, words):
    with pytest.raises(FileUnreadable, match=words):
        read_bytes(tmp_path, raw)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return one folder for all examples of a property."""
    return tmp_path_factory.mktemp("hostile")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text() | st.sampled_from([*EVENT, "price", "@id"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(list(EVENT)), json_values), json_values)
def test_events_of_any_shape_are_read_or_rejected_never_a_crash(folder, changes, other):
    found = read_bytes(folder, json.dumps([EVENT | changes, other]).encode())

    assert found
    for one in found:
        if isinstance(one, OfferDraft):
            faults(one, limits_at(MONDAY))
