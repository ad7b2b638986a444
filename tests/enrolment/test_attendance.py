"""Presence by list and from paper: entered once, corrected with a reason, never undone unseen."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.core.actors import Actor, Channel, Right
from learningcity.core.models import AuditLine
from learningcity.core.paper import AlreadyEntered, fresh_code
from learningcity.enrolment.actions.attendance import (
    Entry,
    correct_attendance,
    enter_sheet,
    print_sheet,
    take_attendance,
)
from learningcity.enrolment.actions.attendance_refusals import (
    ChangedMeanwhile,
    DateCancelled,
    ListClosed,
    ListNotOpen,
    MinutesWrong,
    NotOnTheList,
    ReasonMissing,
    StateUnknown,
)
from learningcity.enrolment.models import Attendance, AttendanceCorrection
from learningcity.enrolment.queries.attendance import attendance_of, session_list
from learningcity.enrolment.signals import attendance_taken
from tests.enrolment.factories import enrolment, guest, intake, series_of
from tests.people.factories import AT, as_member, as_self, city_office, member, organisation, person

pytestmark = pytest.mark.django_db


class Course:
    """A run of two dates with three people enrolled, and its teacher."""

    def __init__(self, role="teacher", **fields):
        self.school = organisation()
        self.run = series_of(self.school)
        self.first, self.last = self.run.sessions.order_by("starts_at")
        self.intake = intake(self.run, **fields)
        self.ada, self.ben = (enrolment(self.intake, person(name)) for name in ("Ada", "Ben"))
        self.teacher = member(person("Tess Teacher"), self.school, role)
        self.by = as_member(self.teacher)
        self.begins = self.first.starts_at

    def take(self, *entries, session=None, at=None, by=None, **more):
        session = session or self.first
        return take_attendance(session, entries, by=by or self.by, at=at or session.starts_at, **more)

    def seen(self, of, session=None):
        rows = session_list(session or self.first).rows
        return next(row.seen for row in rows if row.enrolment == of)


def entry(of, state="present", minutes=None, seen=""):
    return Entry(of.public_id, state, minutes, seen)


@pytest.fixture
def course():
    return Course()


def test_a_teacher_enters_who_was_there(course):
    heard = []
    hear = partial(lambda heard, sender, *, attendance, **more: heard.append(attendance), heard)
    attendance_taken.connect(hear)

    taken = course.take(entry(course.ada), entry(course.ben, "part", 45))

    attendance_taken.disconnect(hear)
    rows = Attendance.objects.order_by("pk").values_list("enrolment", "state", "minutes", "way", "author")
    own = str(course.teacher.person.public_id)
    assert list(rows) == [
        (course.ada.pk, "present", None, "list", own),
        (course.ben.pk, "part", 45, "list", own),
    ]
    assert heard == list(taken.entered)
    assert AuditLine.objects.filter(action="enrolment.attendance_taken").count() == 1


@pytest.mark.parametrize("role", ["administrator", "editor", "desk", "officer", "teacher"])
def test_whoever_teaches_or_keeps_places_there_may(role):
    course = Course(role)

    course.take(entry(course.ada))

    assert Attendance.objects.count() == 1


def test_a_key_of_the_organisation_may(course):
    key = Actor(right=Right.PROVIDER, channel=Channel.API, organisation=str(course.school.public_id))

    course.take(entry(course.ada), by=key)

    assert Attendance.objects.count() == 1


def test_nobody_else_may(course):
    others = [
        as_self(course.ada.person),
        as_member(member(of=organisation("Elsewhere"), role="teacher")),
        as_member(member(of=city_office(), role="administrator")),
        as_member(member(person("Finn"), course.school, "finance")),
    ]

    for other in others:
        with pytest.raises(PermissionDenied):
            course.take(entry(course.ada), by=other)

    assert not Attendance.objects.exists()


def test_the_list_opens_half_an_hour_before_and_closes_after_four_weeks(course):
    opens, closes = course.begins - timedelta(minutes=30), course.first.ends_at + timedelta(days=28)

    with pytest.raises(ListNotOpen):
        course.take(entry(course.ada), at=opens - timedelta(seconds=1))
    with pytest.raises(ListClosed):
        course.take(entry(course.ada), at=closes + timedelta(seconds=1))
    course.take(entry(course.ada), at=opens)
    course.take(entry(course.ben), at=closes)

    assert Attendance.objects.count() == 2


def test_nobody_is_marked_who_is_not_enrolled(course):
    waiting = enrolment(course.intake, state="waiting")
    gone = enrolment(course.intake, state="cancelled")
    elsewhere = enrolment()

    for other in (waiting, gone, elsewhere):
        with pytest.raises(NotOnTheList):
            course.take(entry(course.ada), entry(other))
    with pytest.raises(NotOnTheList):
        course.take(entry(course.ada), entry(course.ada, "absent"))

    assert not Attendance.objects.exists()


def test_guests_and_those_enrolled_for_one_date_are_on_the_list(course):
    of_date = intake(course.run, session=course.first)
    single, stranger = enrolment(of_date, person("Cem")), enrolment(course.intake, guest=guest())

    course.take(entry(single), entry(stranger))

    assert [row.name for row in session_list(course.first).rows] == ["Ada", "Ben", "Cem", "Gwen Guest"]
    assert [row.name for row in session_list(course.last).rows] == ["Ada", "Ben", "Gwen Guest"]


def test_nobody_is_marked_at_a_date_that_was_cancelled(course):
    course.first.status = "cancelled"
    course.first.save()

    with pytest.raises(DateCancelled):
        course.take(entry(course.ada))


@pytest.mark.parametrize(
    ("state", "minutes"), [("part", 0), ("part", 121), ("present", 30), ("absent", 5), ("part", 10**9)]
)
def test_minutes_belong_to_a_part_and_fit_into_the_date(course, state, minutes):
    with pytest.raises(MinutesWrong, match="120"):
        course.take(entry(course.ada, state, minutes))


@pytest.mark.parametrize("state", ["", "here", "PRESENT", "present\0"])
def test_a_state_that_is_none_is_refused(course, state):
    with pytest.raises(StateUnknown):
        course.take(entry(course.ada, state))


def test_a_correction_keeps_the_first_entry_the_reason_and_the_author(course):
    (made,) = course.take(entry(course.ada, "absent")).entered
    other = as_member(member(person("Eve Editor"), course.school, "editor"))
    later = course.begins + timedelta(days=3)

    correct_attendance(
        made, "part", minutes=60, reason=" Came  late ", seen=course.seen(course.ada), by=other, at=later
    )

    kept = AttendanceCorrection.objects.get()
    made.refresh_from_db()
    assert (made.state, made.minutes, made.author) == ("part", 60, course.by.person)
    assert (made.taken_at, made.changed_at) == (course.begins, later)
    assert (kept.before, kept.after, kept.minutes_after) == ("absent", "part", 60)
    assert (kept.reason, kept.author, kept.corrected_at) == ("Came late", other.person, later)
    (shown,) = attendance_of([course.ada], later)[course.ada.pk].entries
    assert (shown.entry.state, list(shown.corrections)) == ("part", [kept])


def test_a_correction_without_a_reason_or_after_a_year_is_refused(course):
    (made,) = course.take(entry(course.ada)).entered
    seen = course.seen(course.ada)
    late = course.first.ends_at + timedelta(days=365, seconds=1)

    with pytest.raises(ReasonMissing) as missing:
        course.take(entry(course.ada, "absent", seen=seen), reason="  ")
    with pytest.raises(ListClosed):
        correct_attendance(made, "absent", reason="x", seen=seen, by=course.by, at=late)

    assert missing.value.field == "reason"
    assert Attendance.objects.get().state == "present"


def test_an_entry_is_corrected_long_after_the_list_has_closed(course):
    (made,) = course.take(entry(course.ada)).entered
    late = course.first.ends_at + timedelta(days=300)

    correct_attendance(made, "absent", reason="Mixed up", seen=course.seen(course.ada), by=course.by, at=late)

    assert Attendance.objects.get().state == "absent"


def test_two_teachers_never_undo_each_other_unseen(course):
    """Both looked at the empty list; the second one learns what the first one wrote, and nothing is lost."""
    course.take(entry(course.ada, "present"))

    with pytest.raises(ChangedMeanwhile, match="Ada: present"):
        course.take(entry(course.ada, "absent"), entry(course.ben))

    assert [(one.enrolment, one.state) for one in Attendance.objects.all()] == [(course.ada, "present")]


def test_a_correction_meanwhile_is_not_undone_unseen_even_with_a_reason(course):
    course.take(entry(course.ada, "present"))
    seen = course.seen(course.ada)
    at = course.begins + timedelta(minutes=1)
    course.take(entry(course.ada, "absent", seen=seen), reason="Was somebody else", at=at)

    with pytest.raises(ChangedMeanwhile, match="Ada: absent"):
        course.take(entry(course.ada, "excused", seen=seen), reason="Ill", at=at)


def test_whoever_changes_nothing_of_a_line_leaves_what_another_wrote(course):
    course.take(entry(course.ada, "present"))
    seen = course.seen(course.ada)
    course.take(entry(course.ada, "absent", seen=seen), reason="Was somebody else")

    taken = course.take(entry(course.ada, "present", seen=seen), entry(course.ben))

    assert not taken.corrected
    assert Attendance.objects.get(enrolment=course.ada).state == "absent"


def test_the_same_list_sent_twice_is_written_once(course):
    course.take(entry(course.ada), entry(course.ben, "part", 30))

    taken = course.take(entry(course.ada), entry(course.ben, "part", 30))

    assert (taken.entered, taken.corrected) == ([], [])
    assert not AttendanceCorrection.objects.exists()


def test_a_list_on_paper_is_entered_once_under_the_same_rules(course):
    code = fresh_code(b"7 bytes")
    before = course.begins - timedelta(days=2)
    print_sheet(course.first, code=code, by=course.by, at=before)
    enter = partial(enter_sheet, course.first, paper=code, by=course.by)

    with pytest.raises(ListNotOpen):
        enter([entry(course.ada)], at=before)
    enter([entry(course.ada)], at=course.first.ends_at)
    with pytest.raises(AlreadyEntered, match="Tess Teacher"):
        enter([entry(course.ben)], at=course.first.ends_at)

    made = Attendance.objects.get()
    assert (made.enrolment, made.way) == (course.ada, "paper")
    assert AuditLine.objects.get(action="enrolment.attendance_taken").channel == "paper"


def test_a_sheet_of_another_date_is_not_entered(course):
    code = fresh_code(b"7 bytes")
    print_sheet(course.first, code=code, by=course.by, at=course.begins)

    with pytest.raises(PermissionDenied):
        enter_sheet(course.last, [entry(course.ada)], paper=code, by=course.by, at=course.last.ends_at)


def test_nobody_else_prints_the_list(course):
    with pytest.raises(PermissionDenied):
        print_sheet(course.first, code=fresh_code(b"7 bytes"), by=as_self(person()), at=AT)


def test_presence_of_many_enrolments_is_asked_for_at_once(course, django_assert_num_queries):
    course.take(entry(course.ada), entry(course.ben))

    with django_assert_num_queries(3):
        found = attendance_of([course.ada, course.ben], AT)

    assert {key: len(own.entries) for key, own in found.items()} == {course.ada.pk: 1, course.ben.pk: 1}
