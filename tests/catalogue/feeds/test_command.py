"""`learningcity feeds …`: add, list, run and pause, for people and machines."""

import json

import pytest
from django.core.management import call_command

from learningcity.catalogue.management.commands.feeds import Command
from learningcity.catalogue.models import Source
from tests.catalogue.factories import SourceFactory
from tests.catalogue.feeds.conftest import event

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def said(capsys):
    """Return a function that runs a verb and returns the data that is printed."""

    def says(*words):
        call_command("feeds", *words, "--json")
        return json.loads(capsys.readouterr().out)

    return says


def test_a_feed_is_added_run_listed_and_paused(said, serve, content):
    content.body = [event(1), event(2, endDate="yesterday")]
    said("add", "fed", serve(content).url, "--format", "jsonld", "--owner", "Lantern", "--licence", "CC0")

    report = said("run", "fed")
    [line] = said("list")
    said("pause", "fed")

    assert (report["state"], report["new"], report["gone"]) == ("done", 1, 0)
    assert report["rejected"][0]["field"] == "endDate"
    assert (line["feed"], line["owner"], line["licence"], line["rhythm_minutes"]) == (
        "fed",
        "Lantern",
        "CC0",
        1440,
    )
    assert (line["last"]["new"], line["last"]["rejected"]) == (1, 1)
    assert Source.objects.get().is_paused


def test_a_run_that_asks_says_so_and_ends_with_status_two(said, serve, content, capsys):
    content.body = [event(number) for number in range(5)]
    said("add", "fed", serve(content).url, "--format", "jsonld")
    said("run", "fed")
    content.body = [event(0)]

    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["learningcity", "feeds", "run", "fed", "--json"])

    printed = capsys.readouterr()
    assert ended.value.code == 2
    assert json.loads(printed.out)["state"] == "stopped"
    assert "would withdraw 4 of 5" in printed.err


def test_an_error_is_one_sentence_and_status_two(capsys):
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["learningcity", "feeds", "run", "unheard"])

    assert ended.value.code == 2
    assert capsys.readouterr().err == "There is no feed “unheard”. See: learningcity feeds list\n"


def test_what_is_entered_here_goes_out_once_it_has_a_licence(said):
    SourceFactory(key="own", licence="")

    given = said("licence", "own", "CC BY 4.0")
    closed = said("licence", "own", "All rights reserved")

    assert (given["is_open"], closed["is_open"]) == (True, False)
    assert Source.objects.get(key="own").licence == "All rights reserved"
