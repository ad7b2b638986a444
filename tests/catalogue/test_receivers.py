"""What the catalogue does when the city or an organisation has news."""

import pytest

from learningcity.catalogue.actions.search_index import follow_changes, rebuild_search_index
from learningcity.catalogue.models import SearchChange
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.search import search
from learningcity.city.actions import add_venue, load_bundle
from learningcity.city.models import Venue
from learningcity.core.actors import operator
from learningcity.people.actions import change_organisation
from tests.catalogue.factories import MONDAY, OfferFactory, SeriesFactory, SessionFactory
from tests.city.bundles import guide_example


def found(words: str) -> list[int]:
    """Return the offers that a search for these words finds."""
    return [row.offer_id for row in search(Criteria(words=words), at=MONDAY).rows]


def follow() -> int:
    """Bring the index up to date."""
    return follow_changes(by=operator(), at=MONDAY)


@pytest.fixture
def hall(db):
    """Add a hall, which can be added again with another name."""

    def add(name: str) -> Venue:
        return add_venue("city", "hall", name=name, kind="other", by=operator(), at=MONDAY)

    return add


def test_an_offer_is_found_under_the_new_name_of_its_place(hall):
    offer = SeriesFactory(venue=hall("Assembly House")).offer
    guest = SessionFactory(series__venue=None, venue=hall("Assembly House")).series.offer
    rebuild_search_index(by=operator(), at=MONDAY)

    hall("Lighthouse")
    follow()

    assert sorted(found("lighthouse")) == sorted([offer.pk, guest.pk])
    assert found("assembly") == []


def test_offers_elsewhere_are_not_read_anew_nor_when_the_place_stays_the_same(hall):
    SeriesFactory(venue=hall("Assembly House"))
    OfferFactory()
    elsewhere = SeriesFactory().offer

    hall("Assembly House")
    assert not SearchChange.objects.exists()

    hall("Lighthouse")
    assert elsewhere.pk not in SearchChange.objects.values_list("offer_id", flat=True)
    assert SearchChange.objects.count() == 1


def test_a_second_loading_of_the_city_brings_new_names_of_places_into_the_search(db, tmp_path):
    bundle = guide_example(tmp_path / "tiny")
    load_bundle(bundle.path, by=operator(), at=MONDAY)
    offer = SeriesFactory(venue=Venue.objects.get(kind="library")).offer
    rebuild_search_index(by=operator(), at=MONDAY)
    bundle.change("tiny.osm", 'v="West Library"', 'v="Lighthouse"')

    load_bundle(bundle.path, by=operator(), at=MONDAY)
    follow()

    assert found("lighthouse") == [offer.pk]


def test_loading_the_same_city_again_leaves_the_search_alone(db, tmp_path):
    bundle = guide_example(tmp_path / "tiny")
    load_bundle(bundle.path, by=operator(), at=MONDAY)
    SeriesFactory(venue=Venue.objects.get(kind="library"))

    load_bundle(bundle.path, by=operator(), at=MONDAY)

    assert not SearchChange.objects.exists()


def test_an_offer_is_found_under_the_new_name_of_its_provider(db):
    offer = SeriesFactory().offer
    elsewhere = OfferFactory()
    rebuild_search_index(by=operator(), at=MONDAY)
    organisation = offer.provider.organisation
    OfferFactory(provider=elsewhere.provider)

    change_organisation(organisation, name="Lighthouse", by=operator(), at=MONDAY)
    assert list(SearchChange.objects.values_list("offer_id", flat=True)) == [offer.pk]
    follow()

    assert found("lighthouse") == [offer.pk]
