"""A new address of a place holds for dates to come; what is over was held where it was held."""

from datetime import timedelta

import pytest

from learningcity.catalogue.models import PlaceBefore, Session
from learningcity.catalogue.queries.past_places import as_held
from learningcity.city.actions import add_venue
from learningcity.core.actors import operator
from tests.catalogue.factories import MONDAY, SeriesFactory, SessionFactory

pytestmark = pytest.mark.django_db


def moved(name, address, at):
    return add_venue("desk", "hall", name=name, kind="other", address=address, by=operator(), at=at)


def test_past_dates_keep_the_address_their_place_had(offer):
    hall = moved("Old Hall", "1 Quay", MONDAY)
    series = SeriesFactory(offer=offer, venue=hall)
    for weeks in (1, 3, 5):
        SessionFactory(series=series, starts_at=MONDAY + timedelta(weeks=weeks))

    moved("Old Hall", "2 Hill", MONDAY + timedelta(weeks=2))
    moved("New Hall", "2 Hill", MONDAY + timedelta(weeks=4))
    moved("New Hall", "2 Hill", MONDAY + timedelta(weeks=4))

    dates = as_held(list(Session.objects.select_related("venue").order_by("starts_at")))
    assert [(one.venue.name, one.venue.address) for one in dates] == [
        ("Old Hall", "1 Quay"), ("Old Hall", "2 Hill"), ("New Hall", "2 Hill"),
    ]  # fmt: skip


def test_nothing_is_kept_of_a_place_where_nothing_was_held(offer):
    hall = moved("Hall", "1 Quay", MONDAY)
    SessionFactory(series=SeriesFactory(offer=offer, venue=hall), starts_at=MONDAY + timedelta(weeks=9))

    moved("Hall", "2 Hill", MONDAY + timedelta(weeks=1))

    assert not PlaceBefore.objects.exists()
