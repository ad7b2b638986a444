"""`learningcity offers import`: real files, words for people, data for machines, refusals with status 2."""

import json

import pytest
from django.core.management import call_command

from learningcity.catalogue.management.commands.offers import Command
from learningcity.catalogue.models import Offer, Session, Source
from learningcity.core.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(capsys):
    """Return a function that imports a file and returns the data that is printed."""

    def imports(file, layout, *words):
        call_command("offers", "import", str(file), "--format", layout, "--json", *words)
        return json.loads(capsys.readouterr().out)

    return imports


@pytest.mark.parametrize(
    ("name", "layout", "count"),
    [
        ("gangnam_seoul_lifelong_courses_2026.csv", "korean", 322),
        ("helsinki_linkedcourses_2019_sample.json", "linkedevents", 20),
    ],
)
def test_a_real_file_is_imported_once_and_for_all(imported, test_data, name, layout, count):
    file = test_data / "learning-feeds" / name

    first = imported(file, layout, "--licence", "CC BY 4.0")
    before = list(Offer.objects.order_by("pk").values())
    second = imported(file, layout)

    nothing = {"state": "done", "changed": 0, "gone": 0, "rejected": [], "remarks": []}
    assert first == nothing | {"new": count, "same": 0}
    assert second == nothing | {"new": 0, "same": count}
    assert list(Offer.objects.order_by("pk").values()) == before
    assert Source.objects.get().licence == "CC BY 4.0"


def test_courses_of_seoul_meet_at_the_hour_of_seoul(imported, test_data):
    file = test_data / "learning-feeds" / "gangnam_seoul_lifelong_courses_2026.csv"

    imported(file, "korean")

    hours = set(Session.objects.values_list("starts_at__hour", flat=True))
    assert set(Session.objects.values_list("time_zone", flat=True)) == {"Asia/Seoul"}
    assert hours <= {0, 1, 2, 4, 5, 6, 10, 3, 7, 9, 8}


def test_what_was_wrong_is_printed_for_people_too(tmp_path, capsys):
    file = tmp_path / "offers.csv"
    file.write_text(
        "key,title,provider,price\np1,Pottery,Lantern,ten\np2,Choir,Lantern,5\n", encoding="utf-8"
    )

    call_command("offers", "import", str(file), "--format", "csv")

    out = capsys.readouterr().out
    assert "1 new, 0 changed, 0 the same, 0 gone; 1 reason to reject a row." in out
    assert "Row 2, price: “ten” is no amount of EUR. Write a number such as 12, or 0 for free." in out


def test_two_sources_in_one_layout_keep_apart(imported, tmp_path):
    file = tmp_path / "offers.csv"
    file.write_text("key,title,provider\np1,Pottery,Lantern\n", encoding="utf-8")

    reports = [imported(file, "csv", "--source", key)["new"] for key in ("north", "south")]

    assert reports == [1, 1]
    assert set(Offer.objects.values_list("source__key", flat=True)) == {"north", "south"}


def test_a_refused_file_leaves_not_even_its_source(tmp_path):
    file = tmp_path / "events.json"
    file.write_text('[{"id": "a", "name": {"fi": "Savi"}, "publisher": "x"}, {"id"', encoding="utf-8")

    with pytest.raises(Refused, match="cut, or no JSON, at record 2"):
        call_command("offers", "import", str(file), "--format", "linkedevents")

    assert not Source.objects.exists()
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--time-zone", "Mars/Base"], "no time zone “Mars/Base”"),
        (["--source", "two words"], "letters, digits, hyphens"),
    ],
)
def test_words_that_cannot_be_meant_are_refused(tmp_path, words, sentence):
    file = tmp_path / "offers.csv"
    file.write_text("key,title,provider\np1,Pottery,Lantern\n", encoding="utf-8")

    with pytest.raises(Refused, match=sentence):
        call_command("offers", "import", str(file), "--format", "csv", *words)


@pytest.mark.parametrize("words", [["x.csv"], ["x.csv", "--format", "xml"], ["--format", "csv"]])
def test_a_command_without_sense_ends_with_status_2(words, capsys):
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["learningcity", "offers", "import", *words])

    assert ended.value.code == 2
    assert "See: learningcity offers import --help" in capsys.readouterr().err
