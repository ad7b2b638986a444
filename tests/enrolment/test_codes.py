"""The code in the room: only during the date, only for those enrolled, never guessed."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from learningcity.enrolment.actions.attendance import Entry, take_attendance
from learningcity.enrolment.actions.attendance_refusals import (
    CodeLocked,
    CodeNotOpen,
    CodeWrong,
    DateCancelled,
    EnteredOtherwise,
    NotDuring,
    NotEnrolledHere,
)
from learningcity.enrolment.actions.codes import open_code, use_code, use_code_as_guest
from learningcity.enrolment.models import Attendance
from learningcity.people.queries.logins import digest_of
from tests.enrolment.factories import enrolment, guest, intake, series_of
from tests.people.factories import (
    as_guardian,
    as_helper,
    as_member,
    as_self,
    child,
    guardianship,
    mandate,
    member,
    organisation,
    person,
)

pytestmark = pytest.mark.django_db

CODE = "048213"


class Room:
    """A date with a code, and somebody enrolled."""

    def __init__(self):
        self.school = organisation()
        self.session = series_of(self.school).sessions.order_by("starts_at").first()
        self.intake = intake(self.session.series)
        self.ada = person("Ada")
        self.place = enrolment(self.intake, self.ada)
        self.teacher = as_member(member(person("Tess"), self.school, "teacher"))
        self.begins, self.ends = self.session.starts_at, self.session.ends_at

    def open(self, at=None, by=None):
        return open_code(self.session, code=CODE, by=by or self.teacher, at=at or self.begins)

    def use(self, code=CODE, at=None, who=None, by=None):
        who = who or self.ada
        return use_code(who, self.session, code, by=by or as_self(who), at=at or self.begins)


@pytest.fixture
def room():
    return Room()


def test_whoever_types_the_code_is_present(room):
    room.open()

    made = room.use(" 048 213 ")

    assert (made.enrolment, made.state, made.way) == (room.place, "present", "code")
    assert made.author == str(room.ada.public_id)
    assert room.use() == made


def test_the_code_works_only_during_the_date(room):
    room.open(at=room.begins - timedelta(minutes=30))

    for moment in (room.begins - timedelta(seconds=1), room.ends, room.ends + timedelta(days=1)):
        with pytest.raises(NotDuring):
            room.use(at=moment)
    room.use(at=room.ends - timedelta(seconds=1))


def test_without_a_code_nothing_works_and_a_new_code_ends_the_old_one(room):
    with pytest.raises(NotDuring):
        room.use()
    room.open()
    open_code(room.session, code="999999", by=room.teacher, at=room.begins)

    with pytest.raises(CodeWrong):
        room.use()
    room.use("999999")


def test_a_code_can_be_made_shortly_before_and_during_the_date_by_those_who_teach(room):
    for moment in (room.begins - timedelta(minutes=31), room.ends):
        with pytest.raises(CodeNotOpen):
            room.open(at=moment)
    with pytest.raises(PermissionDenied):
        room.open(by=as_self(room.ada))
    room.session.status = "cancelled"
    room.session.save()
    with pytest.raises(DateCancelled):
        room.open()


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "١٢٣٤٥٦", ""])
def test_a_code_is_six_figures(room, code):
    with pytest.raises(ValueError, match="six figures"):
        open_code(room.session, code=code, by=room.teacher, at=room.begins)


def test_after_five_wrong_codes_even_the_right_one_does_not_help(room):
    room.open()

    for guess in range(4):
        with pytest.raises(CodeWrong):
            room.use(f"{guess:06d}")
    with pytest.raises(CodeLocked, match="15 minutes"):
        room.use("000004")
    with pytest.raises(CodeLocked):
        room.use()

    other = person("Ben")
    enrolment(room.intake, other)
    room.use(who=other)
    assert Attendance.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "0" * 5000, "04821\0", "٠٤٨٢١٣", "048213x", "' OR 1=1 --"])
def test_hostile_codes_are_only_wrong(room, typed):
    room.open()

    with pytest.raises(CodeWrong):
        room.use(typed)


def test_nobody_is_marked_who_is_not_enrolled(room):
    room.open()
    waiting = person("Wanda")
    enrolment(room.intake, waiting, state="waiting")

    for other in (person("Olga"), waiting):
        with pytest.raises(NotEnrolledHere):
            room.use(who=other)

    assert not Attendance.objects.exists()


def test_guardians_and_helpers_type_it_for_others_strangers_do_not(room):
    room.open()
    kid, parent, helped, stranger = child("Kit"), person("Pat"), person("Hal"), person("Sid")
    guardianship(kid, parent)
    office = organisation("Kettle Trust")
    helper = member(person("Hella"), office, "desk").person
    mandate(helped, office, given_at=room.begins - timedelta(days=1))
    enrolment(room.intake, kid)
    enrolment(room.intake, helped)

    room.use(who=kid, by=as_guardian(parent, kid))
    room.use(who=helped, by=as_helper(helper, helped, office))
    with pytest.raises(PermissionDenied):
        room.use(by=as_self(stranger))

    assert Attendance.objects.count() == 2


def test_a_child_with_a_log_in_types_it_alone(room):
    room.open()
    kid = child("Kit")
    enrolment(room.intake, kid)

    assert room.use(who=kid).state == "present"


def test_the_code_never_undoes_what_the_teacher_entered(room):
    room.open()
    entry = Entry(room.place.public_id, "absent")
    take_attendance(room.session, [entry], by=room.teacher, at=room.begins)

    with pytest.raises(EnteredOtherwise, match="absent"):
        room.use()

    assert Attendance.objects.get().state == "absent"


def test_a_guest_uses_the_link_in_the_message(room):
    room.open()
    made = guest(link_digest=digest_of("my link"), confirmed_at=room.begins)
    enrolment(room.intake, guest=made)

    for wrong in ("", "another", digest_of("my link")):
        with pytest.raises(NotEnrolledHere):
            use_code_as_guest(wrong, room.session, CODE, by=room.teacher, at=room.begins)
    entry = use_code_as_guest("my link", room.session, CODE, by=room.teacher, at=room.begins)

    assert entry.enrolment.guest == made


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_one_moment_no_more_than_five_are_heard(room):
    """Each try is counted under the lock of the date: nobody gets a sixth one by being quick."""
    room.open()
    answers = []
    start = threading.Barrier(8)

    def guess(number):
        start.wait()
        try:
            room.use(f"{number:06d}")
        except (CodeWrong, CodeLocked) as refusal:
            answers.append(type(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (answers.count(CodeWrong), answers.count(CodeLocked)) == (4, 4)
