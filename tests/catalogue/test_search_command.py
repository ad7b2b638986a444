"""`learningcity offers search` and `reindex`, as a person types them."""

import json

import pytest
from django.utils.timezone import now

from learningcity.catalogue.management.commands.offers import Command
from tests.catalogue.small import small_catalogue


def run(capsys, *words):
    """Run `offers …` as from a shell; return (status, printed, complaints)."""
    with pytest.raises(SystemExit) as end:
        Command().run_from_argv(["learningcity", "offers", *words])
    printed = capsys.readouterr()
    return end.value.code, printed.out, printed.err


@pytest.fixture
def catalogue(db, by):
    return small_catalogue(by=by, at=now())


@pytest.mark.usefixtures("catalogue")
def test_search_prints_total_facets_and_offers(capsys, catalogue):
    status, printed, _complaints = run(capsys, "search", "pottery", "--json")

    found = json.loads(printed)
    assert status == 0
    assert found["total"] == 1
    assert found["offers"][0]["id"] == str(catalogue.pottery.public_id)
    assert found["offers"][0]["title"] == catalogue.pottery.title
    assert found["offers"][0]["venue"]
    assert found["offers"][0]["walking_minutes"] is None
    assert {"value": "non_formal", "count": 1} in found["facets"]["form"]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--from", "here"], "give a point"),
        (["--from", "91,0"], "latitude lies between"),
        (["--from", "10.0,10.0", "--within-minutes", "20"], "outside the city"),
        (["--from", "51.5,-3.0", "--within-minutes", "-3"], "1 to 120"),
        (["--from", "51.5,-3.0", "--within-minutes", "9999999999"], "1 to 120"),
        (["--within-minutes", "20"], "near which place"),
        (["--size", "0"], "1 to 200"),
        (["--after", "nonsense"], "Start the list again"),
        (["--sort", "nearest"], "near which place"),
        (["--sort", "loudest"], "invalid choice"),
    ],
)
def test_a_wrong_search_is_one_sentence_and_status_2(capsys, words, sentence):
    status, printed, complaints = run(capsys, "search", "pottery", *words)

    assert status == 2
    assert printed == ""
    assert sentence in complaints
    assert "Traceback" not in complaints


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("words", ["a" * 10_000, "pot\x01tery", "pottery\n", "\ud800"])
def test_words_that_nobody_means_are_one_sentence_and_status_2(capsys, words):
    status, printed, complaints = run(capsys, "search", words)

    assert (status, printed) == (2, "")
    assert "at most 200 characters" in complaints
    assert len(complaints) < 400


@pytest.mark.usefixtures("catalogue")
def test_reindex_says_how_many_offers_there_are(capsys):
    status, printed, _complaints = run(capsys, "reindex", "--json")

    assert (status, json.loads(printed)) == (0, {"offers": 2})
