"""Accounts at rest: warned twice with time to come back, then anonymous; and periods that are kept."""

from datetime import date, timedelta

import pytest
from axes.models import AccessAttempt
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learningcity.core.actors import Channel, operator
from learningcity.core.models import Message
from learningcity.core.schedule import jobs
from learningcity.people.actions.rest import settle_person, settle_resting
from learningcity.people.actions.retention import delete_overdue
from learningcity.people.models import (
    Characteristic,
    ErasureReceipt,
    Lookup,
    Mandate,
    Person,
    Pseudonym,
)
from learningcity.people.queries.rest import FIRST_WARNING, LAST_WARNING, REST, next_step
from learningcity.people.signals import person_last_active
from tests.people.everything import everything
from tests.people.factories import (
    AT,
    as_self,
    guardianship,
    login,
    mandate,
    member,
    organisation,
    person,
)

pytestmark = pytest.mark.django_db
TASK = operator(Channel.TASK)
LONG_AGO = (AT - REST).date()


def sleeper(rested=REST, **fields):
    """Return somebody who was last here so long ago."""
    return person(last_active_on=(AT - rested).date(), at=AT - rested, **fields)


def settle(at=AT):
    return dict(settle_resting(by=TASK, at=at))


def test_whoever_was_here_lately_is_left_alone():
    person(last_active_on=AT.date())
    sleeper(REST - FIRST_WARNING - timedelta(days=1))

    assert settle() == {}
    assert not Message.objects.exists()


def test_a_long_rest_is_warned_of_twice_then_made_anonymous():
    rosa = sleeper(REST - FIRST_WARNING)
    login(rosa, "rosa@example.org")

    assert settle() == {"first": 1}
    assert settle(AT + timedelta(days=45)) == {"": 1}
    assert settle(AT + timedelta(days=46)) == {"last": 1}
    assert settle(AT + timedelta(days=59)) == {"": 1}
    assert settle(AT + timedelta(days=60)) == {"anonymous": 1}

    rosa.refresh_from_db()
    assert (rosa.state, rosa.name, rosa.born_on) == ("anonymous", "", None)
    assert ErasureReceipt.objects.get().why == "idle"


def test_the_warnings_say_until_when():
    rosa = sleeper(REST - FIRST_WARNING)
    login(rosa, "rosa@example.org")

    settle()

    assert "in 60 days, on 22 January 2027" in Message.objects.get().body


def test_after_a_standstill_of_the_schedule_both_warnings_keep_their_time():
    sleeper(REST * 2)

    assert settle() == {"first": 1}
    assert settle(AT + timedelta(days=1)) == {"": 1}
    assert settle(AT + timedelta(days=46)) == {"last": 1}
    assert settle(AT + timedelta(days=60)) == {"anonymous": 1}


def test_running_twice_on_a_day_warns_once():
    login(sleeper(), "rosa@example.org")

    settle()
    settle()

    assert Message.objects.count() == 1


def test_whoever_comes_back_after_a_warning_is_awake():
    rosa = sleeper()
    settle()
    rosa.refresh_from_db()
    back = AT + timedelta(days=10)
    login(rosa, "rosa@example.org")
    rosa.login.last_login = back
    rosa.login.save()

    assert settle(back) == {"awake": 1}

    rosa.refresh_from_db()
    assert (rosa.idle_warnings, rosa.last_active_on) == (0, back.date())
    assert settle(AT + timedelta(days=60)) == {}


def test_what_a_room_above_knows_counts():
    rosa = sleeper()

    def remember(sender, persons, **more):
        return {pk: AT.date() for pk in persons}

    person_last_active.connect(remember)
    try:
        assert settle() == {"": 1}
    finally:
        person_last_active.disconnect(remember)
    rosa.refresh_from_db()
    assert rosa.last_active_on == AT.date()


def test_who_came_to_a_desk_was_here():
    rosa = sleeper()
    Lookup.objects.create(person=rosa, looked_by="x", reason="at_desk", channel="desk", at=AT)

    assert settle() == {"": 1}
    rosa.refresh_from_db()
    assert rosa.last_active_on == AT.date()


def test_a_look_by_staff_alone_is_no_visit():
    rosa = sleeper()
    Lookup.objects.create(person=rosa, looked_by="x", reason="duplicate", channel="desk", at=AT)

    assert settle() == {"first": 1}


def test_children_under_guardians_people_with_roles_and_mandates_do_not_rest():
    kit = sleeper(born_on=date(2014, 1, 1))
    guardianship(kit, person(last_active_on=AT.date()))
    member(sleeper())
    mandate(sleeper(), organisation())

    assert settle() == {}


def test_what_was_said_stays_countable_but_leads_to_nobody():
    rosa = sleeper()
    key = Pseudonym.objects.create(person=rosa).key
    Characteristic.objects.create(key=key, kind="work", value="at work", said_on=LONG_AGO)
    Person.objects.filter(pk=rosa.pk).update(idle_warnings=2, idle_warned_on=LONG_AGO)

    assert settle() == {"anonymous": 1}

    assert Characteristic.objects.get().value == "at work"
    assert not Pseudonym.objects.exists()


def test_somebody_erased_meanwhile_is_left_alone():
    rosa = sleeper()
    Person.objects.filter(pk=rosa.pk).update(name="", born_on=None, state="erased")

    assert settle_person(rosa.pk, by=TASK, at=AT) == ""


def test_only_the_schedule_settles():
    rosa = sleeper()

    with pytest.raises(PermissionDenied):
        settle_person(rosa.pk, by=as_self(rosa), at=AT)
    with pytest.raises(PermissionDenied):
        delete_overdue(by=as_self(rosa), at=AT)


@given(
    active=st.dates(date(2015, 1, 1), date(2026, 11, 23)),
    gaps=st.lists(st.integers(1, 400), min_size=1, max_size=30),
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_nobody_is_made_anonymous_early_or_unwarned(active, gaps):
    """However the schedule runs, each warning leaves its full time."""
    rosa, day, warned = Person(idle_warnings=0), active, []
    for gap in gaps:
        day += timedelta(days=gap)
        step = next_step(rosa, active, day)
        if step == "anonymous":
            assert len(warned) == 2
            assert day - active >= REST
            assert warned[1] - warned[0] >= FIRST_WARNING - LAST_WARNING
            assert day - warned[1] >= LAST_WARNING
            return
        if step:
            assert day - active >= REST - FIRST_WARNING
            warned.append(day)
            rosa.idle_warnings, rosa.idle_warned_on = len(warned), day


def test_more_people_than_fit_a_batch_are_settled(monkeypatch):
    monkeypatch.setattr("learningcity.people.queries.rest.PERSONS_A_BATCH", 3)
    for _number in range(8):
        sleeper()

    assert settle() == {"first": 8}


def test_what_is_older_than_its_period_is_deleted():
    world = everything(at=AT - timedelta(days=4 * 365))
    AccessAttempt.objects.update(attempt_time=AT - timedelta(days=31))

    deleted = delete_overdue(by=TASK, at=AT)

    assert {
        "core.message",
        "people.lookup",
        "people.acting",
        "people.correction",
        "people.invitation",
        "core.paperform",
        "axes.accessattempt",
    } <= set(deleted)
    world.person.refresh_from_db()
    assert world.person.name


def test_what_is_younger_stays():
    everything()

    deleted = delete_overdue(by=TASK, at=AT)

    assert set(deleted) <= {"usersessions.usersession", "sessions.session"}


def test_proof_of_a_right_goes_three_years_after_the_person():
    rosa = person()
    mandate(rosa, organisation())
    Mandate.objects.update(ended_at=AT, ended_through="erased")
    Person.objects.filter(pk=rosa.pk).update(name="", born_on=None, state="erased")

    assert delete_overdue(by=TASK, at=AT + timedelta(days=3 * 365)) == {}
    assert delete_overdue(by=TASK, at=AT + timedelta(days=3 * 365 + 1))["people.mandate"] == 1


def test_the_schedule_knows_the_work():
    names = {job.name for job in jobs()}

    assert {"people.settle_resting", "people.delete_overdue", "people.sweep_files"} <= names


def test_the_page_of_retention_says_the_periods(client):
    page = client.get("/privacy").content.decode()

    assert "3 years" in page
    assert "60 and 14 days before" in page
    assert "365 days. A code is emptied" in page
