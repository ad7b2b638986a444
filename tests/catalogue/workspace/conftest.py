"""What tests of the workspace share: a provider, its editor, and an offer that was published."""

import pytest
from django.core.cache import caches

from learningcity.city.models import City
from learningcity.people.models import Membership
from tests.catalogue.factories import MONDAY, OfferFactory, ProviderFactory
from tests.people.factories import as_member, login, member, person


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Forget what was kept while another test's records stood in the database."""
    caches["process"].clear()


@pytest.fixture
def provider(db):
    """Return an association that offers."""
    return ProviderFactory()


@pytest.fixture
def membership(provider):
    """Return the role of an editor of the association."""
    who = person("Ada Editor")
    login(who)
    return member(who, provider.organisation, Membership.Role.EDITOR)


@pytest.fixture
def editor(membership):
    """Return the editor as an actor."""
    return as_member(membership)


@pytest.fixture
def offer(provider):
    """Return an offer that everybody sees, without dates."""
    return OfferFactory(provider=provider, title="Pottery")


@pytest.fixture
def a_city(db):
    """Return a city of which the country is known."""
    return City.objects.create(
        pk=1, name="Kettlewick", country="GB", time_zone="Europe/London", languages=["en", "cy"],
        currency="GBP", lat=51.58, lon=-3.0, bundle_digest="0" * 64, loaded_at=MONDAY,
    )  # fmt: skip
