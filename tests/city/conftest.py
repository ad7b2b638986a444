"""Bundles for tests: the worked example of the guide, and Newport as it ships."""

import pytest
from django.db import transaction

from learningcity.city.actions import load_bundle
from learningcity.city.queries import shipped_bundle
from tests.city.bundles import MONDAY, OPERATOR, Folder, guide_example


@pytest.fixture
def tiny(tmp_path) -> Folder:
    """Return the folder of the guide's example, to be loaded or broken."""
    return guide_example(tmp_path / "tiny")


@pytest.fixture
def tinytown(db, tiny):
    """Load the guide's example and return what the loading reported."""
    return load_bundle(tiny.path, by=OPERATOR, at=MONDAY)


@pytest.fixture(scope="module")
def newport(django_db_setup, django_db_blocker):
    """Load Newport once for all tests of a module and return what the loading reported."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_bundle(shipped_bundle("newport"), by=OPERATOR, at=MONDAY)
        transaction.set_rollback(True)
