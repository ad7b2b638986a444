"""Places: held, taken, given to one person or a group, given back; and every reason why not."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.core.actors import visitor
from learningcity.enrolment.actions.places import (
    Applicant,
    cancel_enrolment,
    enrol,
    hold_places,
    release_holds,
    take_places,
)
from learningcity.enrolment.actions.refusals import Full
from learningcity.enrolment.models import Enrolment
from tests.enrolment.factories import enrolment, intake
from tests.people.factories import AT, as_self, child, guardianship, person

pytestmark = pytest.mark.django_db


def test_a_person_gets_a_place():
    rosa, places = person("Rosa"), intake(places=2)

    outcome = enrol(places, [Applicant(rosa)], by=as_self(rosa), at=AT)

    (made,) = outcome.enrolled
    assert (made.state, made.person, made.number) == ("enrolled", rosa, 1)
    places.refresh_from_db()
    assert places.taken == 1


def test_whoever_finds_no_place_waits():
    rosa, places = person("Rosa"), intake(places=1)
    enrolment(places)

    outcome = enrol(places, [Applicant(rosa)], by=as_self(rosa), at=AT)

    assert [one.state for one in outcome.waiting] == ["waiting"]


def test_a_place_is_held_then_taken():
    rosa, places = person("Rosa"), intake(places=1)

    (hold,) = hold_places(places, [Applicant(rosa)], by=as_self(rosa), at=AT)
    (taken,) = take_places([hold], by=as_self(rosa), at=AT + timedelta(minutes=14))

    assert hold.until_at == AT + timedelta(minutes=15)
    assert (taken.pk, taken.state) == (hold.pk, "enrolled")
