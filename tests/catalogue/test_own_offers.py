"""A provider's way to its own offers."""

import pytest

from tests.catalogue.factories import OfferFactory
from tests.people.factories import login, member, organisation, sign_in

pytestmark = pytest.mark.django_db
PAGE = "/catalogue"


def test_a_provider_sees_its_own_offers_and_the_way_to_its_page(client):
    offer = OfferFactory()
    provider = offer.provider
    sign_in(client, member(login().person, provider.organisation).person.login)

    page = client.get(PAGE).content.decode()

    assert offer.title in page
    assert provider.get_absolute_url() in page


def test_a_provider_without_offers_is_told_so(client):
    sign_in(client, member(login().person, organisation()).person.login)

    assert "offers nothing here yet" in client.get(PAGE).content.decode()


def test_residents_and_visitors_have_no_offers_of_their_own(client):
    assert client.get(PAGE).status_code == 302
    sign_in(client, login())
    assert client.get(PAGE).status_code == 403
