"""Questions that are composed once answer as if they were composed each time."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import CharField, DateTimeField
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learningcity.core.models import ScheduledRun
from learningcity.core.prepared import Asked, Question
from learningcity.people.models import Mandate, Membership, Purpose
from learningcity.people.permissions import can_act_for
from tests.people import factories as make

pytestmark = pytest.mark.django_db
AT = make.AT

texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)


def due_runs():
    return ScheduledRun.objects.filter(
        job=Asked("job", CharField()), due_at__lte=Asked("at", DateTimeField()), holder=""
    )


@given(there=texts.filter(bool), asked=texts, minutes=st.integers(-2, 2))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_question_answers_as_its_rows_do_whatever_the_values(there, asked, minutes):
    question, at = Question(due_runs), AT + timedelta(minutes=minutes)
    with transaction.atomic():
        ScheduledRun.objects.create(job=there, due_at=AT)

        for job in (there, asked, "%s", "'; DROP TABLE core_scheduledrun; --"):
            wanted = ScheduledRun.objects.filter(job=job, due_at__lte=at, holder="").exists()
            assert question.is_true(job=job, at=at) == wanted
        transaction.set_rollback(True)


def test_a_question_costs_one_statement_from_the_second_time_on(django_assert_num_queries):
    question = Question(due_runs)
    question.is_true(job="a", at=AT)

    with django_assert_num_queries(2):
        question.is_true(job="a", at=AT)
        question.is_true(job="b", at=AT)


def test_two_questions_are_told_apart():
    ScheduledRun.objects.create(job="a", due_at=AT)
    every, none = Question(due_runs), Question(lambda: due_runs().filter(job="other"))

    assert every.is_true(job="a", at=AT)
    assert not none.is_true(job="a", at=AT)


def test_a_question_goes_on_after_a_transaction_was_taken_back():
    question = Question(due_runs)
    for _ in range(3):
        with transaction.atomic():
            question.is_true(job="a", at=AT)
            transaction.set_rollback(True)

    assert not question.is_true(job="a", at=AT)


def test_nothing_is_kept_in_a_session_that_a_pool_hands_on(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    ScheduledRun.objects.create(job="a", due_at=AT)

    assert Question(due_runs).is_true(job="a", at=AT)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole database, not rows")
def test_a_question_that_locks_keeps_the_rows_from_others():
    question = Question(due_runs, locks=True)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        question.is_true(job="a", at=AT)

    assert "FOR UPDATE" in asked[0]["sql"]


@pytest.mark.parametrize("broken", ["no id", "1", "' OR 1=1 --"])
def test_what_is_no_id_is_refused_and_never_reaches_the_database(broken):
    person, school = make.person(), make.organisation()
    by = make.as_helper(make.person(), person, school)
    object.__setattr__(by, "organisation", broken)

    with pytest.raises(ValidationError):
        can_act_for(by, person, Purpose.PLACES, AT)


def test_the_check_of_a_helper_asks_the_database_once(django_assert_num_queries):
    person, school, helper = make.person(), make.organisation(), make.person()
    make.member(helper, school)
    make.mandate(person, school)
    by = make.as_helper(helper, person, school)
    assert can_act_for(by, person, Purpose.PLACES, AT)

    with django_assert_num_queries(1):
        assert can_act_for(by, person, Purpose.PLACES, AT)
    Mandate.objects.update(ends_at=AT + timedelta(seconds=1))
    assert can_act_for(by, person, Purpose.PLACES, AT)
    assert not can_act_for(by, person, Purpose.PLACES, AT + timedelta(seconds=1))
    Membership.objects.update(until_on=AT.date() - timedelta(days=1))
    assert not can_act_for(by, person, Purpose.PLACES, AT)
