"""`learningcity duplicates`: what a person or a script is told."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from learningcity.catalogue.models import DuplicatePair
from learningcity.core.refusals import Refused
from tests.catalogue.duplicates.test_merging import two

pytestmark = pytest.mark.django_db


def told(*words: str) -> dict:
    out = StringIO()
    call_command("duplicates", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_pairs_are_proposed_with_score_and_reasons_decided_and_undone():
    kept, dropped = two()
    DuplicatePair.objects.all().delete()

    found = told("propose")
    [pair] = found["pairs"]

    assert (found["new"], found["waiting"]) == (1, 1)
    assert {offer["id"] for offer in pair["offers"]} == {str(kept.public_id), str(dropped.public_id)}
    assert sum(reason["weight"] for reason in pair["reasons"]) == pytest.approx(pair["score"])
    merge = told("decide", pair["pair"], "first")["merge"]
    assert told("list")["waiting"] == 0
    assert told("undo", merge) == {"undone": merge}
    assert told("decide", pair["pair"], "different") == {"merge": None}


def test_words_for_a_person_and_refusals_say_what_to_do():
    two()
    out = StringIO()
    call_command("duplicates", "propose", stdout=out)

    assert "1 pair waits." in out.getvalue()
    with pytest.raises(Refused, match="There is no such pair"):
        told("decide", "00000000-0000-0000-0000-000000000001", "first")
    with pytest.raises(Refused, match="There is no such merge"):
        told("undo", "00000000-0000-0000-0000-000000000001")
