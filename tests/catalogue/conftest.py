"""What tests of the catalogue share."""

import pytest
from django.core.cache import caches

from tests.catalogue.factories import SourceFactory


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Forget counts that were kept while another test's records stood in the database."""
    caches["process"].clear()


@pytest.fixture
def source(db):
    """Return the city's own desk as a source."""
    return SourceFactory()
