"""One's own places as a calendar: a file, and a private address that follows changes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from icalendar import Calendar

from learningcity.catalogue.models import Session
from learningcity.enrolment.actions.calendars import make_calendar_address
from learningcity.enrolment.models import CalendarAddress, Enrolment, ReminderChoice
from learningcity.enrolment.permissions.attendance import can_choose_reminders
from learningcity.people.models import Acting, Membership
from tests.enrolment.factories import enrolment, intake, series_of
from tests.people.factories import (
    AT,
    as_guardian,
    as_helper,
    as_self,
    child,
    guardianship,
    login,
    mandate,
    member,
    organisation,
    person,
    sign_in,
)

pytestmark = pytest.mark.django_db

TOKEN = "t" * 43


class Learner:
    """Somebody with a place in a run of two dates, signed in."""

    def __init__(self, client):
        self.run = series_of(organisation())
        self.first, self.last = self.run.sessions.order_by("starts_at")
        self.ada = person("Ada")
        self.place = enrolment(intake(self.run), self.ada)
        self.client = sign_in(client, login(self.ada), second_factor=False)

    def subscribe(self, token=TOKEN):
        make_calendar_address(self.ada, token=token, by=as_self(self.ada), at=AT)

    def events(self, address=f"/calendars/{TOKEN}.ics"):
        answer = self.client.__class__().get(address)
        assert answer["Content-Type"].startswith("text/calendar")
        return list(Calendar.from_ical(answer.content).walk("VEVENT"))


@pytest.fixture
def learner(client):
    return Learner(client)


def test_the_file_holds_every_date_with_identifiers_that_stay(learner):
    answer = learner.client.get("/mine/calendar.ics")

    events = list(Calendar.from_ical(answer.content).walk("VEVENT"))
    assert [str(event["uid"]) for event in events] == [
        f"{one.public_id}@learningcity" for one in (learner.first, learner.last)
    ]
    assert {str(event["status"]) for event in events} == {"CONFIRMED"}
    assert str(learner.place.public_id) in str(events[0]["url"])


def test_the_private_address_follows_changes(learner):
    learner.subscribe()
    before = learner.events()
    later = learner.first.starts_at + timedelta(days=1)
    Session.objects.filter(pk=learner.first.pk).update(
        starts_at=later, ends_at=later + timedelta(hours=1), reason="Repairs"
    )
    Session.objects.filter(pk=learner.last.pk).update(status="cancelled")

    first, last = learner.events()

    assert first["uid"] == before[0]["uid"]
    assert first["dtstart"].dt == later
    assert str(first["description"]) == "Repairs"
    assert str(last["status"]) == "CANCELLED"
    assert first["dtstamp"].dt >= before[0]["dtstamp"].dt


def test_a_place_given_back_is_cancelled_in_the_calendar_unless_taken_anew(learner):
    learner.subscribe()
    Enrolment.objects.filter(pk=learner.place.pk).update(state="cancelled")
    gone = {str(event["status"]) for event in learner.events()}

    enrolment(learner.place.intake, learner.ada)
    back = learner.events()

    assert gone == {"CANCELLED"}
    assert [str(event["status"]) for event in back] == ["CONFIRMED", "CONFIRMED"]


def test_the_address_is_kept_as_a_digest_shown_once_and_renewed(learner):
    made = learner.client.post("/mine/reminders/calendar")
    address = made.text.split("/calendars/")[1].split(".ics")[0]
    learner.client.post("/mine/reminders/calendar")

    assert address not in learner.client.get("/mine/reminders").text
    assert CalendarAddress.objects.get().digest != address
    assert learner.client.get(f"/calendars/{address}.ics").status_code == 404


def test_the_address_can_be_ended(learner):
    learner.subscribe()

    learner.client.post("/mine/reminders/calendar", {"end": "1"})

    assert learner.client.get(f"/calendars/{TOKEN}.ics").status_code == 404


@pytest.mark.parametrize("token", ["x", "../../etc", "%00", "t" * 5000])
def test_a_wrong_address_opens_nothing(learner, token):
    assert learner.client.get(f"/calendars/{token}.ics").status_code == 404


def test_the_calendar_of_somebody_who_left_opens_nothing(learner):
    learner.subscribe()
    learner.ada.state, learner.ada.name, learner.ada.born_on = "anonymous", "", None
    learner.ada.save()

    assert learner.client.get(f"/calendars/{TOKEN}.ics").status_code == 404


def test_nobody_else_makes_an_address(learner):
    with pytest.raises(PermissionDenied):
        make_calendar_address(learner.ada, token=TOKEN, by=as_self(person()), at=AT)


@pytest.mark.parametrize("whose", ["guardian", "helper"])
def test_whoever_acts_for_somebody_gets_no_address_that_outlives_their_right(whose):
    kit, rosa, trust = child(), person("Rosa"), organisation()
    guardianship(kit, rosa)
    mandate(kit, trust)
    member(rosa, trust, Membership.Role.DESK)
    by = as_guardian(rosa, kit) if whose == "guardian" else as_helper(rosa, kit, trust)

    assert can_choose_reminders(by, kit, AT)
    with pytest.raises(PermissionDenied):
        make_calendar_address(kit, token=TOKEN, by=by, at=AT)


def test_the_page_of_somebody_acted_for_offers_the_file_alone(client):
    kit, rosa = child(), login()
    acting = Acting.objects.create(
        login=rosa,
        person=kit,
        guardianship=guardianship(kit, rosa.person),
        right="guardian",
        channel="web",
        started_at=now(),
        ends_at=now() + timedelta(hours=1),
    )
    sign_in(client, rosa, **{"people.acting": str(acting.public_id)})
    page = client.get("/mine/reminders").text

    assert "Download my places" in page
    assert "Make a private address" not in page
    assert client.post("/mine/reminders/calendar").status_code == 403


def test_a_visitor_signs_in_first(client):
    for page in ("/mine/reminders", "/mine/calendar.ics"):
        assert client.get(page)["Location"].startswith("/sign-in")


def test_a_person_chooses_when_to_be_reminded(learner):
    shown = learner.client.get("/mine/reminders")
    saved = learner.client.post("/mine/reminders", {"hours": "48"})
    wrong = learner.client.post("/mine/reminders", {"hours": "3"})

    assert 'value="24" id="id_hours_2" checked' in shown.text.replace(" required", "")
    assert (saved.status_code, wrong.status_code) == (302, 400)
    assert ReminderChoice.objects.get().hours == 48


def test_the_calendar_asks_the_same_number_of_questions_for_many_places(learner):
    learner.subscribe()
    counts = []
    for more in (0, 3):
        for _place in range(more):
            enrolment(intake(series_of(organisation())), learner.ada)
        with CaptureQueriesContext(connection) as asked:
            learner.events()
        counts.append(len(asked))

    assert counts[0] == counts[1]
