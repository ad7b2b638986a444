"""The city's pages: what they say, what they admit not to know, and what they cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from learningcity.city.models import Area, PopulationTable, TravelNetwork, Venue, Walk
from tests.city.small import small_city

PAGES = ["/places", "/areas", "/city/access", "/about/data"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(at):
    return small_city(at)


@pytest.fixture
def library(city):
    return Venue.objects.get(source_key="n1")


def words(response):
    """Return the words of the main part of a page."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_places_are_listed_without_those_that_are_gone(client, city):
    said = words(client.get("/places"))

    assert "3 places are known" in said
    assert "Central Library" in said
    assert "Gone Hall" not in said


@pytest.mark.parametrize(
    ("query", "named"),
    [("kind=museum", ["Museum of Steel"]), ("area=wards:W1", ["Central Library", "Museum of Steel"])],
)
def test_places_are_filtered_by_the_address(client, city, query, named):
    page = client.get(f"/places?{query}").content.decode()

    found = re.findall(r"<h3><a [^>]+>([^<]+)</a>", page)

    assert found == named


def test_places_continue_where_the_list_ended_and_none_is_shown_twice(client, city, library):
    for number in range(70):
        Venue.objects.create(
            source="osm", source_key=f"x{number}", name=f"Room {number % 3}", folded_name="room", kind="other"
        )
    seen, address = [], "/places"
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r'href="/places/([0-9a-f-]{36})"', page)
        following = re.search(r'href="(\?after=[^"]+)"', page)
        address = f"/places{following[1]}" if following else ""

    assert len(seen) == len(set(seen)) == 73


@pytest.mark.parametrize(
    "query", ["kind=castle", "area=wards:W9", "after=AAAA", "after=%00", "kind=library&after=x'--"]
)
def test_places_refuse_what_they_do_not_know_in_one_sentence(client, city, query):
    response = client.get(f"/places?{query}")

    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()


def test_a_place_says_what_is_known_and_what_is_not(client, library):
    said = words(client.get(library.get_absolute_url()))
    museum = words(client.get(Venue.objects.get(kind="museum").get_absolute_url()))

    assert "Monday to Friday: 09:00 to 17:00" in said
    assert "public holidays: closed" in said
    assert "Step-free" in said
    assert "1 High Street, NP1 1AA" in said
    assert "Step-free: not known" in museum
    assert "by appointment" in museum
    assert "As the source writes it" in museum


def test_a_place_without_a_point_has_no_map_and_says_so(client, city):
    said = words(client.get(Venue.objects.get(kind="school").get_absolute_url()))

    assert "Its point is not known" in said


def test_a_place_that_is_gone_says_so(client, city):
    assert "no longer in the open data" in words(
        client.get(Venue.objects.get(is_gone=True).get_absolute_url())
    )


@pytest.mark.parametrize(
    "path",
    ["/places/00000000-0000-0000-0000-000000000000", "/places/nothing", "/areas/wards/W9", "/areas/none/A"],
)
def test_what_is_not_there_is_not_found(client, city, path):
    assert client.get(path).status_code == 404


def test_an_area_says_who_lives_there_and_how_far_it_is(client, city):
    said = words(client.get("/areas/small/B"))

    assert "60 people live here" in said
    assert "20 minutes" in said
    assert "1.6 km" in said
    assert "83%" in said


def test_an_area_without_streets_gives_no_number(client, city):
    said = words(client.get("/areas/small/C"))

    assert "No network data" in said
    assert "km" not in said


def test_a_ward_does_not_blame_the_network_for_walks_that_nobody_measures_there(client, city):
    said = words(client.get("/areas/wards/W1"))

    assert "Walks are measured from the statistical areas only." in said
    assert "No network data" not in said


def test_an_area_says_its_name_in_other_languages(client, city):
    assert '<p lang="cy" class="soft">Hen Dref</p>' in client.get("/areas/wards/W1").content.decode()


def test_access_answers_first_and_leaves_out_what_was_not_measured(client, city):
    page = client.get("/city/access?kind=library&group=age")
    said = words(page)

    assert "40 of 100 people with a measured walk live within 15 minutes on foot" in said
    assert "1 area with 100 people has no network data" in said
    # Young: (30 x 400 + 10 x 1600) / 40 = 700 metres; old: (10 x 400 + 50 x 1600) / 60 = 1,400 metres.
    assert "On average 9 minutes for “Under 40”, 18 minutes for “40 and older”" in said
    assert "url(#walks-hatch)" in page.content.decode()


def test_access_shows_every_area_in_the_table_beside_the_map(client, city):
    page = client.get("/city/access?kind=library").content.decode()

    assert page.count('href="/areas/small/') == 3
    assert page.count("<title>Small ") == 3


@pytest.mark.parametrize("query", ["kind=castle", "group=castle", "kind=library&group=%00"])
def test_access_refuses_what_it_does_not_know(client, city, query):
    response = client.get(f"/city/access?{query}")

    assert response.status_code == 400
    assert "one of the available choices" in words(response)


def test_access_to_a_kind_that_nobody_can_walk_to_gives_no_number(client, city):
    said = words(client.get("/city/access?kind=museum"))

    assert "No walk to the nearest museum was measured" in said


def test_about_the_data_names_every_source_its_use_and_the_gaps(client, city):
    said = words(client.get("/about/data"))

    assert "© OpenStreetMap contributors" in said
    assert "ODbL 1.0" in said
    assert "People by age (2020)" in said
    assert "No network data: 1 of 3 areas have no street near (Small areas)" in said
    assert "Areas (JSON)" in said


@pytest.mark.parametrize("path", PAGES)
def test_pages_say_honestly_that_no_city_is_loaded(client, path):
    response = client.get(path)

    assert response.status_code == 200
    assert re.search(r"\byet\b", words(response))


@pytest.mark.parametrize("path", [*PAGES, "/areas/small/A"])
def test_a_city_without_a_network_says_so(client, city, path):
    Walk.objects.all().delete()
    TravelNetwork.objects.all().delete()
    Area.objects.update(street_node=None)

    said = words(client.get(path))

    if path in ("/city/access", "/areas/small/A"):
        assert "no network data" in said.lower()
    assert not re.search(r"\b0 minutes", said)


def test_a_city_without_people_says_so(client, city):
    PopulationTable.objects.all().delete()

    assert "No population table is loaded" in words(client.get("/city/access"))
    assert "is not in the open data" in words(client.get("/areas/small/A"))


@pytest.mark.parametrize("path", [*PAGES, "/areas/small/A", "place"])
def test_a_page_asks_the_database_at_most_eight_times(client, library, path):
    address = library.get_absolute_url() if path == "place" else path

    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(address)

    assert len(queries) <= 8


@pytest.mark.parametrize("path", ["/places", "/areas", "/city/access"])
def test_a_longer_list_costs_no_more_questions(client, city, path):
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for number in range(20):
        Venue.objects.create(
            source="osm", source_key=f"x{number}", name=f"Room {number}", folded_name="room", kind="library"
        )
    with CaptureQueriesContext(connection) as many:
        client.get(path)

    assert len(many) <= len(few)


def test_the_city_gives_the_frame_its_name_and_attribution(client, city):
    page = client.get(reverse("core:accessibility")).content.decode()

    assert "Learning in Smallcity" in page
    assert "© OpenStreetMap contributors" in page


def test_only_attributions_under_the_open_government_licence_are_folded(client, city):
    page = client.get(reverse("core:accessibility")).content.decode()
    open_part, fold = page.split('class="soft"')[-1].split("<details>")

    assert "© OpenStreetMap contributors" in open_part
    assert "Contains statistics of the small city" in fold
