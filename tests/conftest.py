"""What every test may ask for: real data, moments, actors, a browser."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.test import SimpleTestCase
from django.utils import translation

from learningcity.core.actors import Actor, Channel, Right, operator
from tests.core.trail import flushable_trail

DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_setup", "django_db_serialized_rollback"})

# No test is about time: a busy machine must not turn a property into a failure.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


def pytest_configure() -> None:
    """Serve static files as they are, hash passwords fast: neither is what tests are about."""
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if not os.environ.get("DATABASE_URL"):
        # A database in memory cannot be raced for; a file behaves as in a real city.
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(settings.DATA / "test.sqlite3")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches no database: on a second database it would ask the same again."""
    for item in items:
        touches = DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        is_case = issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
        if not touches and not is_case and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.once)


@pytest.fixture(scope="session", autouse=True)
def emptied_trail() -> Iterator[None]:
    """Let transactional tests empty the audit trail, which the database otherwise refuses."""
    with flushable_trail():
        yield


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Return the folder of the shared real data; without it the test says so loudly."""
    folder = os.environ.get("LEARNINGCITY_TEST_DATA")
    if not folder:
        pytest.skip("LEARNINGCITY_TEST_DATA is not set: a test on real data was not run")
    return Path(folder)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Leave no language behind that a page of the test was asked in."""
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, settings) -> None:
    """Give each test a search index, files and mail of its own."""
    settings.SEARCH_INDEX = tmp_path / "search-index"
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


@pytest.fixture
def at() -> datetime:
    """Return the moment at which tests act: a Monday morning."""
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def by() -> Actor:
    """Return the operator at the command line."""
    return operator()


@pytest.fixture
def staff() -> Actor:
    """Return a member of the city's staff at the web."""
    return Actor(right=Right.STAFF, channel=Channel.WEB, person="00000000-0000-0000-0000-000000000001")
