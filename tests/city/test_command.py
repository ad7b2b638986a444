"""`learningcity city`: what the command line prints."""

import io
import json

import pytest
from django.core.management import call_command

from learningcity.city.importers.refusal import BundleRefused
from learningcity.city.management.commands.city import Command, NoSuchSet

pytestmark = pytest.mark.django_db


def said(*words):
    """Run `learningcity city` with these words and return what it prints."""
    out = io.StringIO()
    call_command("city", *words, stdout=out)
    return out.getvalue()


def test_load_says_in_words_what_it_loaded(tiny):
    assert said("load", str(tiny.path)).strip() == (
        "Tinytown is loaded: 2 areas, 4 groups, 2 places. Streets: 2.6 km."
    )


def test_load_prints_what_it_loaded_as_data(tiny):
    data = json.loads(said("load", str(tiny.path), "--json"))

    assert data["city"] == "Tinytown"
    assert data["areas"] == {"quarters": 2}
    assert data["venues"]["new"] == 2


def test_load_without_streets_says_that_walks_are_not_known(tiny):
    tiny.without("[streets]", "[places")

    assert "walks are not known" in said("load", str(tiny.path))


def test_a_bundle_that_ships_is_loaded_by_its_name():
    assert json.loads(said("load", "newport", "--json"))["population"]["lsoa11"] == 156_447


@pytest.mark.parametrize("name", ["nowhere", "../newport", "", "."])
def test_a_folder_that_is_none_is_refused(name):
    with pytest.raises(BundleRefused):
        said("load", name)


def test_access_prints_areas_and_groups_as_data(tinytown):
    data = json.loads(said("access", "--kind", "library", "--json"))

    assert data["areas"][0] == {"code": "E", "population": 100, "metres": 616.6, "covered": True}
    assert {"group": "need-high", "population": 100, "covered_population": 100, "mean_metres": 616.6} in data[
        "groups"
    ]


def test_access_says_no_network_data_where_there_is_none(tinytown):
    assert "no network data" in said("access", "--kind", "museum")


def test_access_before_there_is_a_city_is_empty_not_wrong():
    data = json.loads(said("access", "--kind", "library", "--json"))

    assert (data["areas"], data["groups"]) == ([], [])


def test_access_of_an_unknown_set_names_the_known_ones(tinytown):
    with pytest.raises(NoSuchSet, match="quarters"):
        said("access", "--kind", "library", "--areas", "wards")


def test_an_unknown_kind_ends_with_status_two(tinytown, capsys):
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["learningcity", "city", "access", "--kind", "pub"])

    assert ended.value.code == 2
    assert "library" in capsys.readouterr().err
