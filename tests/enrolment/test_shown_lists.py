"""From when on a waiting list is shown to everybody: when five have stood on it, not five times one."""

import pytest

from learningcity.core.actors import visitor
from learningcity.enrolment.actions.queue import leave_queue
from learningcity.enrolment.models import Enrolment
from learningcity.enrolment.permissions.queue import can_see_list
from tests.enrolment.factories import guest, intake
from tests.enrolment.test_queue import TASK, joining
from tests.people.factories import AT, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    return intake(places=0)


def is_shown(places):
    return can_see_list(visitor(), places, AT)


def come_and_go(places, *people, **more):
    """Let people join the list together or alone, and leave it."""
    for one in joining(places, *people, **more):
        leave_queue(one, by=TASK, at=AT)


def test_a_list_is_shown_once_five_have_stood_on_it_whoever_left(places):
    for _number in range(4):
        come_and_go(places, person())
    assert not is_shown(places)

    joining(places, person())

    assert is_shown(places)


def test_one_who_joins_and_leaves_again_and_again_counts_once(places):
    rosa = person("Rosa")
    for _number in range(6):
        come_and_go(places, rosa)
    come_and_go(places, *(rosa, person()), way="any")

    assert not is_shown(places)


def test_a_family_counts_once_also_when_one_of_them_comes_alone(places):
    family = [person() for _number in range(5)]
    come_and_go(places, *family, way="all")
    come_and_go(places, *family[:3], way="any")
    come_and_go(places, family[4])
    for _number in range(3):
        joining(places, person())
    assert not is_shown(places)

    joining(places, person())

    assert is_shown(places)


def test_one_address_counts_once_whatever_name_it_gives(places):
    for number in range(5):
        (made,) = joining(places, None, guest=guest(f"Gwen {number}", confirmed_at=AT))
        leave_queue(made, by=TASK, at=AT)

    assert not is_shown(places)


def test_who_was_erased_counts_on_as_far_as_it_is_certain(places):
    rosa = person("Rosa")
    for _number in range(5):
        come_and_go(places, rosa)
    Enrolment.objects.update(person=None)
    assert not is_shown(places)

    for _number in range(5):
        joining(places, person())
    Enrolment.objects.update(person=None)

    assert is_shown(places)


def test_how_many_steps_a_list_has_makes_no_difference_to_the_questions(places, django_assert_num_queries):
    for _number in range(4):
        come_and_go(places, person())
    with django_assert_num_queries(1):
        can_see_list(visitor(), places, AT)
