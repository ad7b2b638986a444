"""What invented residents did in two years: plausible, uneven as surveys find it, the same each time."""

import random
from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest

from learningcity.catalogue.models import Offer
from learningcity.demo.drawing import draw_offers
from learningcity.demo.history import draw_history, past_runs, with_past_runs
from learningcity.demo.residents import draw_residents
from learningcity.demo.subjects import organisations, subjects, translations
from tests.demo.test_drawing import CLOCK, PLACES
from tests.demo.test_residents import AREAS, TODAY

pytestmark = pytest.mark.once

BEFORE = datetime.combine(CLOCK.monday, time(), UTC)


@pytest.fixture(scope="module")
def offers():
    rng = random.Random(1)
    drawn = draw_offers(PLACES, organisations(), subjects(), translations(), clock=CLOCK, rng=rng)
    return list(with_past_runs(drawn, rng=random.Random(2)))


@pytest.fixture(scope="module")
def residents():
    return draw_residents(AREAS, count=4000, today=TODAY, rng=random.Random(1))


def draw(residents, offers):
    runs = past_runs(offers, before=BEFORE)
    return list(draw_history(residents, runs, clock=CLOCK, rng=random.Random(3)))


@pytest.fixture(scope="module")
def taken(residents, offers):
    return draw(residents, offers)


def share(residents, taken, *, kind, value):
    took = {one.resident for one in taken}
    group = [one for one in residents if one.characteristics.get(kind) == value]
    return sum(one.number in took for one in group) / len(group)


def test_past_runs_stand_before_those_that_come_and_keep_the_hour_of_the_wall(offers):
    past = [(one, run) for one in offers for run in one.series if run.key.startswith("past-")]

    assert len(past) > 500
    for offer, run in past:
        own = next(series for series in offer.series if not series.key.startswith("past-"))
        assert [s.starts.time() for s in run.sessions] == [s.starts.time() for s in own.sessions]
        assert max(s.starts.date() for s in run.sessions) < CLOCK.monday
        assert min(s.starts.date() for s in run.sessions) > CLOCK.monday - timedelta(weeks=110)


def test_two_years_hold_thousands_of_enrolments(taken):
    assert 2000 < len(taken) < 12_000
    assert Counter(one.state for one in taken).keys() == {"enrolled", "cancelled"}
    assert {state for one in taken for state in one.present.values()} == {"present", "absent"}


def test_the_history_is_the_same_each_time(taken, residents, offers):
    assert draw(residents, offers) == taken


def test_nobody_is_in_two_places_on_one_day(taken):
    days = Counter((one.resident, day) for one in taken for day in {start.date() for start in one.run.starts})

    assert max(days.values()) == 1


@pytest.mark.parametrize(
    ("kind", "less", "more"),
    [
        ("qualification", "isced_0_2", "isced_5_8"),
        ("work", "unable", "employed"),
        ("income", "low", "high"),
        ("disability", "yes", "none"),
    ],
)
def test_those_who_need_it_most_take_part_least(residents, taken, kind, less, more):
    assert share(residents, taken, kind=kind, value=less) < share(residents, taken, kind=kind, value=more)


def test_offers_are_taken_by_people_of_their_ages(residents, offers, taken):
    ages = {one.number: one.age(CLOCK.monday) for one in residents}
    audience = {one.key: one.audience for one in offers}

    children = [one for one in taken if audience[one.run.offer] == Offer.Audience.CHILDREN]
    assert children
    assert max(ages[one.resident] for one in children) <= 15
