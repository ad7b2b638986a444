"""What is called off or postponed because few came: dates, search and people hear of it, people once."""

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.core.actors import operator
from learningcity.core.models import Message
from learningcity.enrolment.actions.deciding import ask_to_decide, decide
from learningcity.enrolment.actions.leaving import call_off
from learningcity.enrolment.actions.session_news import tell_news
from learningcity.enrolment.models import Intake, StatusChange
from learningcity.enrolment.queries.own_places import place_of
from tests.enrolment.factories import enrolment, guest, intake, series_of
from tests.enrolment.test_reminders import reached
from tests.people.factories import AT, as_member, member, organisation, person

pytestmark = pytest.mark.django_db


class Course:
    """A run of two dates, its places, somebody enrolled and somebody who waits."""

    def __init__(self):
        self.school = organisation()
        self.run = series_of(self.school)
        self.intake = intake(self.run, minimum=5, decide_on=AT.date())
        self.place = enrolment(self.intake, reached("Ada"))
        enrolment(self.intake, reached("Wes"), state="waiting", turn=1)
        self.editor = as_member(member(person("Eve"), self.school, "editor"))

    def decide(self, decision, by=None, **more):
        return decide(self.intake, decision, by=by or self.editor, at=AT, **more)

    def told(self):
        tell_news(by=operator(), at=AT)
        return list(Message.objects.values_list("address", "template").order_by("pk"))

    def dates(self):
        return list(self.run.sessions.order_by("starts_at").values_list("status", "reason"))


@pytest.fixture
def course():
    return Course()


@pytest.mark.parametrize(("decision", "status"), [("cancelled", "cancelled"), ("postponed", "postponed")])
def test_the_dates_say_it_with_the_reason_and_everybody_is_told_once(course, decision, status):
    course.decide(decision, reason="Too few so far")

    assert course.dates() == [(status, "Too few so far")] * 2
    template = f"enrolment/messages/decided_{decision}"
    assert course.told() == [("ada@example.org", template), ("wes@example.org", template)]
    assert "Reason: Too few so far" in Message.objects.first().body


@pytest.mark.parametrize("decision", ["go", "postponed", "cancelled"])
def test_who_only_asked_or_only_holds_a_place_is_told_nothing(course, decision):
    asked = enrolment(course.intake, guest=guest(), state="asked")
    held = enrolment(course.intake, reached("Hal"), state="held")
    waiting = enrolment(
        course.intake, guest=guest("Gil", "gil@example.org", confirmed_at=AT), state="waiting", turn=2
    )

    course.decide(decision)

    assert [address for address, _template in course.told()] == [
        "ada@example.org",
        "wes@example.org",
        "gil@example.org",
    ]
    for one in (asked, held, waiting):
        one.refresh_from_db()
    ended = decision == "cancelled"
    assert (asked.state, held.state, waiting.state) == (
        ("called_off",) * 3 if ended else ("asked", "held", "waiting")
    )


def test_nothing_is_written_to_an_address_that_nobody_confirmed(course):
    asked = enrolment(course.intake, guest=guest(), state="asked")

    call_off(asked, by=course.editor, at=AT)

    assert not Message.objects.filter(address="gwen@example.org").exists()


def test_without_a_reason_it_says_that_too_few_are_enrolled(course):
    course.decide("cancelled")

    assert course.dates()[0] == ("cancelled", "Too few people are enrolled.")


def test_a_date_with_places_of_its_own_alone_is_called_off(course):
    last = course.run.sessions.order_by("starts_at").last()
    of_last = intake(course.run, session=last)
    enrolment(of_last, reached("Lea"))

    decide(of_last, "cancelled", by=course.editor, at=AT)

    assert [status for status, _reason in course.dates()] == ["planned", "cancelled"]
    assert course.told() == [
        ("lea@example.org", "enrolment/messages/decided_cancelled"),
        ("ada@example.org", "enrolment/messages/session_news"),
        ("wes@example.org", "enrolment/messages/session_news"),
    ]


def test_who_keeps_the_place_reads_in_its_history_that_it_is_postponed(course):
    course.decide("postponed")

    line = StatusChange.objects.get(enrolment=course.place)
    assert (line.state, line.reason, line.author) == ("enrolled", "decided_postponed", course.editor.person)
    assert place_of(course.place, at=AT).dates[0].status == "postponed"


def test_a_run_without_dates_can_be_called_off(course):
    course.run.sessions.all().delete()

    course.decide("cancelled")

    course.place.refresh_from_db()
    assert course.place.state == "called_off"


@pytest.mark.parametrize("decision", ["postponed", "cancelled"])
def test_what_somebody_decided_a_moment_ago_is_not_asked_about_nor_undone(course, decision):
    Intake.objects.update(minimum=1)
    course.intake.refresh_from_db()
    course.decide(decision)

    assert not ask_to_decide(course.intake, by=operator(), at=AT)
    assert Intake.objects.get().decision == decision


def test_to_say_that_it_takes_place_changes_no_date(course):
    course.decide("go")

    assert [status for status, _reason in course.dates()] == ["planned", "planned"]


def test_a_teacher_decides_nothing(course):
    teacher = as_member(member(person("Tess"), course.school, "teacher"))

    for decision in ("go", "postponed", "cancelled"):
        with pytest.raises(PermissionDenied):
            course.decide(decision, by=teacher)
