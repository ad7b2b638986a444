"""Loading, adding places and measuring walks: who may, what is kept, and what two at once do."""

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from learningcity.city.actions import VenueRefused, add_venue, load_bundle, measure_walks
from learningcity.city.models import City, Venue, Walk
from learningcity.city.queries import access_to, kinds_present, place_named, walking_minutes_to_venues
from learningcity.core.actors import visitor
from learningcity.core.models import AuditLine
from tests.city.bundles import MONDAY, OPERATOR, dump, guide_example
from tests.city.interrupted import Interrupted

HOUSE = Path(__file__).resolve().parents[2]
NEW = {"name": "Museo de la Esquina", "kind": "museum", "lat": 10.004, "lon": 20.004}


def add(key="1", *, source="city", **facts):
    """Add a place as the operator."""
    return add_venue(source, key, **{**NEW, **facts}, by=OPERATOR, at=MONDAY)


def lines(action):
    """Return how many lines of the trail name an action."""
    return AuditLine.objects.filter(action=action).count()


def test_a_visitor_may_change_nothing(tinytown, tiny):
    before = dump()

    for attempt in (
        lambda: load_bundle(tiny.path, by=visitor(), at=MONDAY),
        lambda: measure_walks(by=visitor(), at=MONDAY),
        lambda: add_venue("city", "1", **NEW, by=visitor(), at=MONDAY),
    ):
        with pytest.raises(PermissionDenied):
            attempt()

    assert dump() == before


def test_staff_of_the_city_may_load_and_add(tinytown, tiny, staff):
    load_bundle(tiny.path, by=staff, at=MONDAY)

    assert add_venue("city", "1", **NEW, by=staff, at=MONDAY).pk


def test_an_added_place_is_found_measured_and_recorded(tinytown):
    venue = add()

    assert venue.area.code == "E"
    assert [hit.label for hit in place_named("museo")] == ["Museo de la Esquina"]
    assert kinds_present()["museum"] == 1
    metres = {area.code: area.metres for area in access_to("museum").areas}
    assert metres["E"] == pytest.approx(43.8 + 222.4, abs=0.5)
    assert walking_minutes_to_venues(10.004, 20.004, limit_minutes=1) == {venue.pk: 0}
    assert lines("city.venue_added") == 1


def test_the_same_place_again_is_the_same_place(tinytown):
    first = add()
    before = dump()

    again = add()

    assert again.pk == first.pk
    assert again.public_id == first.public_id
    assert dump() == before
    assert lines("city.venue_added") + lines("city.venue_changed") == 1


def test_a_place_of_another_source_is_another_place(tinytown):
    assert add(source="feed").public_id != add(source="city").public_id


def test_a_moved_place_of_another_kind_is_measured_anew(tinytown):
    add()

    add(kind="gallery", lat=10.0, lon=20.0)

    assert not Walk.objects.filter(kind="museum").exists()
    assert {a.code: a.metres for a in access_to("gallery").areas} == {
        a.code: a.metres for a in access_to("library").areas
    }
    assert lines("city.venue_changed") == 1


def test_many_places_are_measured_once_at_the_end(tinytown):
    for number in range(5):
        add(str(number), measure=False, lat=10.0 + number * 0.001)
    assert not Walk.objects.filter(kind="museum").exists()

    measure_walks(by=OPERATOR, at=MONDAY)

    assert Walk.objects.filter(kind="museum", metres__isnull=False).count() == 2


def test_a_place_without_a_point_counts_for_no_walk(tinytown):
    add(lat=None, lon=None)

    assert {area.metres for area in access_to("museum").areas} == {None}
    assert place_named("museo") == []


def test_a_place_far_from_any_street_counts_for_no_walk(tinytown):
    add(lat=10.5, lon=20.5)

    assert {area.metres for area in access_to("museum").areas} == {None}


def test_an_added_place_survives_the_next_loading(tinytown, tiny):
    venue = add()

    load_bundle(tiny.path, by=OPERATOR, at=MONDAY)

    kept = Venue.objects.get(pk=venue.pk)
    assert not kept.is_gone
    assert kept.area.code == "E"
    assert access_to("museum").areas[0].metres is not None


def test_a_place_can_be_added_before_there_is_a_city(db):
    assert add().street_node is None


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 256}),
        ("name", {"name": "two\nlines"}),
        ("name", {"name": "nul\x00"}),
        ("source_key", {"key": ""}),
        ("source_key", {"key": "k" * 121}),
        ("source", {"source": "osm"}),
        ("source", {"source": ""}),
        ("kind", {"kind": "pub"}),
        ("lat", {"lat": 91}),
        ("lat", {"lon": -181}),
        ("lat", {"lat": None}),
        ("lat", {"lat": float("nan")}),
        ("website", {"website": "javascript:alert(1)"}),
        ("website", {"website": "library"}),
        ("step_free", {"step_free": "perhaps"}),
        ("postcode", {"postcode": "9" * 21}),
    ],
)
def test_a_place_that_is_wrong_is_refused_at_its_field(field, facts, tinytown):
    before = dump()

    with pytest.raises(VenueRefused) as caught:
        add(**facts)

    assert caught.value.field == field
    assert dump() == before


def halt():
    """Stop as a person at the keyboard does."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("step", range(1, 7))
def test_a_loading_stopped_in_the_middle_has_written_nothing(step, tinytown, tiny):
    before = dump()
    tiny.change("age.csv", "W,30+,50", "W,30+,70")
    tiny.change("tiny.osm", 'v="West Library"', 'v="New Library"')

    with pytest.raises(KeyboardInterrupt):
        load_bundle(tiny.path, by=OPERATOR, at=MONDAY, progress=Interrupted(at_step=step, stop=halt))

    assert dump() == before


def city_of_its_own(folder, module, *words):
    """Run a module in a process whose city has a database of its own; return the process."""
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "LEARNINGCITY_DATA"}}
    environment |= {
        "LEARNINGCITY_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "learningcity.config.settings",
    }
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(command, env=environment, check=False, cwd=HOUSE, capture_output=True, text=True)


def content(folder):
    """Return everything the tables of a city hold."""
    with closing(sqlite3.connect(folder / "learningcity.sqlite3")) as connection:
        return list(connection.iterdump())


@pytest.mark.once
def test_a_killed_loading_has_written_nothing(tiny, tmp_path):
    data = tmp_path / "data"
    loaded = city_of_its_own(data, "learningcity.config.cli", "city", "load", str(tiny.path))
    before = content(data)
    tiny.change("age.csv", "W,30+,50", "W,30+,70")

    killed = city_of_its_own(data, "tests.city.interrupted", str(tiny.path), "5")

    assert loaded.returncode == 0
    assert killed.returncode == -signal.SIGKILL
    assert content(data) == before


@pytest.mark.django_db(transaction=True)
def test_loadings_at_the_same_time_wait_for_one_another(tmp_path):
    first, second = guide_example(tmp_path / "first"), guide_example(tmp_path / "second")
    second.change("age.csv", "W,30+,50", "W,30+,70")
    folders = [first, second] * 3

    def load(folder):
        try:
            return load_bundle(folder.path, by=OPERATOR, at=MONDAY).population["quarters"]
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(folders)) as pool:
        people = list(pool.map(load, folders))

    assert people == [250, 270] * 3
    assert City.objects.get().name == "Tinytown"
    result = access_to("library")
    assert sum(area.population for area in result.areas) in {250, 270}
    assert sum(g.population for g in result.groups if g.table == "age") == sum(
        a.population for a in result.areas
    )
    assert lines("city.bundle_loaded") == 6
