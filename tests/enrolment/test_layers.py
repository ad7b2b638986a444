"""Layers over the plan count wherever a date matters, and everybody concerned is told of them, each time."""

from datetime import timedelta

import pytest

from learningcity.catalogue.actions.overlays import ForNow, lift_overlay, overlay_sessions
from learningcity.catalogue.signals import session_changed
from learningcity.core.actors import operator
from learningcity.core.models import Message
from learningcity.enrolment.actions.attendance import Entry, take_attendance
from learningcity.enrolment.actions.attendance_refusals import DateCancelled, NotDuring
from learningcity.enrolment.actions.codes import open_code, use_code
from learningcity.enrolment.actions.eligibility import Applicant
from learningcity.enrolment.actions.places import cancel_enrolment, enrol
from learningcity.enrolment.actions.refusals import CalledOff, TooYoung
from learningcity.enrolment.actions.reminders import remind_all
from learningcity.enrolment.actions.session_news import tell_news
from learningcity.enrolment.models import Enrolment, SessionNews, StatusChange
from learningcity.enrolment.queries.attendance import attendance_of
from learningcity.enrolment.queries.completion import standing_of
from learningcity.enrolment.queries.own_places import place_of
from learningcity.enrolment.queries.terms import terms_of
from tests.catalogue.factories import VenueFactory
from tests.enrolment.factories import enrolment, intake, series_of
from tests.enrolment.test_reminders import reached
from tests.people.factories import AT, as_member, as_self, member, organisation, person

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LATER = AT + HOUR
CODE = "048213"


class Course:
    """A run of two dates over which layers are laid."""

    def __init__(self):
        self.school = organisation()
        self.run = series_of(self.school)
        self.first, self.last = self.run.sessions.order_by("starts_at")
        self.intake = intake(self.run)
        self.teacher = as_member(member(person("Tess"), self.school, "teacher"))

    def lay(self, *sessions, at=AT, key="flood", reason="The river is high", **said):
        dates = sessions or (self.first, self.last)
        return overlay_sessions(
            key, {one: ForNow(**said) for one in dates}, reason=reason, by=operator(), at=at
        )

    def moved(self, by=DAY, at=AT, **more):
        times = {"starts_at": self.first.starts_at + by, "ends_at": self.first.ends_at + by}
        return self.lay(self.first, at=at, **times, **more)

    def offered(self, at):
        """Give the one place of the course back, and return what is offered to who waits."""
        rosa, wes = person("Rosa"), person("Wes")
        (place,) = enrol(self.intake, [Applicant(rosa)], by=as_self(rosa), at=AT).enrolled
        enrol(self.intake, [Applicant(wes)], by=as_self(wes), at=AT)
        cancel_enrolment(place, by=as_self(rosa), at=at)
        return Enrolment.objects.get(person=wes)

    def told(self, at=LATER):
        tell_news(by=operator(), at=at)
        return list(Message.objects.order_by("pk").values_list("body", flat=True))


@pytest.fixture
def course():
    return Course()


def test_everybody_enrolled_or_waiting_is_told_of_a_layer_and_again_when_it_ends(course):
    place = enrolment(course.intake, reached())
    enrolment(course.intake, reached("Wes"), state="waiting")
    layer = course.lay(is_online=True)

    said = course.told()

    assert len(said) == 2
    assert said[0].count("takes place somewhere else: online. Reason: The river is high") == 2
    lift_overlay(layer, by=operator(), at=LATER)
    again = course.told()[2:]
    assert len(again) == 2
    assert again[0].count(f"takes place somewhere else: {course.first.venue.name}") == 2
    lines = StatusChange.objects.filter(enrolment=place).order_by("pk")
    assert [(one.reason, one.at) for one in lines] == [("session_place", AT), ("session_place", LATER)]


def test_a_layer_that_is_changed_is_told_from_what_it_said_before(course):
    enrolment(course.intake, reached())
    course.moved()
    course.told()

    course.moved(by=2 * DAY, at=LATER, venue=VenueFactory(name="Dry Hall"))

    said = course.told()[1]
    assert "moved from Tuesday 1 December 2026, 09:00 to 11:00 to Wednesday 2 December 2026" in said
    assert "Place: Dry Hall" in said


def test_a_layer_laid_again_with_the_same_words_is_no_news(course):
    enrolment(course.intake, reached())
    course.lay(status="cancelled")
    course.told()

    course.lay(at=LATER, status="cancelled")

    assert len(course.told()) == 1


def test_who_came_under_a_layer_hears_of_its_change_though_nobody_was_there_before(course):
    course.lay(is_online=True)
    enrolment(course.intake, reached())

    assert course.told() == []
    course.lay(at=LATER, venue=VenueFactory(name="Dry Hall"))

    assert course.told()[0].count("Dry Hall") == 2


def test_what_a_layer_called_off_takes_place_after_all_when_it_is_lifted(course):
    enrolment(course.intake, reached())
    layer = course.lay(course.first, status="cancelled")
    course.told()

    lift_overlay(layer, by=operator(), at=LATER)

    assert "takes place after all: Monday 30 November 2026, 09:00" in course.told()[1]


def test_a_plan_changed_under_a_layer_that_says_otherwise_is_no_news(course):
    enrolment(course.intake, reached())
    course.lay(is_online=True)
    course.told()
    before = {"room": course.first.room}
    course.first.room = "Room 9"
    course.first.save()

    session_changed.send(type(course.first), session=course.first, before=before, by=operator(), at=LATER)

    assert len(course.told()) == 1
    assert SessionNews.objects.filter(at=LATER).count() == 0


def test_the_list_and_the_code_of_a_date_go_by_the_hour_that_holds(course):
    ada = person("Ada")
    place = enrolment(course.intake, ada)
    course.moved(by=3 * HOUR)
    begins = course.first.starts_at + 3 * HOUR
    open_code(course.first, code=CODE, by=course.teacher, at=begins)

    with pytest.raises(NotDuring):
        use_code(ada, course.first, CODE, by=as_self(ada), at=course.first.starts_at)

    made = use_code(ada, course.first, CODE, by=as_self(ada), at=begins)
    assert made.enrolment == place
    (shown,) = attendance_of([place], begins)[place.pk].entries
    assert shown.session.starts_at == begins


def test_nobody_was_at_a_date_that_a_layer_called_off(course):
    place = enrolment(course.intake, person("Ada"))
    course.lay(course.first, status="cancelled")

    with pytest.raises(DateCancelled):
        take_attendance(
            course.first,
            [Entry(place.public_id, "present")],
            by=course.teacher,
            at=course.first.starts_at,
        )
    assert standing_of(place, AT).dates == 1


def test_reminders_come_before_the_hour_that_holds_and_name_its_place(course):
    enrolment(course.intake, reached())
    course.moved(by=-DAY, venue=VenueFactory(name="Dry Hall"))

    assert remind_all(by=operator(), at=course.first.starts_at - 2 * DAY) == 1
    assert "Dry Hall" in Message.objects.get().body


def test_nobody_is_reminded_of_a_date_that_a_layer_called_off(course):
    enrolment(course.intake, reached())
    course.lay(status="cancelled")

    assert remind_all(by=operator(), at=course.first.starts_at - HOUR) == 0


def test_the_age_on_the_first_day_is_that_on_the_day_that_holds(course):
    offer = course.run.offer
    offer.age_from = 18
    offer.save()
    young = person("Yan", born_on=course.first.starts_at.date().replace(year=2008))
    course.moved(by=-DAY)

    assert terms_of(course.intake, AT).starts_at == course.first.starts_at - DAY
    with pytest.raises(TooYoung):
        enrol(course.intake, [Applicant(young)], by=as_self(young), at=AT)


def test_nobody_enrols_in_what_a_layer_called_off_altogether(course):
    course.lay(status="cancelled")
    ada = person("Ada")

    with pytest.raises(CalledOff):
        enrol(course.intake, [Applicant(ada)], by=as_self(ada), at=AT)


def test_my_places_show_the_hour_that_holds(course):
    place = enrolment(course.intake, person("Ada"))
    course.moved()

    assert place_of(place, at=AT).next.starts_at == course.first.starts_at + DAY


@pytest.fixture
def last_place(course):
    """Leave the course one place only."""
    course.intake.places = 1
    course.intake.save(update_fields=["places"])
    return course


def test_an_offered_place_can_be_answered_until_the_date_as_it_holds(last_place):
    early = AT + 2 * HOUR
    last_place.moved(early - last_place.first.starts_at)

    offered = last_place.offered(LATER)

    assert (offered.state, offered.until_at) == (Enrolment.State.OFFERED, early)
