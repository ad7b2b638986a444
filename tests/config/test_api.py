"""The API: stable, complete, bounded, and one form for every error."""

import json
import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learningcity.catalogue.models import Offer, Session
from learningcity.city.models import Venue
from tests.city.small import small_city
from tests.config.offers import offer, some_offers

pytestmark = pytest.mark.django_db
NOWHERE = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def provider(at, by):
    small_city(at)
    return some_offers(at=at, by=by)


@pytest.fixture
def get(client):
    def read(path, **query):
        response = client.get(f"/api/v1{path}", query)
        return response.status_code, json.loads(response.content)

    return read


def all_items(get, path, **query):
    """Return every record of a list, part by part."""
    items, after = [], {}
    while True:
        status, answer = get(path, **query, **after)
        assert status == 200
        items += answer["items"]
        if answer["next"] is None:
            return items
        after = {"after": answer["next"]}


def test_an_area_has_its_outline_people_and_walks(get, provider):
    _, area = get("/areas/small/B")

    assert area["people"] == 60
    assert area["outline"]["type"] == "Polygon"
    assert area["walks"] == [{"kind": "library", "metres": 1600.0}]
    assert area["population"][0]["groups"][1] == {"group": "age-old", "label": "40 and older", "count": 50}
    assert {source["licence"] for source in area["sources"]} == {"OGL v3.0"}


def test_an_area_without_streets_is_not_covered(get, provider):
    _, area = get("/areas/small/C")

    assert area["covered"] is False
    assert area["walks"] == [{"kind": "library", "metres": None}]


def test_a_venue_keeps_three_answers_and_says_its_licence(get, provider):
    venue = Venue.objects.get(kind="museum")

    _, answer = get(f"/venues/{venue.public_id}")

    assert answer["step_free"] == "unknown"
    assert answer["area"] == {"set": "wards", "code": "W1"}
    assert answer["sources"][0]["attribution"] == "© OpenStreetMap contributors"


def test_venues_are_filtered_by_kind_and_area(get, provider):
    _, museums = get("/venues", kind="museum")
    _, none = get("/venues", area="wards:W9")

    assert [venue["name"] for venue in museums["items"]] == ["Museum of Steel"]
    assert none == {"items": [], "next": None, "sources": []}


def test_access_names_areas_and_groups_and_never_guesses(get, provider):
    _, answer = get("/access", kind="library")

    assert {area["code"]: area["metres"] for area in answer["areas"]} == {"A": 400.0, "B": 1600.0, "C": None}
    old = next(group for group in answer["groups"] if group["label"] == "40 and older")
    assert (old["population"], old["covered_population"], old["mean_metres"]) == (155, 60, 1400.0)


def test_offers_in_turn_are_all_published_ones_each_once(get, provider):
    items = all_items(get, "/offers", size=2)

    assert [item["title"] for item in items] == [
        "Pottery for beginners",
        "English conversation",
        "Bicycle repair",
        "Welsh songs",
    ]


def test_an_offer_says_prices_access_and_its_languages(get, provider):
    public_id = Offer.objects.get(source_key="o1").public_id

    _, answer = get(f"/offers/{public_id}")

    facts = {fact["feature"]: fact["answer"] for fact in answer["access"]}
    assert answer["prices"] == [{"group": "everyone", "cents": 450, "currency": "GBP"}]
    assert (facts["step_free"], facts["lift"], facts["hearing_loop"]) == ("yes", "no", "unknown")
    assert answer["languages"] == ["en", "cy"]
    assert answer["texts"][0]["title"] == "Crochenwaith"
    assert answer["is_synthetic"] is True
    assert len(answer["series"]) == 1


def test_offers_are_searched_and_filtered(get, provider):
    _, pottery = get("/offers", q="pottery")
    _, free = get("/offers", free="true")
    _, formal = get("/offers", form="formal")

    assert [item["title"] for item in pottery["items"]] == ["Pottery for beginners"]
    assert {item["title"] for item in free["items"]} == {"Pottery for beginners", "Bicycle repair"}
    assert formal["items"] == []


def test_a_search_continues_and_shows_nothing_twice(get, provider):
    items = all_items(get, "/offers", mode="on_site", size=1)

    assert len(items) == len({item["id"] for item in items}) == 4


def test_changes_tell_withdrawn_offers_and_continue_at_equal_moments(get, provider, at):
    items = all_items(get, "/offers", changed_since=at.isoformat(), size=1)

    assert [item["removed"] for item in items] == [False, False, False, False, True]
    assert set(items[-1]) == {"id", "removed", "changed_at", "merged_into"}
    assert items[-1]["merged_into"] is None
    assert all_items(get, "/offers", changed_since=(at + timedelta(days=1)).isoformat()) == []


def test_a_withdrawn_offer_is_gone_not_unknown(get, provider):
    gone = Offer.objects.get(is_published=False)

    status, answer = get(f"/offers/{gone.public_id}")

    assert (status, answer["error"]["code"]) == (410, "removed")


def test_sessions_carry_the_offset_and_the_name_of_their_zone(get, provider, at):
    Session.objects.update(time_zone="America/Bogota")

    _, answer = get("/sessions", **{"from": "2026-11-01", "to": "2026-11-24"})

    first = answer["items"][0]
    assert first["starts_at"] == "2026-11-24T04:00:00-05:00"
    assert first["time_zone"] == "America/Bogota"
    assert datetime.fromisoformat(first["starts_at"]) == at + timedelta(days=1)


@pytest.mark.parametrize(("from_on", "to_on"), [("0001-01-01", "0001-01-01"), ("9999-12-31", "9999-12-31")])
def test_days_at_the_ends_of_the_calendar_hold_no_sessions(get, provider, from_on, to_on):
    assert get("/sessions", **{"from": from_on, "to": to_on})[1]["items"] == []


def test_changes_since_the_ends_of_the_calendar_are_all_and_none(get, provider):
    assert len(get("/offers", changed_since="0001-01-01T00:00:00+14:00")[1]["items"]) == 5
    assert get("/offers", changed_since="9999-12-31T23:59:59-14:00")[1]["items"] == []


def test_sessions_of_withdrawn_offers_are_not_told(get, provider):
    items = all_items(get, "/sessions", **{"from": "2026-11-01", "size": 5})

    assert len(items) == 12
    assert [item["starts_at"] for item in items] == sorted(item["starts_at"] for item in items)


def test_providers_are_told_with_their_source(get, provider):
    _, answer = get("/providers")
    _, one = get(f"/providers/{provider.organisation.public_id}")

    assert answer["items"][0]["name"] == one["name"] == "Evening School"
    assert answer["sources"][0]["licence"] == "CC0"


@pytest.mark.parametrize(
    ("path", "query", "status", "code", "field"),
    [
        ("/venues", {"size": "0"}, 422, "invalid", "size"),
        ("/venues", {"size": "101"}, 422, "invalid", "size"),
        ("/venues", {"kind": "castle"}, 422, "invalid", "kind"),
        ("/venues", {"knd": "library"}, 422, "invalid", "knd"),
        ("/venues", {"after": "AAAA"}, 400, "bad_marker", "after"),
        ("/venues", {"after": "x" * 601}, 422, "invalid", "after"),
        ("/offers", {"after": "\x00"}, 400, "bad_marker", "after"),
        ("/offers", {"q": "pot\x00tery"}, 422, "invalid", "q"),
        ("/offers", {"q": "x" * 10_000}, 422, "invalid", "q"),
        ("/offers", {"form": ["formal", "magic"]}, 422, "invalid", "form"),
        ("/offers", {"changed_since": "2026-11-23"}, 422, "invalid", "changed_since"),
        ("/offers", {"changed_since": "1700000000"}, 422, "invalid", "changed_since"),
        (
            "/offers",
            {"changed_since": "2026-11-23T00:00:00Z", "q": "x"},
            400,
            "filters_do_not_mix",
            "changed_since",
        ),
        ("/sessions", {"from": "20261123"}, 422, "invalid", "from"),
        ("/access", {"kind": "castle"}, 422, "invalid", "kind"),
        ("/areas/small/Z", {}, 404, "not_found", None),
        ("/areas/small/%00", {}, 422, "invalid", "code"),
        (f"/offers/{NOWHERE}", {}, 404, "not_found", None),
        (f"/venues/{NOWHERE}", {}, 404, "not_found", None),
        (f"/providers/{NOWHERE}", {}, 404, "not_found", None),
        ("/offers/not-an-id", {}, 404, "not_found", None),
        ("/castles", {}, 404, "not_found", None),
    ],
)
def test_an_error_has_one_form_with_code_text_and_field(get, provider, path, query, status, code, field):
    found, answer = get(path, **query)

    assert (found, answer["error"]["code"], answer["error"]["field"]) == (status, code, field)
    assert answer["error"]["text"].endswith(".")


def test_a_marker_of_another_list_is_refused(get, provider):
    _, venues = get("/venues", size=1)

    status, answer = get("/offers", after=venues["next"])

    assert (status, answer["error"]["code"]) == (400, "bad_marker")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_can_only_be_read(client, provider, method):
    response = getattr(client, method)("/api/v1/offers")

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["error"]["code"] == "method_not_allowed"


def test_every_origin_may_read_and_head_answers_like_get(client, provider):
    read = client.get("/api/v1/venues")
    head = client.head("/api/v1/venues")
    asked = client.options("/api/v1/venues")

    assert read["Access-Control-Allow-Origin"] == head["Access-Control-Allow-Origin"] == "*"
    assert (head.status_code, head.content) == (200, b"")
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    "path",
    [
        "/areas",
        "/areas/small/A",
        "/venues",
        "/providers",
        "/offers",
        "/sessions",
        "/access",
        "/offers?q=pottery",
    ],
)
def test_an_answer_costs_a_fixed_number_of_questions(client, provider, at, by, path):
    with CaptureQueriesContext(connection) as few:
        client.get(f"/api/v1{path}")
    for number in range(10, 30):
        offer(provider, Venue.objects.filter(kind="library").first(), number, at=at)
    with CaptureQueriesContext(connection) as many:
        client.get(f"/api/v1{path}")

    assert len(many) <= len(few) <= 8


def test_an_offer_costs_at_most_nine_questions(client, provider, django_assert_max_num_queries):
    offer_id = Offer.objects.get(source_key="o1").public_id

    with django_assert_max_num_queries(9):
        client.get(f"/api/v1/offers/{offer_id}")


def test_no_list_counts_everything(client, provider):
    for path in ("/areas", "/venues", "/providers", "/offers", "/sessions"):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/api/v1{path}")

        assert not [query["sql"] for query in queries if "COUNT(*)" in query["sql"]]


def test_an_empty_city_answers_with_empty_lists(get, db):
    for path in ("/areas", "/venues", "/providers", "/offers", "/sessions"):
        status, answer = get(path)

        assert (status, answer["items"], answer["next"]) == (200, [], None)
    assert get("/access")[1]["areas"] == []


def test_the_description_documents_every_refusal(client, db):
    described = client.get("/api/v1/openapi.json").json()

    for path, methods in described["paths"].items():
        for operation in methods.values():
            assert {"200", "201", "202"} & set(operation["responses"])
            assert {"404", "405", "422"} <= set(operation["responses"])
            if "security" in operation:
                assert {"401", "403", "429"} <= set(operation["responses"])
        assert all("security" in operation for method, operation in methods.items() if method != "get"), path


def test_every_operation_that_writes_needs_a_key(client, db):
    described = client.get("/api/v1/openapi.json").json()

    for methods in described["paths"].values():
        for method, operation in methods.items():
            assert method == "get" or operation["security"]


def test_the_page_of_the_api_names_every_operation_without_scripts(client, db):
    page = client.get("/api/v1/docs").content.decode()
    described = client.get("/api/v1/openapi.json").json()

    assert all(path in page for path in described["paths"])
    assert "<script" not in page


def test_every_table_of_the_page_of_the_api_has_a_name_of_its_own(client, db):
    named = re.findall(r'role="region" aria-label="([^"]+)"', client.get("/api/v1/docs").content.decode())

    assert len(named) == len(set(named)) > 10
    assert "Inputs of POST /api/v1/sessions/{session_id}/attendance, table" in named


def test_an_address_with_a_line_break_is_answered_like_any_other(client):
    response = client.get("/api/v1/offers/%C3%89%0A")

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"
