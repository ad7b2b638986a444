"""Every setting is documented, and the documentation names no other."""

import re
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from learningcity.config import environment, keys

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_the_reference_documents_every_setting_and_no_other():
    documented = set(re.findall(r"^\| `([A-Z_]+)`", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE))
    read = {name for name in environment.NAMES_READ if not name.startswith(environment.FOR_TESTS)}

    assert documented == read


def test_mail_goes_to_files_in_the_data_directory_unless_a_server_is_named(tmp_path, settings):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    files = get_connection("django.core.mail.backends.filebased.EmailBackend")

    EmailMessage("Hello", "Words", to=["amina@example.org"], connection=files).send()

    (file,) = (tmp_path / "mail").iterdir()
    assert "amina@example.org" in file.read_text()


def test_the_secret_key_is_made_once_and_private(tmp_path, monkeypatch):
    monkeypatch.delenv("LEARNINGCITY_SECRET_KEY", raising=False)

    key = keys.secret_key(tmp_path / "new")

    assert len(key) >= 50
    assert keys.secret_key(tmp_path / "new") == key
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret-key"]


def test_a_secret_key_from_the_environment_is_not_written_down(tmp_path, monkeypatch):
    monkeypatch.setenv("LEARNINGCITY_SECRET_KEY", "given")

    assert keys.secret_key(tmp_path) == "given"
    assert not list(tmp_path.iterdir())


def test_no_cookie_is_open_to_scripts_or_other_sites():
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
