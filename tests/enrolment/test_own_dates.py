"""The page of one's place: whether one was there, with every correction; where the code is typed now."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from learningcity.catalogue.actions.overlays import ForNow, overlay_sessions
from learningcity.core.actors import operator
from learningcity.enrolment.models import Attendance, AttendanceCorrection, Completion
from learningcity.people.queries.logins import digest_of
from tests.catalogue.factories import SessionFactory
from tests.enrolment.factories import enrolment, guest, intake, series_of
from tests.enrolment.test_pages_places import resident
from tests.people.factories import organisation, person

pytestmark = pytest.mark.django_db

WEEK = timedelta(weeks=1)
LINK = "a-link-in-a-message"


def words(answer):
    return " ".join(html.unescape(answer.content.decode()).split())


class Course:
    """A run with a date a week ago, one that takes place now, and one in a week."""

    def __init__(self):
        self.run = series_of(organisation(), sessions=0)
        begins = now() - timedelta(minutes=30)
        self.past, self.now, self.coming = (
            SessionFactory(series=self.run, starts_at=begins + shift) for shift in (-WEEK, 0 * WEEK, WEEK)
        )
        self.intake = intake(self.run)

    def enter(self, place, state, session=None, **more):
        return Attendance.objects.create(
            enrolment=place,
            session=session or self.past,
            state=state,
            way="list",
            author=str(person("Tess").public_id),
            taken_at=now(),
            changed_at=now(),
            **more,
        )


@pytest.fixture
def course():
    return Course()


def page(client, place):
    return words(client.get(reverse("enrolment:place_detail", args=[place.public_id])))


def test_a_person_reads_whether_they_were_there_and_why_it_was_corrected(client, course):
    place = enrolment(course.intake, resident(client))
    entry = course.enter(place, "part", minutes=45)
    AttendanceCorrection.objects.create(
        attendance=entry, before="absent", after="part", reason="Came late", corrected_at=now()
    )

    shown = page(client, place)

    assert "Entered as part of the time by your teacher, 45 minutes" in shown
    assert "corrected by the organiser from absent to part of the time. Reason: Came late" in shown
    assert "Tess" not in shown


def test_what_was_completed_is_said(client, course):
    place = enrolment(course.intake, resident(client))
    Completion.objects.create(enrolment=place, rule="share", percent=90, minutes=180, completed_at=now())

    assert "you were there for 90 % of it" in page(client, place)


def test_while_a_date_takes_place_the_page_leads_to_its_code(client, course):
    place = enrolment(course.intake, resident(client))
    address = reverse("enrolment:attend", args=[course.now.public_id])

    before = page(client, place)
    course.enter(place, "present", course.now)

    assert address in before
    assert address not in page(client, place)


def test_a_guest_is_led_to_the_code_by_their_own_link(client, course):
    enrolment(course.intake, guest=guest(link_digest=digest_of(LINK), confirmed_at=now(), at=now()))
    address = reverse("enrolment:attend_guest", args=[course.now.public_id, LINK])

    shown = words(client.get(reverse("enrolment:guest_place", args=[LINK])))

    assert address in shown
    assert client.get(address).status_code == 200


def test_who_waits_is_led_to_no_code(client, course):
    place = enrolment(course.intake, resident(client), state="waiting", turn=1)

    assert "type the code" not in page(client, place)


def test_what_holds_for_now_is_said_with_its_reason(client, course):
    place = enrolment(course.intake, resident(client))
    overlay_sessions(
        "flood",
        {course.now: ForNow(status="cancelled"), course.coming: ForNow(is_online=True)},
        reason="The river is high",
        by=operator(),
        at=now(),
    )

    shown = page(client, place)

    assert shown.count("For now: The river is high") == 2
    assert "Cancelled" in shown
    assert ", online" in shown
    assert "type the code" not in shown


def test_the_page_asks_few_questions_however_many_dates_were_entered(
    client, course, django_assert_max_num_queries
):
    place = enrolment(course.intake, resident(client))
    for session in (course.past, course.now, course.coming):
        course.enter(place, "present", session)

    with django_assert_max_num_queries(16):
        page(client, place)
