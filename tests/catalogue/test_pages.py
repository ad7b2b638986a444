"""The residents' pages of the catalogue, as a browser without scripts sees them."""

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from learningcity.catalogue.actions import withdraw_offer
from learningcity.catalogue.actions.search_index import rebuild_search_index
from learningcity.catalogue.forms.values import NAMES
from learningcity.catalogue.models import Session
from learningcity.catalogue.views.pin_map import LARGE_MAP_KB
from tests.catalogue.small import small_catalogue

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8


@pytest.fixture
def catalogue(by):
    """Build the small catalogue around the present: pages are shown as of now."""
    return small_catalogue(by=by, at=now(), more=30)


def words(response) -> str:
    """Return the page without its tags, spaces in order."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_first_page_says_how_much_there_is_and_what_comes_next(client, catalogue):
    page = words(client.get("/"))

    assert "32 things to learn in Smallcity. 1 provider offers them." in page
    assert "Next in Smallcity" in page
    assert "Free this week" in page


def test_the_first_page_of_an_empty_node_says_what_will_be_there(client, catalogue_index):
    page = words(client.get("/"))

    assert "Nothing to learn is entered yet" in page


@pytest.fixture
def catalogue_index(by, at):
    """Build the index of an empty node."""
    rebuild_search_index(by=by, at=at)


def test_a_node_without_an_index_says_that_the_search_is_being_prepared(client):
    assert client.get("/search").status_code == 503
    assert "The search is being prepared" in words(client.get("/"))


def test_the_search_tells_how_many_and_shows_price_place_and_time(client, catalogue):
    page = words(client.get("/search?q=pottery"))

    assert "1 result" in page
    assert "Pottery &lt;for&gt; beginners &amp; friends" in page
    assert "Monday 18:30 to 20:00, 4 more times · Central Library" in page
    assert "£12.50 less for some" in page


def test_a_printed_list_says_what_was_asked(client, catalogue):
    page = client.get("/search?q=pottery&near=Central+Library&at=51.510,-2.990").content.decode()

    assert '<p class="paper-only">pottery · Central Library</p>' in page


def test_a_place_by_its_name_becomes_a_point_and_the_walk_is_shown(client, catalogue):
    answer = client.get("/search?q=pottery&near=central+library")
    page = client.get(answer.url)

    assert "near=Central+Library&at=51.510%2C-2.990" in answer.url
    assert "1 minute on foot" in words(page)
    assert 'value="Central Library"' in page.content.decode()


def test_the_finder_keeps_the_point_only_while_its_name_stays(client, catalogue):
    kept = client.get("/search?near=Central+Library&at=51.510,-2.990&near_was=Central+Library")
    changed = client.get("/search?near=Old+Town&at=51.510,-2.990&near_was=Central+Library")
    cleared = client.get("/search?near=&at=51.510,-2.990&near_was=Central+Library")

    assert kept.context["form"].place.label == "Central Library"
    assert "near=Old+Town" in changed.url
    assert cleared.context["form"].place is None


def test_an_unknown_place_is_said_at_its_field_and_kept(client, catalogue):
    answer = client.get("/search?q=pottery&near=Atlantis")

    assert answer.status_code == 200
    assert "No place called “Atlantis” is known" in words(answer)
    assert 'value="Atlantis" aria-invalid="true" aria-describedby="near-error"' in answer.content.decode()


def test_a_walk_from_where_no_street_is_known_is_not_known_instead_of_nothing_fits(client, catalogue):
    answer = client.get("/search?near=North&at=51.519,-2.990&minutes=60")
    page = words(answer)

    assert "How far it is on foot is not known" in page
    assert "There are no street data near North, so walks from there are not known." in page
    assert "Nothing fits" not in page
    assert "The filter that excludes most" not in page
    assert "Within 60 minutes on foot: then 32" in page
    assert "metres=4800" in answer.context["page"].crow_flies.address


def test_the_way_as_the_crow_flies_finds_what_it_promises(client, catalogue):
    walk = client.get("/search?near=North&at=51.519,-2.990&minutes=60").context["page"]
    straight = client.get(f"/search{walk.crow_flies.address}").context["page"]

    assert straight.results.total > 0
    assert f": {straight.results.total} result" in walk.crow_flies.label
    assert not straight.remarks


def test_a_list_without_a_walk_filter_says_why_it_names_no_walks(client, catalogue):
    page = client.get("/search?near=North&at=51.519,-2.990")

    assert page.context["page"].results.total == 32
    assert "There are no street data near North" in words(page)


def test_several_places_of_a_name_are_offered_to_choose_from(client, catalogue):
    answer = client.get("/search?q=pottery&near=l")

    links = [link.address for link in answer.context["form"].place_links]
    assert "Several places fit “l”" in words(answer)
    assert links
    assert all(client.get(f"/search{link}").context["form"].place for link in links)


@pytest.mark.parametrize(
    "query",
    ["at=60.0,10.0", "at=51.51", "at=nan,nan", "at=51.51%2C-2.99%27--", "at=999,999", "at=-0x1,2"],
)
def test_a_point_outside_the_city_is_refused_at_the_field(client, catalogue, query):
    answer = client.get(f"/search?{query}")

    assert answer.status_code == 400
    assert answer.context["form"].errors["near"]
    assert answer.context["form"].place is None


def test_points_are_rounded_before_they_stand_in_any_address(client, catalogue):
    answer = client.get("/search?at=51.5101234,-2.9901234&minutes=20")
    offer = client.get(f"{catalogue.pottery.get_absolute_url()}?at=51.5101234,-2.9901234")

    assert answer.url == "/search?at=51.510%2C-2.990&minutes=20"
    assert offer.url == f"{catalogue.pottery.get_absolute_url()}?at=51.510%2C-2.990"


def test_every_filter_that_is_on_is_a_chip_that_takes_it_off_alone(client, catalogue):
    page = client.get("/search?q=english&form=formal&form=informal&free=1&when=week").context["page"]

    assert [chip.label for chip in page.chips] == [
        "Free",
        "In the next seven days",
        "Formal",
        "Informal",
        "Take off all",
    ]
    assert page.chips[2].query == "q=english&free=1&when=week&form=informal"


def test_the_list_goes_on_behind_its_marker_without_gaps_or_repeats(client, catalogue):
    seen, query = [], "q=english"
    while query:
        page = client.get(f"/search?{query}").context["page"]
        seen += [line.pk for line in page.lines]
        query = page.next_address.removeprefix("?")

    assert len(seen) == len(set(seen)) == 30


@pytest.mark.parametrize("marker", ["hostile", "A" * 5000, "%00", "WyJvZmZlcnMiLDFd", "../../etc/passwd"])
def test_a_marker_that_is_not_ours_is_refused_and_the_list_begins_again(client, catalogue, marker):
    answer = client.get(f"/search?q=english&after={marker}")

    assert answer.status_code == 400
    assert answer.context["page"].troubles
    assert answer.context["page"].lines


def test_nothing_found_names_the_filter_to_drop_and_the_nearest(client, catalogue):
    answer = client.get("/search?q=pottery&form=formal&free=1&group=unemployed")
    page = words(answer)

    assert answer.status_code == 200
    assert "Nothing fits all 3 filters" in page
    assert "The filter that excludes most is The words “pottery”" in page
    assert "Formal: then 1" in page
    assert "Nearest to what you asked" in page
    assert "Differs:" in page


def test_unknown_access_is_offered_apart_and_never_as_yes(client, catalogue):
    asked = client.get("/search?access=step_free").context["page"]
    more = client.get(f"/search?{asked.unknown_query}").context["page"]

    assert asked.results.total == 1
    assert "31 more may have it: step-free" in asked.unknown_heading
    assert more.results.total == 32
    assert not more.unknown_heading


def test_htmx_gets_only_the_part_that_changes(client, catalogue):
    part = client.get("/search?q=english", headers={"hx-request": "true", "hx-target": "found"})

    assert "<html" not in part.content.decode()
    assert 'id="said" class="unseen" role="status" hx-swap-oob="true">30 results' in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_the_map_has_the_rows_of_the_list_in_the_same_order_with_the_same_numbers(client, catalogue):
    listed = client.get("/search?q=english").context["page"]
    mapped = client.get("/search/map?q=english")

    assert [line.pk for line in mapped.context["page"].lines] == [line.pk for line in listed.lines]
    assert [line.number for line in listed.lines] == list(range(1, 21))
    assert 'data-point="51.51000,-2.99000" data-number="1"' in mapped.content.decode()


def test_the_map_is_drawn_on_areas_of_the_city(client, catalogue):
    areas = json.loads(client.get("/search/map/areas.json").content)

    assert [feature["properties"]["name"] for feature in areas["features"]] == ["Old Town"]


def test_the_map_is_drawn_on_streets_where_no_tiles_are_set(client, catalogue):
    page = client.get("/search/map?q=english").content.decode()
    square = client.get("/search/map/streets/14/8055/5447.svg")

    assert 'data-streets="/search/map/streets/{z}/{x}/{y}.svg"' in page
    assert square["Content-Type"] == "image/svg+xml"
    assert b'<path d="M' in square.content
    assert client.get("/search/map/streets/3/1/1.svg").status_code == 404
    assert client.get("/search/map/streets/14/99999/1.svg").status_code == 404


def test_tiles_are_let_in_only_where_a_tile_address_is_set(client, catalogue, settings):
    before = client.get("/search/map")["Content-Security-Policy"]
    settings.TILE_ADDRESS = "https://tiles.example/{z}/{x}/{y}.png"
    after = client.get("/search/map")["Content-Security-Policy"]

    assert "tiles.example" not in before
    assert "img-src 'self' https://tiles.example" in after


def test_an_offer_tells_price_dates_access_and_the_way_back(client, catalogue):
    answer = client.get(f"{catalogue.pottery.get_absolute_url()}?q=pottery&found=1")
    page = words(answer)

    assert "Back to 1 result" in page
    assert 'href="/search?q=pottery"' in answer.content.decode()
    assert "£12.50, less for some" in page
    assert "People out of work Free" in page
    assert "Cancelled" in page
    assert "The kiln is cold" in page
    assert "Yes: step-free Ramp at the back" in page
    assert "No: childcare" in page
    assert "Not known: hearing loop" in page
    assert "Confirmed by Lantern &amp; Sons on" in page
    assert "16 or older" in page
    assert "English, Welsh" in page
    assert "A demonstration" in page


def test_an_offer_shows_the_walk_from_the_point_of_the_search(client, catalogue):
    page = words(client.get(f"{catalogue.pottery.get_absolute_url()}?at=51.510,-2.980"))

    assert "9 minutes on foot" in page


def test_a_machine_translation_is_labelled_and_the_original_one_link_away(client, catalogue):
    page = client.get(f"{catalogue.pottery.get_absolute_url()}?read=es")
    html = page.content.decode()

    assert "A machine translated this text" in words(page)
    assert '<h1 lang="es" dir="auto">Cerámica para principiantes</h1>' in html
    assert 'href="/offers/' in html
    assert "read=en" in html


def test_an_offer_for_machines_cannot_break_out_of_its_script(client, catalogue):
    html = client.get(catalogue.pottery.get_absolute_url()).content.decode()
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[1]
    said = json.loads(script)

    assert said["@type"] == "Course"
    assert said["name"] == "Pottery <for> beginners & friends"
    assert "<" not in script
    assert [offer["price"] for offer in said["offers"]] == ["12.50", "0.00"]
    assert said["hasCourseInstance"][1]["eventStatus"] == "https://schema.org/EventCancelled"
    assert said["disambiguatingDescription"].startswith("Invented")
    assert "<b>nothing bold</b>" not in html


def test_the_calendar_file_holds_every_date_in_its_moment(client, catalogue):
    answer = client.get(f"{catalogue.pottery.get_absolute_url()}/calendar.ics")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    sessions = Session.objects.filter(series__offer=catalogue.pottery).order_by("starts_at")

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert [event["dtstart"].dt for event in events] == [session.starts_at for session in sessions]
    assert [str(event["uid"]) for event in events] == [f"{one.public_id}@learningcity" for one in sessions]
    assert [str(event["status"]) for event in events].count("CANCELLED") == 1
    assert answer.content.count(b"DTSTART;TZID=Europe/London:") == len(events)
    assert answer.content.count(b"BEGIN:VTIMEZONE") == 1


def test_the_calendar_file_stays_the_same_while_nothing_changes(client, catalogue):
    address = f"{catalogue.choir.get_absolute_url()}/calendar.ics"

    assert client.get(address).content == client.get(address).content


def test_a_withdrawn_offer_has_a_page_that_says_so(client, catalogue, by):
    withdraw_offer(catalogue.pottery, by=by, at=datetime(2026, 11, 24, tzinfo=UTC))
    answer = client.get(catalogue.pottery.get_absolute_url())

    assert answer.status_code == 410
    assert "Lantern &amp; Sons no longer offers this" in words(answer)
    assert client.get(f"{catalogue.pottery.get_absolute_url()}/calendar.ics").status_code == 404


def test_an_offer_that_never_was_is_not_found(client, catalogue):
    assert client.get(f"/offers/{uuid4()}").status_code == 404
    assert client.get(f"/providers/{uuid4()}").status_code == 404


def test_providers_are_listed_by_name_with_what_they_offer(client, catalogue):
    page = words(client.get("/providers"))
    one = words(client.get(catalogue.provider.get_absolute_url()))

    assert "1 provider offers learning here" in page
    assert "Lantern &amp; Sons" in page
    assert "32 offers" in page
    assert "32 things to learn at the moment" in one
    assert client.get("/providers?after=hostile").status_code == 400


def test_a_place_and_an_area_show_what_can_be_learned_there(client, catalogue):
    library = catalogue.pottery.series.get().venue
    at_place = words(client.get(library.get_absolute_url()))
    in_area = words(client.get("/areas/wards/W1"))

    assert "What can be learned here" in at_place
    assert "English conversation" in at_place
    assert "What can be learned in Old Town" in in_area
    assert "English conversation" in in_area


def test_the_sources_of_offers_are_named_with_their_licences(client, catalogue):
    page = words(client.get("/about/data"))

    assert "The city&#x27;s desk" in page or "The city's desk" in page
    assert "CC0 1.0" in page
    assert "invented for demonstration" in page


def test_a_node_with_invented_records_says_so_on_every_page(client, catalogue):
    for path in ("/", "/search", "/search/map", "/providers", "/places", "/accessibility"):
        assert "A demonstration: the providers, offers and people on this site are invented." in words(
            client.get(path)
        ), path


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search",
        "/search?q=english&form=formal&free=1&slot=weekend",
        "/search?near=Central+Library&at=51.510,-2.990&minutes=20&sort=nearest",
        "/search?area=wards:W1&at=51.510,-2.990",
        "/search?q=zzzz&form=formal",
        "/search?q=pottery&form=formal&at=51.510,-2.990&minutes=20&free=1",
        "/search/map?at=51.510,-2.990",
        "/providers",
        "/offers/{offer}/calendar.ics",
        "/providers/{provider}",
    ],
)
def test_a_page_asks_the_database_at_most_eight_times(catalogue, path):
    path = path.format(offer=catalogue.pottery.public_id, provider=catalogue.provider.organisation.public_id)
    client = Client()
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)

    assert answer.status_code == 200
    assert len(asked) <= MOST_QUERIES, "\n".join(query["sql"][:150] for query in asked)


@pytest.mark.parametrize("query", ["", "?at=51.510,-2.990"])
def test_the_places_that_enrolment_shows_on_an_offer_cost_one_question_more(client, catalogue, query):
    path = f"/offers/{catalogue.pottery.public_id}{query}"
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)

    assert answer.status_code == 200
    assert len(asked) <= MOST_QUERIES + 1, "\n".join(query["sql"][:150] for query in asked)


def test_a_page_with_more_offers_asks_the_database_no_more_often(client, catalogue):
    numbers = []
    for query in ("q=pottery", "q=english"):
        client.get(f"/search?{query}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/search?{query}")
        numbers.append(len(asked))

    assert numbers[0] == numbers[1]


def test_a_full_list_weighs_no_more_than_its_budget(client, catalogue):
    page = client.get("/search?q=english&near=Central+Library&at=51.510,-2.990").content

    assert len(page) <= 40 * 1024


queries = st.lists(
    st.tuples(
        st.sampled_from(sorted(NAMES)) | st.text(max_size=12),
        st.text(max_size=40)
        | st.sampled_from(
            [
                "51.510,-2.990",
                "99999999999999999999",
                "2026-12-24",
                "soonest",
                "nearest",
                "1",
                "formal",
                "x" * 10_000,
            ]
        ),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=queries, page=st.sampled_from(["/", "/search", "/search/map", "offer", "/providers"]))
def test_no_query_string_breaks_a_page(catalogue, query, page):
    path = catalogue.pottery.get_absolute_url() if page == "offer" else page
    answer = Client().get(path, query_params=query)

    assert answer.status_code in (200, 302, 400)


def test_ten_thousand_characters_are_refused_at_the_field_and_kept(client, catalogue):
    answer = client.get("/search", query_params={"q": "x" * 10_000})

    assert answer.status_code == 400
    assert "Use at most 200 characters" in words(answer)
    assert "x" * 10_000 in answer.content.decode()


def test_the_weight_of_the_large_map_is_named_as_it_is(client, catalogue):
    weights = [
        len(gzip.compress(Path(finders.find(name)).read_bytes()))
        for name in ("leaflet/leaflet.js", "leaflet/leaflet.css", "catalogue/map.js", "catalogue/map.css")
    ]

    assert abs(sum(weights) / 1024 - LARGE_MAP_KB) < 1.5
    assert f"(loads {LARGE_MAP_KB} KB)" in words(client.get("/search?q=english"))
