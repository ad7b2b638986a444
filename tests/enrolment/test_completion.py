"""What was completed: settled by the rule, told exactly once, settled anew when an entry is corrected."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learningcity.catalogue.models import Session
from learningcity.core.actors import operator
from learningcity.enrolment.actions.attendance import Entry, take_attendance
from learningcity.enrolment.actions.attendance_refusals import NotOverYet, TeacherDoesNotDecide
from learningcity.enrolment.actions.completion import say_completed, settle_completion, settle_over
from learningcity.enrolment.models import Attendance, Completion, Enrolment, Intake
from learningcity.enrolment.queries.attendance import session_list
from learningcity.enrolment.queries.completion import standing
from learningcity.enrolment.signals import completion_withdrawn, learning_completed
from tests.enrolment.factories import enrolment, intake, series_of
from tests.people.factories import AT, as_member, as_self, member, organisation, person

pytestmark = pytest.mark.django_db

STATES = st.sampled_from(["present", "part", "excused", "absent"])


class Course:
    """A run with one person enrolled, whose dates are entered one after another."""

    def __init__(self, dates=4, **fields):
        school = organisation()
        self.run = series_of(school, sessions=dates)
        self.dates = list(self.run.sessions.order_by("starts_at"))
        self.intake = intake(self.run, **fields)
        self.place = enrolment(self.intake, person("Ada"))
        self.by = as_member(member(person("Tess"), school, "teacher"))
        self.after = self.dates[-1].ends_at

    def enter(self, date, state, *, at=None, minutes=None, reason="A mistake"):
        seen = session_list(date).rows[0].seen
        entry = Entry(self.place.public_id, state, minutes, seen)
        take_attendance(date, [entry], reason=reason, by=self.by, at=at or self.after)

    def enter_all(self, *states):
        for date, state in zip(self.dates, states, strict=False):
            self.enter(date, state, at=date.ends_at)

    @property
    def completion(self):
        return Completion.objects.filter(withdrawn_at=None).first()


@pytest.fixture
def heard():
    """Collect what the rooms above hear."""
    said = []

    def completed(sender, *, completion, **more):
        said.append(("completed", completion.pk))

    def withdrawn(sender, *, completion, **more):
        said.append(("withdrawn", completion.pk))

    learning_completed.connect(completed)
    completion_withdrawn.connect(withdrawn)
    yield said
    learning_completed.disconnect(completed)
    completion_withdrawn.disconnect(withdrawn)


@pytest.mark.parametrize(
    ("rule", "states", "is_complete"),
    [
        ("share", ["present", "present", "absent", "present"], False),
        ("share", ["present"] * 4, True),
        ("all", ["present", "present", "part", "present"], True),
        ("all", ["present", "present", "excused", "present"], False),
        ("none", ["absent", "absent", "part", "absent"], True),
        ("none", ["absent", "absent", "absent", "excused"], False),
        ("teacher", ["present"] * 4, False),
    ],
)
def test_the_rule_decides_when_the_last_date_is_entered(rule, states, is_complete, heard):
    course = Course(completing=rule)

    course.enter_all(*states[:3])
    assert course.completion is None
    course.enter(course.dates[3], states[3])

    assert (course.completion is not None) is is_complete
    assert len(heard) == is_complete


def test_a_completion_says_how_much_and_how_long():
    course = Course(completing="share", completing_percent=60)

    course.enter_all("present", "present", "absent")
    course.enter(course.dates[3], "part", minutes=48)

    done = course.completion
    assert (done.percent, done.minutes, done.rule) == (60, 288, "share")
    assert (done.enrolment, done.completed_at) == (course.place, course.after)


def test_it_is_told_once_however_often_it_is_settled(heard):
    course = Course()
    course.enter_all(*["present"] * 4)

    for _again in range(3):
        settle_completion(course.place, by=operator(), at=course.after)
        settle_over(by=operator(), at=course.after)

    assert [what for what, _which in heard] == ["completed"]


def test_a_correction_withdraws_it_and_another_one_completes_it_anew(heard):
    course = Course()
    course.enter_all(*["present"] * 4)

    course.enter(course.dates[0], "absent")
    assert course.completion is None
    course.enter(course.dates[0], "excused")
    course.enter(course.dates[0], "present", at=course.after + timedelta(days=2))

    assert [what for what, _which in heard] == ["completed", "withdrawn", "completed"]
    assert course.completion.completed_at == course.after + timedelta(days=2)
    assert Completion.objects.count() == 1


def test_a_correction_that_leaves_it_complete_changes_the_figures_only(heard):
    course = Course(completing_percent=75)
    course.enter_all(*["present"] * 4)

    course.enter(course.dates[1], "absent")

    assert (course.completion.percent, course.completion.minutes) == (75, 360)
    assert len(heard) == 1


def test_dates_that_were_cancelled_or_postponed_do_not_count():
    course = Course(completing="all")
    Session.objects.filter(pk=course.dates[3].pk).update(status="cancelled")
    Session.objects.filter(pk=course.dates[2].pk).update(status="postponed")

    course.enter_all("present", "present")

    assert course.completion.percent == 100


def test_the_nightly_work_settles_what_nobody_entered_at_the_end(heard):
    course = Course(completing="none")
    course.enter_all("present", "present")

    assert settle_over(by=operator(), at=course.dates[3].starts_at - timedelta(seconds=1)) == 0
    assert settle_over(by=operator(), at=course.after) == 1
    assert settle_over(by=operator(), at=course.after) == 0

    assert course.completion.percent == 50
    assert len(heard) == 1


def test_the_nightly_work_is_for_the_schedule_and_settling_for_those_who_teach():
    course = Course()

    with pytest.raises(PermissionDenied):
        settle_over(by=course.by, at=AT)
    with pytest.raises(PermissionDenied):
        settle_completion(course.place, by=as_self(course.place.person), at=AT)


def test_a_teacher_says_who_completed_it_where_the_teacher_decides(heard):
    course = Course(completing="teacher")
    course.enter_all("present", "absent", "absent", "absent")

    with pytest.raises(NotOverYet):
        say_completed(course.place, True, by=course.by, at=course.dates[3].starts_at - timedelta(seconds=1))
    with pytest.raises(PermissionDenied):
        say_completed(course.place, True, by=as_self(course.place.person), at=course.after)
    done = say_completed(course.place, True, by=course.by, at=course.after)
    course.enter(course.dates[1], "present")
    done.refresh_from_db()
    say_completed(course.place, False, by=course.by, at=course.after)

    assert (done.rule, done.percent) == ("teacher", 50)
    assert [what for what, _which in heard] == ["completed", "withdrawn"]


def test_a_teacher_does_not_decide_what_the_rule_decides():
    course = Course(completing="share")

    with pytest.raises(TeacherDoesNotDecide):
        say_completed(course.place, True, by=course.by, at=course.after)


def test_what_was_completed_outlasts_a_change_of_the_rule():
    course = Course(completing="none")
    course.enter_all("present", "absent", "absent", "absent")
    Intake.objects.filter(pk=course.intake.pk).update(completing="all")

    settle_completion(course.place, by=operator(), at=course.after)

    assert course.completion.rule == "none"


def test_whoever_left_completes_nothing():
    course = Course(completing="none")
    course.enter_all("present")
    Enrolment.objects.filter(pk=course.place.pk).update(state="cancelled")

    settle_over(by=operator(), at=course.after)

    assert course.completion is None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    states=st.lists(STATES, min_size=3, max_size=3),
    changes=st.lists(st.tuples(st.integers(0, 2), STATES), max_size=5),
    rule=st.sampled_from(["none", "share", "all"]),
    percent=st.integers(1, 100),
)
def test_whatever_is_entered_and_corrected_the_completion_says_what_the_entries_say(
    heard, states, changes, rule, percent
):
    """After any corrections: complete exactly if the rule says so; told and withdrawn in turn."""
    heard.clear()
    course = Course(3, completing=rule, completing_percent=percent)
    course.enter_all(*states)
    for place, state in changes:
        course.enter(course.dates[place], state)

    entries = {
        one.session_id: (one.state, one.minutes) for one in Attendance.objects.filter(enrolment=course.place)
    }
    reached = standing(course.dates, entries, course.after)
    kept = Completion.objects.filter(enrolment=course.place, withdrawn_at=None).first()
    said = [what for what, _which in heard]
    assert (kept is not None) is reached.completes(rule, percent)
    assert said == ["completed", "withdrawn"] * (len(said) // 2) + ["completed"] * (kept is not None)
    if kept:
        assert (kept.percent, kept.minutes) == (reached.percent, reached.minutes)


@given(
    lengths=st.lists(st.integers(1, 600), min_size=1, max_size=8),
    entries=st.lists(st.tuples(STATES, st.none() | st.integers(1, 900)), max_size=8),
    better=st.integers(0, 7),
)
def test_presence_is_never_more_than_all_and_more_of_it_never_counts_less(lengths, entries, better):
    dates = [
        Session(pk=n, starts_at=AT + timedelta(days=n), ends_at=AT + timedelta(days=n, minutes=length))
        for n, length in enumerate(lengths)
    ]
    said = {n: entry for n, entry in enumerate(entries) if n < len(dates)}

    reached = standing(dates, said, AT + timedelta(days=99))
    more = standing(dates, said | {better % len(dates): ("present", None)}, AT + timedelta(days=99))

    assert 0 <= reached.percent <= 100
    assert 0 <= reached.minutes <= sum(lengths)
    assert reached.attended <= reached.dates == len(dates)
    assert more.percent >= reached.percent
    assert more.minutes >= reached.minutes
    assert reached.completes("all", 1) <= reached.completes("none", 1)
