"""Never oversold, never undersold: real threads, real processes, and any order of what can happen."""

import multiprocessing
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learningcity.core.actors import Channel, operator
from learningcity.enrolment.actions.intakes import change_intake
from learningcity.enrolment.actions.places import (
    Applicant,
    cancel_enrolment,
    enrol,
    hold_places,
    release_holds,
    take_places,
)
from learningcity.enrolment.actions.queue import accept_offer, decline_offer, lapse_offers
from learningcity.enrolment.actions.refusals import NotPossible
from learningcity.enrolment.models import LIVING, TAKING, Enrolment, Intake, StatusChange
from learningcity.enrolment.queries.consequences import consequences
from learningcity.enrolment.queries.intake_drafts import draft_of
from learningcity.enrolment.queries.places import miscounted_intakes
from tests.enrolment.factories import intake
from tests.people.factories import AT, as_self, person

BY = operator(Channel.TASK)


def run_together(*acts):
    """Run acts at one moment, each in a thread and with a connection of its own; return what came of them."""
    both, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        try:
            both.wait(20)
            outcomes.append(act())
        except NotPossible as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def enrolling(places, who):
    def act():
        outcome = enrol(places, [Applicant(who)], by=as_self(who), at=AT)
        return "enrolled" if outcome.enrolled else "waiting"

    return act


def holding(places, who):
    return lambda: hold_places(places, [Applicant(who)], by=as_self(who), at=AT)[0].state


@pytest.mark.django_db(transaction=True)
def test_the_last_places_are_sold_once_and_all_of_them():
    places, people = intake(places=5), [person() for _number in range(16)]

    came = run_together(*(enrolling(places, who) for who in people))

    assert sorted(came) == ["enrolled"] * 5 + ["waiting"] * 11
    places.refresh_from_db()
    assert (places.taken, places.last_number) == (5, 16)
    assert not miscounted_intakes().exists()


@pytest.mark.django_db(transaction=True)
def test_the_last_places_are_held_once():
    places, people = intake(places=3), [person() for _number in range(10)]

    came = run_together(*(holding(places, who) for who in people))

    assert sorted(came) == ["full"] * 7 + ["held"] * 3
    places.refresh_from_db()
    assert places.taken == 3


@pytest.mark.django_db(transaction=True)
def test_one_person_at_two_screens_gets_one_place():
    places, who = intake(places=9), person()

    came = run_together(*[enrolling(places, who)] * 5)

    assert sorted(came) == ["already_enrolled"] * 4 + ["enrolled"]


@pytest.mark.django_db(transaction=True)
def test_a_place_given_back_twice_is_free_once():
    places, people = intake(places=1), [person() for _number in range(3)]
    mine = enrol(places, [Applicant(people[0])], by=BY, at=AT).enrolled[0]
    waiting = [enrol(places, [Applicant(who)], by=BY, at=AT).waiting[0] for who in people[1:]]

    came = run_together(*[lambda: cancel_enrolment(mine, by=as_self(people[0]), at=AT).state] * 4)

    assert sorted(came) == ["already_over"] * 3 + ["cancelled"]
    states = [Enrolment.objects.get(pk=one.pk).state for one in waiting]
    assert states == ["offered", "waiting"]
    assert not miscounted_intakes().exists()


@pytest.mark.django_db(transaction=True)
def test_giving_back_and_enrolling_at_one_moment_leave_no_place_empty():
    places, people = intake(places=4), [person() for _number in range(12)]
    there = [enrol(places, [Applicant(who)], by=BY, at=AT).enrolled[0] for who in people[:4]]

    run_together(
        *(lambda one=one: cancel_enrolment(one, by=BY, at=AT).state for one in there),
        *(enrolling(places, who) for who in people[4:]),
    )

    places.refresh_from_db()
    assert places.taken == 4
    assert not miscounted_intakes().exists()


def in_a_process(places, people, barrier, answers):
    """Enrol some people, in a process of its own."""
    connections.close_all()
    barrier.wait(60)
    answers.put([enrolling(places, who)() for who in people])
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_processes_do_not_oversell_either():
    places, people = intake(places=7), [person() for _number in range(16)]
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(4), context.Queue()
    connections.close_all()
    processes = [
        context.Process(target=in_a_process, args=(places, people[part::4], barrier, answers))
        for part in range(4)
    ]
    for process in processes:
        process.start()

    came = [one for _process in processes for one in answers.get(timeout=60)]
    for process in processes:
        process.join(30)

    assert sorted(came) == ["enrolled"] * 7 + ["waiting"] * 9
    assert not miscounted_intakes().exists()


# Any order of what can happen


ACTS = ("enrol", "family", "any", "hold", "take", "cancel", "accept", "decline", "later", "more", "fewer")


class Story:
    """An intake, some people, and what happens to them; after each act the promises hold."""

    def __init__(self, places, companions, full):
        self.intake = intake(
            places=places, companions_take_places=companions, hold_minutes=15, answer_hours=1
        )
        self.people = [person(f"P{number}") for number in range(7)]
        self.at = AT
        for number in range(full):
            self.happen("enrol", number)

    def happen(self, act, number):
        """Let something happen, or be refused by name."""
        try:
            getattr(self, act)(number)
        except NotPossible:
            return

    def someone(self, number):
        return Applicant(self.people[number % 7], companions=number % 2)

    def enrol(self, number):
        enrol(self.intake, [self.someone(number)], by=BY, at=self.at)

    def family(self, number):
        enrol(self.intake, [self.someone(number), self.someone(number + 1)], by=BY, at=self.at)

    def any(self, number):
        group = [self.someone(number + other) for other in range(3)]
        enrol(self.intake, group, way="any", by=BY, at=self.at)

    def hold(self, number):
        hold_places(self.intake, [self.someone(number)], by=BY, at=self.at)

    def one_of(self, number, *states):
        rows = list(Enrolment.objects.filter(intake=self.intake, state__in=states).order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def take(self, number):
        one = self.one_of(number, "held")
        return one and take_places([one], by=BY, at=self.at)

    def cancel(self, number):
        one = self.one_of(number, *LIVING)
        return one and cancel_enrolment(one, by=BY, at=self.at)

    def accept(self, number):
        one = self.one_of(number, "offered")
        return one and accept_offer(one, by=BY, at=self.at)

    def decline(self, number):
        one = self.one_of(number, "offered")
        return one and decline_offer(one, by=BY, at=self.at)

    def later(self, number):
        """Let time pass, and the schedule with it."""
        self.at += timedelta(minutes=20 * (number % 5))
        release_holds(self.intake, by=BY, at=self.at)
        lapse_offers(self.intake, by=BY, at=self.at)

    def more(self, number):
        self.change((self.now().places or 0) + number % 3)

    def fewer(self, number):
        self.change((self.now().places or 0) - number % 3)

    def change(self, places):
        now_is = self.now()
        draft = replace(draft_of(now_is), places=places)
        seen = consequences(now_is, draft, self.at).digest
        change_intake(now_is, draft, seen=seen, by=BY, at=self.at)

    def now(self):
        return Intake.objects.get(pk=self.intake.pk)

    def keeps_its_promises(self):
        """Nothing is oversold, miscounted or left empty; the history says what is."""
        now_is = self.now()
        rows = Enrolment.objects.filter(intake=now_is)
        taking = rows.filter(state__in=TAKING).aggregate(total=Sum("places", default=0))["total"]
        assert taking == now_is.taken <= now_is.places
        assert not miscounted_intakes().exists()
        self.leaves_nothing_empty(now_is)
        for one in rows:
            assert StatusChange.objects.filter(enrolment=one).order_by("pk").last().state == one.state

    def leaves_nothing_empty(self, now_is):
        """Whoever waits does not fit: alone, or the whole of a group that keeps together."""
        waiting = Enrolment.objects.filter(intake=now_is, state="waiting").select_related("party")
        units = {}
        for one in waiting:
            together = one.party is not None and one.party.way == "all"
            units.setdefault(("party", one.party_id) if together else ("one", one.pk), []).append(one.places)
        assert all(sum(unit) > now_is.places - now_is.taken for unit in units.values())


@pytest.mark.django_db
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.integers(1, 5),
    companions=st.booleans(),
    full=st.integers(0, 5),
    acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 20)), min_size=3, max_size=12),
)
def test_whatever_happens_places_are_neither_oversold_nor_left_empty(places, companions, full, acts):
    story = Story(places, companions, full)

    for act, number in acts:
        story.happen(act, number)
        story.keeps_its_promises()
