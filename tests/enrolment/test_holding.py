"""How often somebody may hold places: who gives one back and holds it again keeps it from others, too."""

from datetime import timedelta

import pytest

from learningcity.enrolment.actions.places import Applicant, cancel_enrolment, enrol, hold_places
from learningcity.enrolment.actions.refusals import HeldTooOften
from learningcity.enrolment.models import Enrolment
from tests.enrolment.factories import intake
from tests.people.factories import AT, as_self, child, guardianship, person

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def rosa():
    return person("Rosa")


def hold(places, *people, at):
    return hold_places(places, [Applicant(one) for one in people], by=as_self(people[0]), at=at)


def hold_and_give_back(places, who, times=10):
    """Hold a place and give it back, once a minute."""
    for number in range(times):
        (one,) = hold(places, who, at=AT + number * MINUTE)
        cancel_enrolment(one, by=as_self(who), at=AT + number * MINUTE)


def test_nobody_holds_a_place_again_and_again(rosa):
    places = intake(places=1)
    hold_and_give_back(places, rosa)

    with pytest.raises(HeldTooOften, match="Wait an hour") as refused:
        hold(places, rosa, at=AT + 10 * MINUTE)

    assert refused.value.step.args == (str(places.series.offer.public_id),)
    places.refresh_from_db()
    assert (places.taken, Enrolment.objects.filter(state="held").count()) == (0, 0)


def test_it_makes_no_difference_where_the_places_were_held(rosa):
    hold_and_give_back(intake(), rosa, times=5)
    hold_and_give_back(intake(), rosa, times=5)

    with pytest.raises(HeldTooOften):
        hold(intake(), rosa, at=AT + 10 * MINUTE)


def test_somebody_who_held_too_often_still_takes_a_place_and_others_hold_theirs(rosa):
    places = intake(places=2)
    hold_and_give_back(places, rosa)

    assert hold(places, person(), at=AT + 10 * MINUTE)
    assert enrol(places, [Applicant(rosa)], by=as_self(rosa), at=AT + 10 * MINUTE).enrolled


def test_after_an_hour_one_can_hold_again(rosa):
    places = intake(places=1)
    hold_and_give_back(places, rosa)

    assert hold(places, rosa, at=AT + 61 * MINUTE)


def test_of_a_family_each_counts_alone(rosa):
    kits = [child(f"Kit {number}") for number in range(3)]
    for kit in kits:
        guardianship(kit, rosa)
    places = intake(places=4)

    for number in range(3):
        for one in hold(places, rosa, *kits, at=AT + number * MINUTE):
            cancel_enrolment(one, by=as_self(rosa), at=AT + number * MINUTE)

    assert len(hold(places, rosa, *kits, at=AT + 10 * MINUTE)) == 4
