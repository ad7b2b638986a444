"""The command line says which commands there are and refuses others in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from learningcity.config.cli import Unanswerable, overview, take_data_folder


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Leave the environment as it was."""
    monkeypatch.setenv("LEARNINGCITY_DATA", "kept")


@pytest.mark.parametrize("words", [["--data", "there"], ["--data=there"]])
def test_the_data_folder_may_stand_anywhere(words):
    assert take_data_folder(["city", *words, "load", "x"]) == ["city", "load", "x"]
    assert os.environ["LEARNINGCITY_DATA"] == "there"


@pytest.mark.parametrize("words", [["--data"], ["--data="], ["--data", "--json"]])
def test_a_data_folder_without_a_name_is_refused(words):
    with pytest.raises(Unanswerable, match="name of a folder"):
        take_data_folder(["serve", *words])


def test_the_overview_names_every_noun_with_what_it_is_for():
    lines = overview().splitlines()

    assert [line for line in lines if line.split()[:1] == ["audit"] and "verify" in line]
    assert [line for line in lines if line.split()[:1] == ["serve"]]
    assert not [line for line in lines if line.split()[:1] == ["createsuperuser"]]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as an operator does."""
    return subprocess.run(
        [sys.executable, "-m", "learningcity.config.cli", *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_unknown_noun_is_refused_in_one_sentence_with_status_2(tmp_path):
    answer = run("audti", "verify", "--data", str(tmp_path))

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == "There is no command 'audti'. Did you mean: learningcity audit?\n"


def test_a_wrong_setting_is_refused_in_one_sentence_with_status_2(tmp_path):
    answer = run("audit", "verify", "--data", str(tmp_path), LEARNINGCITY_HTTPS="perhaps")

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == "LEARNINGCITY_HTTPS must be 1 or 0, not 'perhaps'.\n"


def test_a_command_on_an_empty_data_folder_makes_its_tables_there_and_only_there(tmp_path):
    answer = run("audit", "verify", "--data", str(tmp_path / "new"), DATABASE_URL="")

    assert (answer.returncode, answer.stderr) == (0, "")
    assert "intact" in answer.stdout
    assert Path(tmp_path / "new" / "learningcity.sqlite3").exists()
    assert [p.name for p in (tmp_path / "new").rglob("*") if p.stat().st_mode & 0o077] == []
