"""A form on paper says beforehand what to do if all places are taken; that is obeyed."""

import pytest
from django.urls import reverse

from learningcity.enrolment.actions.eligibility import Applicant
from learningcity.enrolment.actions.places import enrol
from learningcity.enrolment.actions.refusals import Full
from tests.enrolment.factories import enrolment, intake
from tests.enrolment.test_pages_places import at_a_desk, open_intake, states, words
from tests.people.factories import AT, as_self, child, guardianship, person

pytestmark = pytest.mark.django_db


def entered(client, of, **said):
    """Print the form for a person at the desk, and enter it."""
    at_a_desk(client, person("Rosa Rivers"))
    printed = client.post(
        reverse("people:paper_print"), {"print": "enrolment.enrol", "print_subject": str(of.public_id)}
    )
    code = printed.url.rsplit("/", 1)[1]
    form = client.post(reverse("people:desk_paper"), {"code": code})
    return client.post(form.url, {"act": "join", "paper": code, **said}, follow=True)


@pytest.fixture
def full():
    of = open_intake(places=1)
    enrolment(of, person("Ben"))
    return of


def test_who_ticked_the_box_joins_the_waiting_list(client, full):
    entered(client, full, waits="on")

    assert ("Rosa Rivers", "waiting") in states(full)


def test_who_did_not_tick_it_is_not_put_on_the_list_and_the_desk_is_told(client, full):
    answer = entered(client, full)

    assert answer.status_code == 400
    assert "If all places are taken, put me on the waiting list." in words(answer)
    assert [name for name, _state in states(full)] == ["Ben"]


def test_on_a_screen_nobody_is_asked(client):
    of = open_intake()
    at_a_desk(client, person("Rosa Rivers"))

    assert "put me on the waiting list." not in words(
        client.get(reverse("enrolment:enrol", args=[of.public_id]))
    )


def test_of_a_family_those_find_places_for_whom_there_are_and_nobody_waits():
    rosa, kit = person("Rosa"), child("Kit")
    guardianship(kit, rosa)
    of = intake(places=1, checks_age=False)

    found = enrol(of, [Applicant(rosa), Applicant(kit)], way="any", waits=False, by=as_self(rosa), at=AT)

    assert ([one.person for one in found.enrolled], found.waiting) == ([rosa], [])
    assert [type(why) for _who, why in found.refused] == [Full]


def test_a_list_that_is_drawn_is_joined_all_the_same():
    rosa = person("Rosa")
    of = intake(places=1, rule="draw", draws_at=AT, seed="0" * 64, seed_digest="x")

    found = enrol(of, [Applicant(rosa)], waits=False, by=as_self(rosa), at=AT)

    assert len(found.waiting) == 1
