"""What a place shows of what can be learned there."""

from datetime import timedelta

import pytest

from learningcity.catalogue.actions.overlays import ForNow, overlay_sessions
from learningcity.catalogue.queries.venue_offers import offers_at
from learningcity.core.actors import operator
from tests.catalogue.factories import MONDAY, OfferFactory, SeriesFactory, SessionFactory, VenueFactory

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


def shown(venue, size=8):
    return [
        (card.pk, card.next_session and card.next_session.starts_at)
        for card in offers_at(venue.pk, at=MONDAY, language="en", size=size)
    ]


def test_an_offer_shows_its_next_date_at_this_place_and_not_one_elsewhere():
    library, hall = VenueFactory(), VenueFactory()
    series = SeriesFactory(venue=library)
    SessionFactory(series=series, venue=hall, starts_at=MONDAY + WEEK)
    here = SessionFactory(series=series, venue=library, starts_at=MONDAY + 2 * WEEK)

    assert shown(library) == [(series.offer_id, here.starts_at)]


def test_an_offer_without_a_date_here_is_not_shown():
    library = VenueFactory()
    series = SeriesFactory(venue=library)
    SessionFactory(series=series, venue=VenueFactory())
    SessionFactory(series=series, venue=library, is_online=True)
    SessionFactory(series=series, venue=library, status="cancelled")
    SessionFactory(series=series, venue=library, starts_at=MONDAY - WEEK)

    assert shown(library) == []


def test_each_offer_is_shown_once_the_soonest_first_then_those_without_hours():
    library = VenueFactory()
    late, soon = SeriesFactory(venue=library), SeriesFactory(venue=library)
    for number in range(3):
        SessionFactory(series=late, starts_at=MONDAY + (number + 2) * WEEK)
        SessionFactory(series=soon, starts_at=MONDAY + (number + 1) * WEEK)
    days = SeriesFactory(venue=library, runs_from_on=MONDAY.date(), runs_until_on=(MONDAY + WEEK).date())
    SeriesFactory(venue=library, offer=OfferFactory(is_published=False), runs_until_on=MONDAY.date())

    assert [pk for pk, _start in shown(library)] == [soon.offer_id, late.offer_id, days.offer_id]
    assert len(shown(library, size=1)) == 1


def test_what_is_held_elsewhere_for_now_is_shown_where_it_is_held():
    library, hall = VenueFactory(), VenueFactory()
    session = SessionFactory(series=SeriesFactory(venue=library), starts_at=MONDAY + WEEK)

    overlay_sessions("flood", {session: ForNow(venue=hall)}, reason="Wet", by=operator(), at=MONDAY)

    assert shown(library) == []
    assert shown(hall) == [(session.series.offer_id, session.starts_at)]
