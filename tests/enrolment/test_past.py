"""Invented enrolments of the past: entered in bulk, counted right, of invented people only."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.core.actors import operator
from learningcity.enrolment.actions.synthetic import PastEnrolment, enter_past
from learningcity.enrolment.models import Attendance, Completion, Enrolment, Intake, StatusChange
from learningcity.enrolment.signals import learning_completed
from tests.enrolment.factories import intake, series_of
from tests.people.factories import AT, as_self, organisation, person

pytestmark = pytest.mark.django_db

LONG_AGO = AT - timedelta(weeks=60)


def past_run(**fields):
    """Return a run of four dates, a year ago."""
    return series_of(organisation(), sessions=4, at=LONG_AGO, **fields)


def invented(number=1):
    return [person(f"Invented {n}", is_synthetic=True) for n in range(number)]


def test_a_past_is_entered_with_its_counts_presence_and_completions():
    run = past_run(places=2)
    dates = list(run.sessions.order_by("starts_at"))
    ada, bea, cem = invented(3)
    rows = [
        PastEnrolment(ada.pk, run.pk, "enrolled", LONG_AGO, {date.pk: "present" for date in dates}),
        PastEnrolment(bea.pk, run.pk, "enrolled", LONG_AGO, {dates[0].pk: "present", dates[1].pk: "absent"}),
        PastEnrolment(cem.pk, run.pk, "cancelled", LONG_AGO, changed_at=LONG_AGO + timedelta(days=3)),
    ]
    heard = []

    def hear(sender, *, completion, **more):
        heard.append(completion)

    learning_completed.connect(hear)
    entered = enter_past(iter(rows), by=operator(), at=AT)
    learning_completed.disconnect(hear)

    made = Intake.objects.get(series=run)
    completion = Completion.objects.get()
    assert entered == 3
    assert (made.taken, made.last_number, made.places, made.is_open) == (2, 3, 2, False)
    assert list(Enrolment.objects.order_by("number").values_list("person", "state", "is_synthetic")) == [
        (ada.pk, "enrolled", True),
        (bea.pk, "enrolled", True),
        (cem.pk, "cancelled", True),
    ]
    assert Attendance.objects.count() == 6
    assert StatusChange.objects.get(state="cancelled").at == LONG_AGO + timedelta(days=3)
    assert (completion.enrolment.person, completion.percent, completion.minutes) == (ada, 100, 480)
    assert heard == [completion]


def test_more_who_took_part_than_places_were_said_widen_the_intake():
    run = past_run(places=1)

    enter_past(
        [PastEnrolment(one.pk, run.pk, "enrolled", LONG_AGO) for one in invented(3)], by=operator(), at=AT
    )

    made = Intake.objects.get(series=run)
    assert (made.taken, made.places) == (3, 3)


def test_an_intake_that_is_there_goes_on_counting():
    run = past_run()
    there = intake(run, places=10)
    first, second = invented(2)

    enter_past([PastEnrolment(first.pk, run.pk, "enrolled", LONG_AGO)], by=operator(), at=AT)
    enter_past([PastEnrolment(second.pk, run.pk, "declined", LONG_AGO)], by=operator(), at=AT)

    there.refresh_from_db()
    assert (there.taken, there.last_number, there.places) == (1, 2, 10)


def test_nobody_but_the_operator_enters_a_past():
    with pytest.raises(PermissionDenied):
        enter_past([], by=as_self(person()), at=AT)


def test_nobody_real_gets_an_invented_past():
    run = past_run()

    with pytest.raises(ValueError, match="invented"):
        enter_past([PastEnrolment(person().pk, run.pk, "enrolled", LONG_AGO)], by=operator(), at=AT)

    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("state", ["held", "offered", "asked", "nonsense"])
def test_what_waits_or_is_no_state_is_not_past(state):
    (one,) = invented()

    with pytest.raises(ValueError, match="that is named|Rows need"):
        enter_past([PastEnrolment(one.pk, past_run().pk, state, LONG_AGO)], by=operator(), at=AT)


def test_a_date_of_another_run_a_run_that_is_not_there_and_a_second_place_are_refused():
    run, (one,) = past_run(), invented()
    elsewhere = past_run().sessions.first()
    row = PastEnrolment(one.pk, run.pk, "enrolled", LONG_AGO)

    for wrong in (
        [PastEnrolment(one.pk, run.pk, "enrolled", LONG_AGO, {elsewhere.pk: "present"})],
        [PastEnrolment(one.pk, 0, "enrolled", LONG_AGO)],
        [row, row],
    ):
        with pytest.raises(ValueError, match="that is named|Rows need"):
            enter_past(wrong, by=operator(), at=AT)
    enter_past([row], by=operator(), at=AT)
    with pytest.raises(ValueError, match="that is named|Rows need"):
        enter_past([row], by=operator(), at=AT)

    assert Intake.objects.get(series=run).taken == 1
