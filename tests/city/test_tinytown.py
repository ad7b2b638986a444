"""The worked example of the guide: small enough to count by hand."""

import gzip
import json

import pytest
from django.utils.translation import override

from learningcity.city.actions import load_bundle, measure_walks
from learningcity.city.models import Area, PopulationCount, TravelNetwork, Venue, Walk
from learningcity.city.queries import (
    access_to,
    area_at,
    is_in_city,
    place_named,
    the_city,
    venues_within,
    walking_minutes_to_venues,
)
from learningcity.core.models import AuditLine
from tests.city.bundles import MONDAY, OPERATOR, dump

pytestmark = pytest.mark.django_db


def load(folder):
    """Load a bundle as the operator."""
    return load_bundle(folder.path, by=OPERATOR, at=MONDAY)


def test_the_example_of_the_guide_loads(tinytown):
    assert tinytown.areas == {"quarters": 2}
    assert tinytown.population == {"quarters": 250}
    assert tinytown.streets["kilometres"] == 2.6
    assert tinytown.venues == {"new": 2, "changed": 0, "same": 0, "gone": 0, "unnamed": 1, "outside": 1}


def test_a_walk_is_as_long_as_the_streets_between(tinytown):
    """West: 0.0004 degrees east and 0.002 north of the library; East: 0.0036 degrees and the same."""
    metres = {area.code: area.metres for area in access_to("library").areas}

    assert metres == {"W": pytest.approx(43.8 + 222.4, abs=0.5), "E": pytest.approx(394.2 + 222.4, abs=0.5)}


def test_groups_are_weighted_by_where_they_live(tinytown):
    groups = {group.group: group for group in access_to("library").groups}

    assert groups["age-young"].population == 120
    assert groups["age-young"].mean_metres == pytest.approx((100 * 266.2 + 20 * 616.6) / 120, abs=0.5)
    assert groups["need-high"].population == 100
    assert groups["need-high"].mean_metres == pytest.approx(616.6, abs=0.5)


def test_what_openstreetmap_says_of_a_place_is_kept(tinytown):
    library = Venue.objects.get(kind="library")

    assert library.name == "West Library"
    assert library.address == "1 First Street"
    assert library.website == "https://library.example"
    assert library.opening_hours == "Mo-Fr 09:00-17:00"
    assert library.step_free == "yes"
    assert library.area.code == "W"


def test_a_place_drawn_as_an_area_stands_inside_it(tinytown):
    school = Venue.objects.get(kind="school")

    assert school.source_key == "way/20"
    assert 10.003 < school.lat < 10.0034
    assert 20.003 < school.lon < 20.0034


def test_a_loading_leaves_one_line_in_the_trail(tinytown):
    assert AuditLine.objects.filter(action="city.bundle_loaded", about="city.city:1").count() == 1


def test_names_follow_the_language_of_the_reader(tinytown):
    assert [hit.label for hit in place_named("oeste")] == ["West"]

    with override("es"):
        assert the_city().local_name == "Villachica"
        assert [hit.label for hit in place_named("west")][0] == "Oeste"
    with override("ar"):
        assert the_city().local_name == "Tinytown"


def test_loading_twice_gives_the_same_city(tinytown, tiny):
    before = dump()

    load(tiny)

    assert dump() == before


def test_the_order_of_the_files_does_not_change_a_city_that_is_loaded(tinytown, tiny):
    before = dump()
    rows = tiny.read("age.csv").splitlines()
    tiny.write("age.csv", "\n".join([rows[0], *reversed(rows[1:])]))

    load(tiny)

    assert dump() == before


def test_what_changed_in_the_bundle_changes_and_what_left_it_goes(tinytown, tiny):
    library = Venue.objects.get(kind="library")
    tiny.change("age.csv", "W,30+,50", "W,30+,70")
    tiny.change("tiny.osm", 'v="West Library"', 'v="New Library"')
    tiny.change("tiny.osm", '<tag k="amenity" v="school"/>', "")
    tiny.write("bundle.toml", tiny.read("bundle.toml").partition('[[population]]\nkey = "need"')[0])

    report = load(tiny)

    assert report.venues == {"new": 0, "changed": 1, "same": 0, "gone": 1, "unnamed": 1, "outside": 1}
    renamed = Venue.objects.get(kind="library")
    assert (renamed.pk, renamed.public_id) == (library.pk, library.public_id)
    assert renamed.name == "New Library"
    assert report.population == {"quarters": 270}
    assert {group.table for group in access_to("library").groups} == {"age"}
    assert Venue.objects.get(kind="school").is_gone
    assert not Walk.objects.filter(kind="school").exists()


def test_a_place_that_comes_back_is_the_same_place(tinytown, tiny):
    before = Venue.objects.get(kind="school")
    whole = tiny.read("tiny.osm")
    tiny.change("tiny.osm", '<tag k="amenity" v="school"/>', "")
    load(tiny)
    tiny.write("tiny.osm", whole)

    load(tiny)

    after = Venue.objects.get(kind="school")
    assert (after.pk, after.public_id, after.is_gone) == (before.pk, before.public_id, False)


def test_an_area_that_left_the_bundle_takes_its_people_along(tinytown, tiny):
    areas = json.loads(tiny.read("quarters.geojson"))
    tiny.write("quarters.geojson", json.dumps({**areas, "features": areas["features"][:1]}))
    tiny.write("age.csv", "\n".join(tiny.read("age.csv").splitlines()[:5]))
    tiny.write("need.csv", "quarter,class\nW,2\n")

    load(tiny)

    assert [area.code for area in access_to("library").areas] == ["W"]
    assert PopulationCount.objects.filter(group__name="age-old").get().count == 50


def test_a_city_without_streets_knows_no_walk(db, tiny):
    tiny.without("[streets]")
    tiny.change("bundle.toml", "[places]\n", '[places]\nfile = "tiny.osm"\n')

    report = load(tiny)

    assert report.streets is None
    result = access_to("library")
    assert [(a.population, a.metres, a.covered) for a in result.areas] == [
        (100, None, False),
        (150, None, False),
    ]
    assert {group.mean_metres for group in result.groups} == {None}
    assert {group.covered_population for group in result.groups} == {0}
    assert walking_minutes_to_venues(10.002, 20.0, limit_minutes=20).reason == "no_network"


def test_a_city_without_population_knows_no_people(db, tiny):
    tiny.without("[[population")

    load(tiny)

    result = access_to("library")
    assert result.groups == []
    assert [area.population for area in result.areas] == [None, None]
    assert all(area.covered for area in result.areas)


def test_people_are_not_known_where_no_table_counts_everyone(db, tiny):
    tiny.change("bundle.toml", "everyone = true\n", "")

    load(tiny)

    assert [area.population for area in access_to("library").areas] == [None, None]


def test_a_city_without_areas_keeps_all_its_places(db, tiny):
    tiny.without("[[areas", "[[population")

    load(tiny)

    assert Venue.objects.filter(is_gone=False, area=None).count() == 3
    assert access_to("library").areas == []
    assert walking_minutes_to_venues(10.0, 20.0, limit_minutes=1)
    assert is_in_city(0.0, 0.0)


def test_a_city_without_places_of_a_kind_is_covered_but_has_no_walk(tinytown):
    areas = access_to("museum").areas

    assert [(area.covered, area.metres) for area in areas] == [(True, None), (True, None)]


def test_streets_that_leave_the_bundle_take_the_walks_along(tinytown, tiny):
    tiny.without("[streets]")
    tiny.change("bundle.toml", "[places]\n", '[places]\nfile = "tiny.osm"\n')

    load(tiny)

    assert not TravelNetwork.objects.exists()
    assert not Walk.objects.exists()
    assert not Area.objects.filter(street_node__isnull=False).exists()


def test_gzipped_files_load_like_others(tinytown, tiny):
    before = dump()
    for name in ("quarters.geojson", "age.csv"):
        tiny.write(name, gzip.compress(tiny.read(name).encode(), mtime=0))

    load(tiny)

    assert dump() == before


def test_measuring_again_changes_nothing(tinytown):
    before = dump()

    measure_walks(by=OPERATOR, at=MONDAY)

    assert dump() == before


def test_points_are_found_in_their_quarter(tinytown):
    assert area_at(10.001, 20.001).local_name == "West"
    assert area_at(10.001, 20.003).local_name == "East"
    assert area_at(10.001, 20.002).code == "E"
    assert area_at(11.0, 20.001) is None
    assert area_at(10.001, 20.001, "no-such-set") is None


def test_places_as_the_crow_flies_and_on_foot(tinytown):
    library = Venue.objects.get(kind="library").pk

    assert venues_within(10.001, 20.0, metres=120) == {library: pytest.approx(111.2, abs=0.1)}
    assert venues_within(10.001, 20.0, metres=100) == {}
    on_foot = walking_minutes_to_venues(10.0012, 20.0, limit_minutes=2)
    assert on_foot == {library: pytest.approx(133.4 / 80, abs=0.02)}


def test_the_whole_city_of_medellin_loads_with_areas_alone(db, tiny, test_data):
    packed = (test_data / "medellin" / "comunas_corregimientos.geojson.gz").read_bytes()
    tiny.write("comunas.geojson.gz", packed)
    tiny.write(
        "bundle.toml",
        """
        [city]
        name = "Medellín"
        country = "CO"
        time_zone = "America/Bogota"
        languages = ["es"]
        currency = "COP"
        box = [6.15, -75.75, 6.40, -75.45]

        [sources.medata]
        title = "MEData"
        licence = "CC-BY-SA-4.0"
        attribution = "Alcaldía de Medellín"

        [[areas]]
        key = "comunas"
        label = "Comunas y corregimientos"
        purpose = "names"
        source = "medata"
        file = "comunas.geojson.gz"
        code = "comuna"
        name = "name"
        """,
    )

    report = load(tiny)

    assert report.areas == {"comunas": 21}
    assert [hit.label for hit in place_named("belén")] == ["BELEN"]
    assert area_at(6.232, -75.600).name == "BELEN"
    result = access_to("library")
    assert len(result.areas) == 21
    assert not any(area.covered or area.metres or area.population for area in result.areas)
    assert the_city().lat == pytest.approx(6.275)
