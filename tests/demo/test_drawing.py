"""What is drawn for the demonstration: the same each time, plausible, and invented."""

import random
from collections import Counter
from datetime import date

import pytest

from learningcity.catalogue.models import Offer
from learningcity.city.models import Venue
from learningcity.demo.drawing import Clock, Place, draw_offers
from learningcity.demo.subjects import organisations, subjects, translations

pytestmark = pytest.mark.once

CLOCK = Clock(date(2026, 11, 23), "Europe/London")
PLACES = [Place(number, kind) for number, kind in enumerate(Venue.Kind.values * 4)]


def draw(seed=1):
    return list(
        draw_offers(PLACES, organisations(), subjects(), translations(), clock=CLOCK, rng=random.Random(seed))
    )


@pytest.fixture(scope="module")
def offers():
    return draw()


def test_the_same_seed_draws_the_same_city(offers):
    assert draw() == offers
    assert draw(seed=2) != offers


def test_there_are_about_fifteen_hundred_offers_and_six_thousand_sessions(offers):
    sessions = sum(len(series.sessions) for offer in offers for series in offer.series)

    assert len(offers) == pytest.approx(1500, abs=30)
    assert sessions == pytest.approx(6000, rel=0.1)


def test_keys_name_one_offer_each(offers):
    assert max(Counter(offer.key for offer in offers).values()) == 1


def test_every_subject_is_known_to_the_catalogue():
    for subject in subjects():
        assert subject.field in Offer.Field.values
        assert subject.form in Offer.LearningForm.values
        assert subject.level in Offer.Level.values
        assert subject.audience in Offer.Audience.values
        assert subject.places <= set(Venue.Kind.values)


def test_every_subject_is_taught_somewhere(offers):
    taught = [offer.title for offer in offers] + [text.title for offer in offers for text in offer.texts]

    assert [s.title for s in subjects() if not any(title.startswith(s.title) for title in taught)] == []


def test_prices_are_free_or_fall_for_those_who_have_less(offers):
    for offer in offers:
        full = offer.prices[0]
        assert full.group == "everyone"
        assert all(0 <= price.cents <= full.cents for price in offer.prices)
    free = sum(offer.prices[0].cents == 0 for offer in offers)
    assert 0.3 < free / len(offers) < 0.8


def test_access_is_said_denied_and_often_not_known(offers):
    on_site = [offer for offer in offers if offer.mode != "online"]
    said = Counter(fact.is_there for offer in on_site for fact in offer.access if fact.feature == "step_free")

    assert said[True] > said[False] > 0
    assert sum(said.values()) < 0.9 * len(on_site)


def test_children_are_not_taught_at_night(offers):
    hours = [
        session.starts.hour
        for offer in offers
        if offer.audience == "children"
        for series in offer.series
        for session in series.sessions
    ]

    assert max(hours) <= 16


def test_translations_belong_to_subjects_that_are_taught():
    assert set(translations()) <= {subject.title for subject in subjects()}


def test_a_city_without_places_has_no_offers():
    drawn = draw_offers([], organisations(), subjects(), {}, clock=CLOCK, rng=random.Random(1))

    assert list(drawn) == []
