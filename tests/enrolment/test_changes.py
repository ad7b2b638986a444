"""What changes about a date is told to everybody enrolled or waiting, once, with the reason."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.catalogue.signals import session_changed
from learningcity.core.actors import operator
from learningcity.core.models import Message
from learningcity.enrolment.actions.session_news import tell_news
from learningcity.enrolment.models import SessionNews, StatusChange
from tests.catalogue.factories import VenueFactory
from tests.enrolment.factories import enrolment, guest, intake, series_of
from tests.enrolment.test_reminders import reached
from tests.people.factories import AT, as_member, as_self, member, organisation, person

pytestmark = pytest.mark.django_db


class Course:
    """A run of two dates, changed by an editor of its organisation."""

    def __init__(self):
        self.school = organisation()
        self.run = series_of(self.school)
        self.first, self.last = self.run.sessions.order_by("starts_at")
        self.intake = intake(self.run)
        self.by = as_member(member(person("Eve"), self.school, "editor"))

    def change(self, session, at=AT, **news):
        before = {name: getattr(session, name) for name in news}
        for name, value in news.items():
            setattr(session, name, value)
        session.save()
        session_changed.send(type(session), session=session, before=before, by=self.by, at=at)

    def tell(self):
        return tell_news(by=operator(), at=AT)


@pytest.fixture
def course():
    return Course()


def test_everybody_enrolled_offered_or_waiting_is_told_of_a_cancelled_date(course):
    for state in ("enrolled", "offered", "waiting", "cancelled", "asked", "held", "lapsed"):
        enrolment(course.intake, reached(state.title().replace("_", "")), state=state)

    course.change(course.first, status="cancelled", reason="The teacher is ill")

    assert course.tell() == 3
    assert course.tell() == 0
    sent = Message.objects.get(address="enrolled@example.org")
    assert sent.subject == f"Cancelled: {course.run.offer.title}"
    assert "cancelled: Monday 30 November 2026, 09:00 to 11:00" in sent.body
    assert "Reason: The teacher is ill" in sent.body
    assert "You wait for a place" in Message.objects.get(address="waiting@example.org").body


@pytest.mark.parametrize(
    ("news", "said"),
    [
        ({"status": "postponed"}, "postponed, the new day is not known yet: Monday 30 November 2026"),
        ({"room": "Room 7"}, "takes place somewhere else"),
        ({"is_online": True}, "takes place somewhere else: online"),
    ],
)
def test_each_kind_of_change_is_said_in_words(course, news, said):
    enrolment(course.intake, reached())

    course.change(course.first, **news)
    course.tell()

    assert said in Message.objects.get().body


def test_a_moved_date_is_said_with_both_moments(course):
    enrolment(course.intake, reached())
    later = course.first.starts_at + timedelta(days=1)

    course.change(course.first, starts_at=later, ends_at=later + timedelta(hours=2), status="moved")
    course.tell()

    said = Message.objects.get().body
    assert "moved from Monday 30 November 2026, 09:00 to 11:00 to Tuesday 1 December 2026" in said


def test_a_new_place_is_named(course):
    enrolment(course.intake, reached())
    hall = VenueFactory(name="New Hall")

    course.change(course.first, venue=hall)
    course.tell()

    assert "New Hall" in Message.objects.get().body
    news = SessionNews.objects.get()
    assert (course.run.venue.name in news.before["place"], "New Hall" in news.after["place"]) == (True, True)


def test_a_date_that_takes_place_after_all_is_told(course):
    enrolment(course.intake, reached())
    course.change(course.first, status="cancelled")
    course.tell()

    course.change(course.first, at=AT + timedelta(hours=1), status="planned")
    course.tell()

    assert "takes place after all" in Message.objects.order_by("-pk")[0].body


def test_what_is_changed_in_one_act_is_one_message_and_one_line_of_history(course):
    place = enrolment(course.intake, reached())

    course.change(course.first, status="cancelled")
    course.change(course.last, status="cancelled")

    assert course.tell() == 1
    said = Message.objects.get().body
    assert said.count("cancelled:") == 2
    line = StatusChange.objects.get(enrolment=place)
    assert (line.state, line.reason, line.author) == ("enrolled", "session_cancelled", course.by.person)
    assert (line.organisation, line.at) == (course.by.organisation, AT)


def test_who_is_enrolled_for_another_date_is_not_told(course):
    of_last = intake(course.run, session=course.last)
    enrolment(of_last, reached("Ada"))
    enrolment(course.intake, reached("Ben"))

    course.change(course.first, status="cancelled")

    assert course.tell() == 1
    assert Message.objects.get().address == "ben@example.org"


def test_what_concerns_nobody_any_more_is_not_told(course):
    place = enrolment(course.intake, reached())

    course.change(course.first, at=course.first.ends_at, reason="It was fine", room="7")
    course.change(course.last, trainer="Somebody else")

    assert course.tell() == 0
    assert not SessionNews.objects.exists()
    assert not StatusChange.objects.filter(enrolment=place).exists()


def test_a_guest_is_told_by_mail(course):
    enrolment(course.intake, guest=guest(confirmed_at=AT))

    course.change(course.first, status="cancelled")
    course.tell()

    assert Message.objects.get().address == "gwen@example.org"


def test_the_history_shows_it_to_those_who_want_no_messages(course):
    place = enrolment(course.intake, reached("Nia", "none"))

    course.change(course.first, status="cancelled")

    assert course.tell() == 0
    assert StatusChange.objects.filter(enrolment=place, reason="session_cancelled").exists()


def test_only_the_schedule_tells(course):
    with pytest.raises(PermissionDenied):
        tell_news(by=as_self(person()), at=AT)
