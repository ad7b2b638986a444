"""Reminders: as long before as the person chose, in their way and language, once, stoppable."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.catalogue.models import Session
from learningcity.core.actors import operator
from learningcity.core.models import Message, ScheduledRun
from learningcity.core.schedule import REGISTERED, run_if_due
from learningcity.enrolment.actions import reminders
from learningcity.enrolment.actions.guests import end_guest
from learningcity.enrolment.actions.reminders import choose_reminder, remind_all
from learningcity.enrolment.models import Enrolment, ReminderChoice
from learningcity.people.models import Contact, GuardianLimit
from tests.enrolment.factories import enrolment, guest, intake, series_of
from tests.people.factories import AT, as_guardian, as_self, child, guardianship, login, organisation, person

pytestmark = pytest.mark.django_db


class Course:
    """A run of two dates a week apart, and the moment of the first."""

    def __init__(self):
        self.run = series_of(organisation())
        self.first, self.last = self.run.sessions.order_by("starts_at")
        self.intake = intake(self.run)

    def place(self, who, **more):
        return enrolment(self.intake, who, **more)

    def remind(self, hours, date=None):
        return remind_all(by=operator(), at=(date or self.first).starts_at - timedelta(hours=hours))


@pytest.fixture
def course():
    return Course()


def reached(name="Ada", channel="mail", language="en", **fields):
    """Make a person who is reached."""
    who = person(name, **fields)
    Contact.objects.create(
        person=who,
        channel=channel,
        email=f"{name.lower()}@example.org",
        phone="+441633496000",
        address="1 High Street",
        language=language,
        changed_at=AT,
    )
    return who


def test_without_a_choice_it_is_the_day_before_and_once(course):
    place = course.place(reached())

    assert course.remind(25) == 0
    assert course.remind(24) == 1
    assert course.remind(20) == 0

    sent = Message.objects.get()
    offer = course.run.offer
    assert (sent.channel, sent.address) == ("mail", "ada@example.org")
    assert sent.subject == f"Reminder: {offer.title}, Monday 30 November 2026, 09:00 to 11:00"
    assert f"/mine/places/{place.public_id}" in sent.body
    assert f"/offers/{offer.public_id}/calendar.ics" in sent.body
    assert course.first.venue.name in sent.body


@pytest.mark.parametrize("hours", [2, 24, 48, 168])
def test_people_are_reminded_as_long_before_as_they_chose(course, hours):
    ada = reached()
    Session.objects.filter(pk=course.first.pk).update(status="cancelled")
    course.place(ada)
    choose_reminder(ada, hours, by=as_self(ada), at=AT)

    assert course.remind(hours + 1, course.last) == 0
    assert course.remind(hours, course.last) == 1


def test_between_the_hours_only_what_became_due_since_the_last_run_is_looked_through(course):
    course.place(reached())
    job = REGISTERED["enrolment.remind"]

    def at_minutes(minutes):
        """Run so many minutes after the reminder became due; the date begins at a whole hour."""
        Message.objects.all().delete()
        run_if_due(job, at=course.first.starts_at - timedelta(hours=24) + timedelta(minutes=minutes))
        return Message.objects.count()

    assert at_minutes(-20) == 0
    assert at_minutes(15) == 1
    assert at_minutes(50) == 0
    assert at_minutes(60) == 1


def test_what_became_due_while_the_schedule_stood_still_is_not_forgotten(course):
    course.place(reached())
    due_at = course.first.starts_at - timedelta(hours=24)
    ScheduledRun.objects.create(job="enrolment.remind", due_at=due_at - timedelta(hours=2))

    run_if_due(REGISTERED["enrolment.remind"], at=due_at + timedelta(hours=5, minutes=30))

    assert Message.objects.count() == 1


def test_who_wants_no_reminder_or_no_messages_gets_none(course):
    ada, nobody = reached(), reached("Nia", "none")
    course.place(ada)
    course.place(nobody)
    choose_reminder(ada, 0, by=as_self(ada), at=AT)

    assert course.remind(1) == 0


def test_only_those_who_have_a_place_are_reminded(course):
    for state in ("waiting", "cancelled", "offered", "asked"):
        course.place(reached(state.title()), state=state)
    Enrolment.objects.update(asked_at=AT)

    assert course.remind(1) == 0


def test_who_enrols_after_the_reminder_was_due_knows_it_already(course):
    place = course.place(reached())
    Enrolment.objects.filter(pk=place.pk).update(changed_at=course.first.starts_at - timedelta(hours=20))

    assert course.remind(19) == 0


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_nobody_is_reminded_of_what_does_not_take_place(course, status):
    course.place(reached())
    Session.objects.filter(pk=course.first.pk).update(status=status)

    assert course.remind(1) == 0


def test_a_date_that_moves_is_reminded_of_anew(course):
    course.place(reached())
    course.remind(24)
    later = course.first.starts_at + timedelta(days=2)
    Session.objects.filter(pk=course.first.pk).update(
        starts_at=later, ends_at=later + timedelta(hours=2), status="moved"
    )

    assert remind_all(by=operator(), at=later - timedelta(hours=20)) == 1


def test_nothing_is_sent_once_it_has_begun(course):
    course.place(reached())

    assert course.remind(0) == 0


def test_it_comes_in_the_language_and_by_the_channel_of_the_person(course):
    course.place(reached("Sol", "sms", "es"))
    course.place(reached("Lee", "letter"))
    login_only = login(person("Una")).person
    course.place(login_only)

    assert course.remind(24) == 3

    sent = {one.channel: one for one in Message.objects.all()}
    assert set(sent) == {"sms", "letter", "mail"}
    assert sent["sms"].language == "es"
    assert sent["letter"].address == "Lee\n1 High Street"


def test_what_was_written_to_a_guest_goes_with_the_guest(course):
    gwen = guest(confirmed_at=AT)
    course.place(None, guest=gwen)
    course.remind(24)
    end_guest(gwen, by=operator(), at=gwen.ends_at + timedelta(days=400))

    (message,) = Message.objects.all()
    assert (message.address, message.body) == ("", "")


def test_a_guest_is_reminded_by_mail_and_only_if_confirmed(course):
    gwen = guest(confirmed_at=AT, language="es")
    course.place(None, guest=gwen)
    course.place(None, guest=guest("Nobody", "nobody@example.org"))

    assert course.remind(24) == 1

    sent = Message.objects.get()
    assert (sent.address, sent.language, sent.recipient) == ("gwen@example.org", "es", str(gwen.public_id))
    assert "/mine/places" not in sent.body


def test_guardians_are_reminded_for_a_child_unless_a_court_forbids_it(course):
    kid, mother, father = child("Kit"), reached("Mo"), reached("Fay")
    guardianship(kid, mother)
    limited = guardianship(kid, father)
    GuardianLimit.objects.create(
        kind="court", child=kid, guardianship=limited, purpose="places", from_on=date(2026, 1, 1), set_at=AT
    )
    course.place(kid)

    assert course.remind(24) == 1

    sent = Message.objects.get()
    assert sent.recipient == str(mother.public_id)
    assert "Kit has a place" in sent.body


def test_a_run_that_is_stopped_goes_on_where_it_was(course, monkeypatch):
    for name in ("Ada", "Ben", "Cem"):
        course.place(reached(name))
    whole = reminders.send

    def stop(receiver, *given, **more):
        if receiver.way.address.startswith("cem"):
            raise KeyboardInterrupt
        whole(receiver, *given, **more)

    monkeypatch.setattr(reminders, "send", stop)
    with pytest.raises(KeyboardInterrupt):
        course.remind(24)
    monkeypatch.undo()

    assert course.remind(24) == 1
    assert Message.objects.count() == 3


def test_the_number_of_questions_to_find_who_was_reminded_does_not_grow(course, django_assert_num_queries):
    for name in ("Ada", "Ben", "Cem", "Dee"):
        course.place(reached(name))
    course.remind(24)

    with django_assert_num_queries(6):
        course.remind(23)


def test_the_person_and_whoever_acts_for_them_choose_nobody_else(course):
    kid, parent = child(), person("Pat")
    guardianship(kid, parent)

    choose_reminder(kid, 48, by=as_guardian(parent, kid), at=AT)
    with pytest.raises(PermissionDenied):
        choose_reminder(kid, 2, by=as_self(person("Sid")), at=AT)
    with pytest.raises(ValueError, match="no such choice"):
        choose_reminder(kid, 3, by=as_self(kid), at=AT)
    with pytest.raises(PermissionDenied):
        remind_all(by=as_self(parent), at=AT)

    assert ReminderChoice.objects.get().hours == 48
