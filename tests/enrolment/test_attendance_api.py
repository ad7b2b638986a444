"""Presence for machines: read and written with a key of the organisation, under the rules of the list."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from learningcity.core.actors import operator
from learningcity.enrolment.models import Attendance, AttendanceCorrection
from learningcity.people.actions.keys import make_key
from learningcity.people.queries.keys import token_of
from tests.catalogue.factories import SessionFactory
from tests.enrolment.factories import enrolment, intake, series_of
from tests.people.factories import organisation, person

pytestmark = pytest.mark.django_db

TOKEN = token_of(b"7" * 40)


class School:
    """A date that takes place now with one person enrolled, and a key of its organisation."""

    def __init__(self, client):
        self.client, self.own = client, organisation()
        run = series_of(self.own, sessions=0)
        self.session = SessionFactory(series=run, starts_at=now() - timedelta(minutes=10))
        self.place = enrolment(intake(run), person("Ada"))

    def key(self, *scopes):
        make_key(self.own, label="x", scopes=scopes, days=9, token=TOKEN, by=operator(), at=now())

    def ask(self, method="get", body=None, session=None):
        address = f"/api/v1/sessions/{(session or self.session).public_id}/attendance"
        more = {"data": body, "content_type": "application/json"} if body is not None else {}
        return getattr(self.client, method)(address, headers={"Authorization": f"Bearer {TOKEN}"}, **more)

    def enter(self, state="present", **more):
        reason = {"reason": more.pop("reason")} if "reason" in more else {}
        item = {"enrolment": str(self.place.public_id), "state": state, **more}
        return self.ask("post", {"items": [item], **reason})


@pytest.fixture
def school(client):
    return School(client)


def test_a_key_reads_and_enters_the_list_of_its_organisation(school):
    school.key("attendance.read", "attendance.write")

    empty = school.ask().json()["items"][0]
    entered = school.enter()
    read = school.ask().json()["items"][0]

    assert (empty["name"], empty["state"], empty["seen"]) == ("Ada", None, "")
    assert entered.status_code == 200
    assert (read["state"], read["way"]) == ("present", "list")


def test_a_correction_needs_what_was_seen_and_a_reason(school):
    school.key("attendance.read", "attendance.write")
    school.enter()
    seen = school.ask().json()["items"][0]["seen"]

    stale = school.enter("absent", reason="Wrong")
    silent = school.enter("absent", seen=seen)
    right = school.enter("absent", seen=seen, reason="Wrong")

    codes = [answer.json()["error"]["code"] for answer in (stale, silent)]
    assert (stale.status_code, codes) == (409, ["changed_meanwhile", "reason_missing"])
    assert right.status_code == 200
    assert AttendanceCorrection.objects.get().reason == "Wrong"


def test_without_the_scope_or_for_another_organisation_nothing_opens(school):
    elsewhere = SessionFactory(series=series_of(organisation("Elsewhere"), sessions=0))
    none = school.ask()
    school.key("attendance.read")

    assert none.status_code == 401
    assert school.enter().json()["error"]["code"] == "scope_missing"
    assert school.ask(session=elsewhere).status_code == 403
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"items": []}, 422),
        ({"items": [{"enrolment": "x", "state": "present"}]}, 422),
        ({"items": [{"enrolment": "00000000-0000-0000-0000-000000000005", "state": "present"}]}, 409),
        ({"items": [], "forged": 1}, 422),
    ],
)
def test_what_cannot_be_entered_is_refused(school, body, status):
    school.key("attendance.write")

    assert school.ask("post", body).status_code == status


def test_a_state_that_is_none_and_minutes_that_cannot_be_are_refused(school):
    school.key("attendance.write")

    answers = [school.enter("here"), school.enter("part", minutes=0), school.enter("part", minutes=500)]

    assert [answer.status_code for answer in answers] == [409, 422, 409]
