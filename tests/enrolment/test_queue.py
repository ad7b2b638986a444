"""Waiting lists: joining, leaving, offers of places and their answers."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.core.actors import Channel, operator, visitor
from learningcity.enrolment.actions import queue
from learningcity.enrolment.actions.moves import locked, move
from learningcity.enrolment.models import Enrolment, Party
from tests.enrolment.factories import enrolment, intake
from tests.people.factories import AT, person

pytestmark = pytest.mark.django_db
TASK = operator(Channel.TASK)
HOUR = timedelta(hours=1)


def joining(of, *people, way=None, at=AT, **fields):
    """Put people on the waiting list of an intake, as one group if a way is given."""
    with transaction.atomic():
        party = Party.objects.create(intake=of, way=way, made_at=at) if way else None
        made = [
            Enrolment(intake=of, person=one, party=party, asked_at=at, changed_at=at, **fields)
            for one in people
        ]
        return queue.join_queue(locked(of), made, by=TASK, at=at)


def giving(of, at=AT):
    """Give what is free."""
    with transaction.atomic():
        return queue.give_free_places(locked(of), by=TASK, at=at)


def events(of):
    """Return what the published list says, in order."""
    return list(of.events.order_by("number").values_list("kind", "token"))


def test_a_place_that_becomes_free_is_offered_to_whoever_came_first():
    of = intake(places=1)
    first = enrolment(of)
    second, third = (joining(of, person())[0] for _ in range(2))

    assert giving(of) == []
    with transaction.atomic():
        move(first, "cancelled", intake=locked(of), by=TASK, at=AT)
    assert giving(of) == [second]

    second.refresh_from_db()
    assert (second.state, second.until_at) == ("offered", AT + timedelta(hours=48))
    assert events(of) == [
        ("joined", second.token), ("joined", third.token), ("room", ""), ("offered", second.token),
    ]  # fmt: skip


def test_a_group_that_keeps_together_is_passed_over_until_it_fits_and_keeps_its_turn():
    of = intake(places=1)
    pair = joining(of, person(), person(), way="all")
    single = joining(of, person())[0]

    assert giving(of) == [single]
    of.places = 3
    of.save(update_fields=["places"])

    of.refresh_from_db()
    assert giving(of) == pair


def test_a_declined_place_moves_on_at_once_and_a_group_answers_as_one():
    of = intake(places=2)
    pair = joining(of, person(), person(), way="all")
    giving(of)
    next_one = joining(of, person())[0]

    queue.decline_offer(pair[0], by=TASK, at=AT + HOUR)

    states = list(of.enrolments.order_by("number").values_list("state", flat=True))
    assert states == ["declined", "declined", "offered"]
    assert queue.accept_offer(next_one, by=TASK, at=AT + 2 * HOUR) == [next_one]


def test_nobody_answers_for_another():
    of = intake(places=1)
    one = joining(of, person())[0]
    giving(of)

    for action in (queue.accept_offer, queue.decline_offer, queue.leave_queue):
        with pytest.raises(PermissionDenied):
            action(one, by=visitor(), at=AT)


def test_an_answer_after_the_deadline_says_that_the_place_has_moved_on():
    of = intake(places=1)
    one = joining(of, person())[0]
    giving(of)

    with pytest.raises(queue.OfferOver):
        queue.accept_offer(one, by=TASK, at=AT + timedelta(hours=48))
