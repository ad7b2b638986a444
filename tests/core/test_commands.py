"""The command line of the rooms answers in words or data, and refuses in one sentence."""

import json
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from learningcity.core.actors import operator
from learningcity.core.commands import Answer, RoomCommand
from learningcity.core.refusals import Refused
from learningcity.core.tables import TablesNotReady, prepare_tables


class Oven(RoomCommand):
    """A noun with verbs."""

    help = "Bake."
    needs_tables = False

    def add_verbs(self):
        bake = self.verb("bake", self.bake, help="Bake bread.")
        bake.add_argument("loaves", type=int)
        bake.add_argument("--slowly", action="store_true")
        self.verb("burn", self.burn, help="Burn bread.")
        self.verb("leave", self.leave, help="Leave early.")

    def bake(self, call, *, loaves, slowly):
        data = {"loaves": loaves, "slowly": slowly, "id": UUID(int=7), "name": "pão", "by": call.by.right}
        return Answer(data, f"{loaves} loaves.")

    def burn(self, call):
        raise Refused("The oven is too hot. Wait.")

    def leave(self, call):
        raise BrokenPipeError


def run(*words: str) -> int:
    """Run the oven from the command line and return its exit status."""
    with pytest.raises(SystemExit) as end:
        Oven().run_from_argv(["learningcity", "oven", *words])
    return end.value.code


def test_a_verb_answers_in_words(capsys):
    assert run("bake", "3") == 0
    assert capsys.readouterr() == ("3 loaves.\n", "")


def test_json_prints_data_and_nothing_else(capsys):
    assert run("bake", "3", "--slowly", "--json") == 0

    shown = capsys.readouterr()
    assert json.loads(shown.out) == {
        "loaves": 3,
        "slowly": True,
        "id": "00000000-0000-0000-0000-000000000007",
        "name": "pão",
        "by": operator().right,
    }
    assert shown.err == ""


def test_a_refusal_is_one_sentence_on_standard_error_and_status_2(capsys):
    assert run("burn", "--json") == 2
    assert capsys.readouterr() == ("", "The oven is too hot. Wait.\n")


WRONG = [(), ("fry",), ("bake",), ("bake", "many"), ("bake", "3", "--fast"), ("bake", "3", "4")]


@pytest.mark.parametrize("words", WRONG)
def test_wrong_words_are_refused_in_one_line_that_names_the_help(capsys, words):
    assert run(*words) == 2

    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert "--help" in shown.err


def test_from_python_wrong_words_raise_and_refusals_come_out(capsys):
    with pytest.raises(CommandError):
        call_command(Oven(), "fry")
    with pytest.raises(Refused, match="too hot"):
        call_command(Oven(), "burn")


def test_tables_of_another_version_are_left_to_the_operator(transactional_db):
    prepare_tables()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'core' AND name = '0003_messages_drafts_and_paper'"
        )
    try:
        with pytest.raises(TablesNotReady, match="learningcity migrate"):
            prepare_tables()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied)"
                " VALUES ('core', '0003_messages_drafts_and_paper', '2026-11-23 09:00:00')"
            )
