"""Who got a place is told when and where it is, once; whose place a helper gave back is told that."""

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.catalogue.actions.overlays import ForNow, overlay_sessions
from learningcity.core.actors import operator
from learningcity.core.models import Message
from learningcity.enrolment.actions.confirming import confirm_places
from learningcity.enrolment.actions.eligibility import Applicant
from learningcity.enrolment.actions.places import cancel_enrolment, enrol
from learningcity.enrolment.models import Enrolment
from tests.enrolment.factories import enrolment, guest, intake, series_of
from tests.enrolment.test_reminders import reached
from tests.people.factories import AT, as_helper, as_self, mandate, member, organisation, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return series_of(organisation())


def confirm(at=AT):
    return confirm_places(by=operator(), at=at)


def test_who_enrols_is_told_once_when_and_where_and_how_to_cancel(run):
    ada = reached()
    (place,) = enrol(intake(run), [Applicant(ada)], by=as_self(ada), at=AT).enrolled

    assert (confirm(), confirm()) == (1, 0)

    sent = Message.objects.get()
    assert sent.subject == f"You have a place: {run.offer.title}, Monday 30 November 2026, 09:00 to 11:00"
    assert "09:00 to 11:00 and 1 more date" in sent.body
    assert run.venue.name in sent.body
    assert f"/mine/places/{place.public_id}" in sent.body
    assert f"/offers/{run.offer.public_id}/calendar.ics" in sent.body
    assert Enrolment.objects.get().told_at == AT


def test_a_guest_is_told_by_mail_and_led_to_the_link(run):
    enrolment(intake(run), guest=guest(confirmed_at=AT))

    confirm()

    sent = Message.objects.get()
    assert sent.address == "gwen@example.org"
    assert "cancel with the link" in sent.body
    assert "/mine/places/" not in sent.body


@pytest.mark.parametrize("state", ["waiting", "held", "asked", "offered", "cancelled"])
def test_who_has_no_place_is_not_told_of_one(run, state):
    enrolment(intake(run), reached(), state=state)

    assert confirm() == 0


def test_who_wants_no_messages_gets_none_and_is_not_looked_for_again(run):
    enrolment(intake(run), reached("Nia", "none"))

    assert confirm() == 0
    assert Enrolment.objects.get().told_at == AT


def test_it_says_the_place_that_holds_now(run):
    overlay_sessions(
        "flood",
        {one: ForNow(is_online=True) for one in run.sessions.all()},
        reason="Wet",
        by=operator(),
        at=AT,
    )
    enrolment(intake(run), reached())

    confirm()

    assert "Where: online" in Message.objects.get().body


def test_the_number_of_questions_does_not_grow_with_the_places(run, django_assert_num_queries):
    places = intake(run)
    for number in range(4):
        enrolment(places, reached(f"Nia{number}", "none"))

    with django_assert_num_queries(8):
        confirm()


def test_nobody_but_the_schedule_confirms():
    with pytest.raises(PermissionDenied):
        confirm_places(by=as_self(person()), at=AT)


def test_whose_place_a_helper_gives_back_is_told(run):
    ada = reached()
    place = enrolment(intake(run), ada)

    library = organisation("Library")
    helper = member(person("Hal"), library, "desk").person
    mandate(ada, library)

    cancel_enrolment(place, by=as_helper(helper, ada, library), at=AT)

    assert "A helper has given back the place of Ada" in Message.objects.get().body


def test_who_gives_a_place_back_is_not_told_what_they_did(run):
    ada = reached()
    place = enrolment(intake(run), ada)

    cancel_enrolment(place, by=as_self(ada), at=AT)

    assert not Message.objects.exists()
