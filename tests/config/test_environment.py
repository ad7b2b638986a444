"""Settings are read once, typed, and wrong ones are refused loudly."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from learningcity.config import environment

NAME = "LEARNINGCITY_TEST_VALUE"


@pytest.mark.parametrize(("words", "value"), [("1", True), ("Yes", True), ("off", False), ("", False)])
def test_a_flag_is_yes_or_no(monkeypatch, words, value):
    monkeypatch.setenv(NAME, words)

    assert environment.flag(NAME) is value


def test_a_flag_that_is_neither_is_refused(monkeypatch):
    monkeypatch.setenv(NAME, "maybe")

    with pytest.raises(ImproperlyConfigured, match="must be 1 or 0, not 'maybe'"):
        environment.flag(NAME)


@pytest.mark.parametrize("words", ["", "ten", "1.5", "1e3"])
def test_a_number_that_is_none_is_refused(monkeypatch, words):
    monkeypatch.setenv(NAME, words)

    with pytest.raises(ImproperlyConfigured, match="whole number"):
        environment.number(NAME, 7)


def test_a_setting_that_is_not_given_has_its_default(monkeypatch, tmp_path):
    monkeypatch.delenv(NAME, raising=False)

    assert environment.number(NAME, 7) == 7
    assert environment.text(NAME, "x") == "x"
    assert environment.names(NAME, "a, b,,c") == ["a", "b", "c"]
    assert environment.choice(NAME, "a", {"a", "b"}) == "a"
    assert environment.folder(NAME, tmp_path) == tmp_path


def test_a_choice_names_the_choices(monkeypatch):
    monkeypatch.setenv(NAME, "ssl")

    with pytest.raises(ImproperlyConfigured, match="one of none, starttls, tls"):
        environment.choice(NAME, "tls", {"tls", "starttls", "none"})


def test_a_folder_that_is_a_file_is_refused(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv(NAME, str(tmp_path / "file"))

    with pytest.raises(ImproperlyConfigured, match="is a file"):
        environment.folder(NAME, tmp_path)


@pytest.mark.parametrize("address", ["mysql://a@b/c", "nonsense", "postgres://u:secret-word@host:port/name"])
def test_a_database_we_do_not_know_is_refused_without_telling_its_password(monkeypatch, address):
    monkeypatch.setenv(NAME, address)

    with pytest.raises(ImproperlyConfigured, match=NAME) as refusal:
        environment.database(NAME, "sqlite:///x")

    assert "secret-word" not in str(refusal.value)


@pytest.mark.parametrize(
    ("address", "origins"),
    [
        ("", []),
        ("https://tiles.example/{z}/{x}/{y}.png", ["https://tiles.example"]),
        ("https://{s}.tiles.example:8443/{z}", ["https://*.tiles.example:8443"]),
    ],
)
def test_a_tile_address_opens_the_policy_for_its_origin_only(address, origins):
    assert environment.origins(address) == origins


@pytest.mark.parametrize(
    "address", ["tiles.example", "javascript:alert(1)", "https://a;script-src *", "https://"]
)
def test_a_tile_address_that_would_bend_the_policy_is_refused(address):
    with pytest.raises(ImproperlyConfigured, match="tile address"):
        environment.origins(address)


def test_a_misspelt_setting_is_refused_with_the_name_that_was_meant(monkeypatch):
    monkeypatch.setenv("LEARNINGCITY_HOST", "example.org")

    with pytest.raises(ImproperlyConfigured, match="Did you mean LEARNINGCITY_HOSTS"):
        environment.refuse_unknown()
