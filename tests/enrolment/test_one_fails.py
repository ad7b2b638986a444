"""One thing that goes wrong in a run of the schedule stops nothing else, and is tried again."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from learningcity.catalogue.models import Session
from learningcity.core.actors import Channel, operator
from learningcity.core.models import Message, ScheduledRun
from learningcity.core.schedule import REGISTERED, run_if_due
from learningcity.enrolment.actions.confirming import confirm_places
from learningcity.enrolment.actions.reminders import remind_all
from learningcity.enrolment.actions.session_news import tell_news
from learningcity.enrolment.models import Enrolment, Guest, SessionNews
from learningcity.enrolment.signals import enrolment_changed
from learningcity.enrolment.tasks import holds, queue
from tests.enrolment.factories import enrolment, guest, intake, series_of
from tests.people.factories import AT, login, organisation, person

pytestmark = pytest.mark.django_db
BY = operator(Channel.TASK)
LATER = AT + timedelta(days=3)


@contextmanager
def failing_for(bad):
    """Let a room above fail whenever one of these enrolments changes."""

    def fail(sender, *, enrolment, **more):
        if enrolment.pk == bad.pk:
            raise RuntimeError

    enrolment_changed.connect(fail)
    try:
        yield
    finally:
        enrolment_changed.disconnect(fail)


def states(*rows):
    return [Enrolment.objects.get(pk=row.pk).state for row in rows]


@pytest.mark.parametrize(("work", "state"), [(holds.free_holds, "held"), (queue.move_offers_on, "offered")])
def test_one_place_that_cannot_be_freed_keeps_no_other(work, state):
    bad, good = (enrolment(state=state) for _number in range(2))

    with failing_for(bad):
        work(LATER)
    assert states(bad, good) == [state, "lapsed"]

    work(LATER)
    assert states(bad, good) == ["lapsed", "lapsed"]


def test_a_failure_counts_for_the_operator():
    with failing_for(enrolment(state="held")):
        run_if_due(REGISTERED["enrolment.free_holds"], at=LATER)

    assert ScheduledRun.objects.get(job="enrolment.free_holds").failures == 1


def test_more_guests_than_are_read_at_once_go_in_one_run():
    for number in range(3):
        guest(email=f"{number}@example.org")
    Guest.objects.update(ends_at=AT)

    holds.end_guests(LATER)

    assert not Guest.objects.filter(erased_at=None).exists()


# Messages: a time zone that nobody knows cannot be said in words.


def places_with_one_bad_zone():
    """Return two who have a place, the first at dates that no message can say; and those dates."""
    made = []
    for number in range(2):
        who = person()
        login(who, email=f"{number}@example.org")
        made.append(enrolment(intake(series_of(organisation(f"School {number}"))), who))
    dates = Session.objects.filter(series=made[0].intake.series_id)
    dates.update(time_zone="Nowhere/City")
    return *made, dates


def written(template):
    return Message.objects.filter(template=f"enrolment/messages/{template}").count()


def test_one_confirmation_that_cannot_be_written_keeps_no_other():
    bad, good, dates = places_with_one_bad_zone()

    assert confirm_places(by=BY, at=AT) == 1
    assert [Enrolment.objects.get(pk=one.pk).told_at for one in (bad, good)] == [None, AT]

    dates.update(time_zone="Europe/London")
    assert confirm_places(by=BY, at=AT) == 1
    assert confirm_places(by=BY, at=AT) == 0
    assert written("place_taken") == 2


def test_one_reminder_that_cannot_be_written_keeps_no_other():
    _bad, good, dates = places_with_one_bad_zone()
    soon = Session.objects.filter(series=good.intake.series_id).earliest("starts_at").starts_at
    soon -= timedelta(hours=2)

    assert remind_all(by=BY, at=soon) == 1
    dates.update(time_zone="Europe/London")
    assert remind_all(by=BY, at=soon) == 1
    assert written("reminder") == 2


def test_one_piece_of_news_that_cannot_be_written_keeps_no_other():
    bad, good, dates = places_with_one_bad_zone()
    for one in (bad, good):
        date = Session.objects.filter(series=one.intake.series_id).earliest("starts_at")
        known = {
            "starts_at": date.starts_at.isoformat(),
            "ends_at": date.ends_at.isoformat(),
            "place": "Library",
            "is_online": False,
            "status": "planned",
            "reason": "",
        }
        SessionNews.objects.create(session=date, what="session_cancelled", before=known, after=known, at=AT)

    assert tell_news(by=BY, at=AT) == 1
    dates.update(time_zone="Europe/London")
    assert tell_news(by=BY, at=AT) == 1
    assert tell_news(by=BY, at=AT) == 0
    assert written("session_news") == 2
