"""Today is the day on the city's clock, wherever the machine stands."""

from datetime import UTC, date, datetime

import pytest

from learningcity.catalogue.actions.freshness import ask_for_confirmation
from learningcity.catalogue.actions.offers import confirm_offer
from learningcity.catalogue.models import Freshness, Offer
from learningcity.city.models import City
from learningcity.core.actors import operator
from learningcity.people.actions.roles import appoint_member
from learningcity.people.models import Membership
from learningcity.people.queries.actors import has_role
from tests.catalogue.factories import MONDAY, OfferFactory, OrganisationFactory, ProviderFactory
from tests.city.small import small_city
from tests.people.factories import as_member, member, person

pytestmark = pytest.mark.django_db
MONDAY_EVENING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
"""Half past eight on Monday in New York, where it is not Tuesday yet."""
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def new_york(db):
    small_city(MONDAY)
    City.objects.update(time_zone="America/New_York")


def test_an_offer_is_confirmed_on_the_day_of_the_city():
    offer = OfferFactory(confirmed_on=date(2025, 1, 1))

    confirm_offer(offer, by=operator(), at=MONDAY_EVENING)

    assert Offer.objects.get().confirmed_on == TODAY


def test_an_offer_is_asked_about_on_the_day_of_the_city():
    school = OrganisationFactory(name="River School", email="office@river.example")
    OfferFactory(provider=ProviderFactory(organisation=school), confirmed_on=date(2025, 1, 1))

    ask_for_confirmation(by=operator(), at=MONDAY_EVENING)

    assert Freshness.objects.get().reminded_on == TODAY


def test_a_role_begins_and_ends_with_the_day_of_the_city():
    held = member(from_on=date(2026, 1, 1), until_on=TODAY)
    actor = as_member(held)

    assert has_role(actor, held.role, at=MONDAY_EVENING)
    assert not has_role(actor, held.role, at=datetime(2026, 11, 24, 5, 30, tzinfo=UTC))


def test_a_role_given_in_the_evening_holds_at_once():
    boss = member()
    office = boss.organisation

    given = appoint_member(
        person("New Helper"), office, Membership.Role.OFFICER, by=as_member(boss), at=MONDAY_EVENING
    )

    assert given.from_on == TODAY
    assert has_role(as_member(given), given.role, at=MONDAY_EVENING)
