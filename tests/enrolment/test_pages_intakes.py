"""The organiser's pages: settings with their consequences, the decision, the people."""

import html
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils.timezone import now
from openpyxl import load_workbook

from learningcity.core.models import AuditLine
from learningcity.enrolment.models import Criterion, Enrolment, Intake
from learningcity.people.models import Membership
from tests.enrolment.factories import enrolment, guest, intake, series_of
from tests.people.factories import city_office, login, member, organisation, person, sign_in

pytestmark = pytest.mark.django_db

Role = Membership.Role
SETTINGS = {
    "places": "10", "rule": "arrival", "answer_hours": "48", "hold_minutes": "15", "minimum": "0",
    "largest_party": "6", "most_companions": "1", "checks_age": "on", "cancel_hours": "0",
    "completing": "share", "completing_percent": "80",
    "criteria-TOTAL_FORMS": "0", "criteria-INITIAL_FORMS": "0",
}  # fmt: skip


def words(answer):
    return " ".join(html.unescape(answer.content.decode()).split())


@pytest.fixture
def school():
    return organisation("River School")


@pytest.fixture
def run(school):
    return series_of(school, at=now())


@pytest.fixture
def editor(client, school):
    who = member(person("Ed Editor"), school, Role.EDITOR).person
    sign_in(client, login(who))
    return who


def settings_of(run):
    return reverse("enrolment:intake_settings", args=[run.public_id])


def test_an_organiser_opens_places(client, editor, run):
    page = words(client.get(settings_of(run)))
    opened = client.post(settings_of(run), SETTINGS | {"act": "open", "allows_guests": "on"}, follow=True)

    assert "No places are open here yet." in page
    made = Intake.objects.get()
    assert (made.series, made.places, made.allows_guests, made.checks_age) == (run, 10, True, True)
    assert "0 enrolled, 10 of 10 places left" in words(opened)


def test_what_a_change_does_is_shown_before_it_is_saved(client, editor, run):
    of = intake(run, places=1)
    enrolment(of)
    waits = enrolment(of, person("Wanda"), state="waiting", turn=1)

    unseen = client.post(settings_of(run), SETTINGS | {"places": "2", "act": "save", "seen": ""})
    shown = client.post(settings_of(run), SETTINGS | {"places": "2", "act": "show"})
    waits.refresh_from_db()
    before = waits.state
    digest = shown.context["seen"].digest
    saved = client.post(settings_of(run), SETTINGS | {"places": "2", "act": "save", "seen": digest})

    assert unseen.status_code == 400
    assert "1 person on the waiting list is offered a place at once" in words(shown)
    assert before == "waiting"
    assert saved.status_code == 302
    waits.refresh_from_db()
    of.refresh_from_db()
    assert (of.places, waits.state) == (2, "offered")


def test_fewer_places_than_are_taken_are_refused_and_nothing_typed_is_lost(client, editor, run):
    of = intake(run, places=3)
    for _ in range(3):
        enrolment(of)

    shown = client.post(settings_of(run), SETTINGS | {"places": "2", "act": "show"})

    assert "3 places are taken. You cannot save fewer" in words(shown)
    assert 'name="seen"' not in shown.content.decode()
    assert 'value="2"' in shown.content.decode()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"places": "-1"}, "Ensure this value is greater than or equal to 0"),
        ({"minimum": "11", "decide_on": "2030-01-01"}, "The smallest number cannot be larger"),
        ({"minimum": "3"}, "Say on which day you decide"),
        ({"rule": "draw"}, "Say when the order is drawn."),
        ({"closes_at": "soon"}, "Give a day and a time, like 2026-12-24 18:30."),
    ],
)
def test_settings_that_cannot_be_are_refused_at_their_field(client, editor, run, said, sentence):
    answer = client.post(settings_of(run), SETTINGS | said)

    assert answer.status_code == 400
    assert sentence in words(answer)
    assert not Intake.objects.exists()


def test_a_list_by_need_has_published_reasons(client, editor, run):
    later = now() + timedelta(days=3)
    said = SETTINGS | {
        "rule": "priority", "draws_at": f"{later:%Y-%m-%dT%H:%M}", "criteria-TOTAL_FORMS": "2",
        "criteria-0-words": "Under 26", "criteria-0-kind": "age", "criteria-0-most": "25",
        "criteria-0-points": "5", "criteria-0-from_on": "2026-01-01", "criteria-1-words": "",
    }  # fmt: skip

    client.post(settings_of(run), said)

    reason = Criterion.objects.get()
    assert (reason.words, reason.points, reason.most, reason.key) == ("Under 26", 5, 25, "under-26")
    assert len(Intake.objects.get().seed_digest) == 64
    without_points = client.post(settings_of(run), said | {"criteria-0-points": ""})
    assert without_points.status_code == 400
    assert "Give the points that the reason counts." in words(without_points)


def test_one_date_can_have_places_of_its_own(client, editor, run):
    session = run.sessions.first()
    address = reverse("enrolment:session_settings", args=[session.public_id])

    client.post(address, SETTINGS)

    assert Intake.objects.get().session == session
    assert "10 of 10 places left" in words(client.get(settings_of(run)))


def test_a_course_is_called_off_only_by_somebody_who_is_sure(client, editor, run):
    of = intake(run)
    one = enrolment(of)
    address = reverse("enrolment:intake_decision", args=[of.public_id])

    unsure = client.post(address, {"decision": "cancelled"})
    one.refresh_from_db()
    still = one.state
    client.post(address, {"decision": "cancelled", "is_sure": "on"})

    assert unsure.status_code == 400
    assert still == "enrolled"
    one.refresh_from_db()
    assert one.state == "called_off"


def test_the_door_is_closed_and_opened_again(client, editor, run):
    of = intake(run)
    address = reverse("enrolment:intake_open", args=[of.public_id])

    client.post(address, {"act": "close"})
    of.refresh_from_db()
    closed = of.is_open
    client.post(address, {"act": "reopen"})
    of.refresh_from_db()

    assert (closed, of.is_open) == (False, True)
    assert client.post(address, {"act": "other"}).status_code == 404


def people_of(run):
    return reverse("enrolment:people", args=[run.public_id])


def test_an_organiser_finds_who_is_enrolled_and_who_waits(client, editor, run):
    of = intake(run)
    enrolment(of, person("Rosa Rivers"))
    enrolment(of, person("Wanda Waits"), state="waiting")
    enrolment(of, person("Gone Already"), state="cancelled")
    enrolment(of, guest=guest("Gwen Guest"))

    everybody = words(client.get(people_of(run)))
    waiting = words(client.get(f"{people_of(run)}?state=waiting"))
    found = words(client.get(f"{people_of(run)}?q=rosa"))

    assert all(name in everybody for name in ("Rosa Rivers", "Wanda Waits", "Gwen Guest"))
    assert "Gone Already" not in everybody
    assert "Wanda Waits" in waiting
    assert "Rosa Rivers" not in waiting
    assert "Rosa Rivers" in found
    assert "Wanda Waits" not in found


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_asks_as_often_however_long_it_is(client, editor, run, count, django_assert_max_num_queries):
    of = intake(run, places=None)
    for number in range(count):
        enrolment(of, person(f"Person {number}"))

    with django_assert_max_num_queries(16):
        client.get(people_of(run))


def test_the_list_is_downloaded_without_formulas_and_that_is_written_down(client, editor, run):
    of = intake(run)
    enrolment(of, person("=1+1"))

    csv = client.get(reverse("enrolment:people_download", args=[run.public_id, "csv"]))
    xlsx = client.get(reverse("enrolment:people_download", args=[run.public_id, "xlsx"]))

    assert "'=1+1" in b"".join(csv.streaming_content).decode()
    assert load_workbook(BytesIO(xlsx.content)).active["B2"].value == "=1+1"
    assert AuditLine.objects.filter(action="enrolment.people_downloaded").count() == 2


def test_an_enrolment_is_ended_with_a_reason_that_the_person_reads(client, editor, run):
    of = intake(run)
    rosa = person("Rosa Rivers")
    one = enrolment(of, rosa)
    address = reverse("enrolment:people_call_off", args=[one.public_id])

    asked = client.post(address, {})
    ended = client.post(address, {"reason": "away"}, follow=True)

    assert asked.status_code == 400
    assert "the person is told" in words(ended)
    one.refresh_from_db()
    assert one.state == "called_off"
    assert one.changes.get(state="called_off").reason == "away"
    client.logout()
    sign_in(client, login(rosa), second_factor=False)
    page = words(client.get(reverse("enrolment:place_detail", args=[one.public_id])))
    assert "called off by the organiser, the organiser, River School: did not come and did not say so" in page


def test_a_teacher_sees_the_people_and_changes_nothing(client, school, run):
    of = intake(run)
    one = enrolment(of)
    sign_in(client, login(member(person("Tess"), school, Role.TEACHER).person))

    assert client.get(people_of(run)).status_code == 200
    assert client.get(settings_of(run)).status_code == 403
    assert client.post(reverse("enrolment:people_call_off", args=[one.public_id])).status_code == 403


def test_the_city_keeps_places_but_does_not_see_who_is_enrolled(client, run):
    intake(run)
    sign_in(client, login(member(person("Olga"), city_office(), Role.OFFICER).person))

    assert client.get(settings_of(run)).status_code == 200
    assert client.get(people_of(run)).status_code == 403


def test_another_school_and_residents_come_in_nowhere(client, run):
    of = intake(run)
    one = enrolment(of)
    addresses = [
        settings_of(run),
        people_of(run),
        reverse("enrolment:session_settings", args=[run.sessions.first().public_id]),
        reverse("enrolment:intake_decision", args=[of.public_id]),
        reverse("enrolment:people_download", args=[run.public_id, "csv"]),
        reverse("enrolment:people_call_off", args=[one.public_id]),
    ]
    for who in (person("Resident"), member(person("Other"), organisation("Hill School")).person):
        client.logout()
        assert [client.get(address).status_code for address in addresses] == [302] * len(addresses)
        sign_in(client, login(who))
        assert [client.get(address).status_code for address in addresses] == [403] * len(addresses)
    assert Enrolment.objects.get().state == "enrolled"


def test_the_workspace_of_a_run_says_how_many_and_leads_to_places_and_people(client, editor, run):
    of = intake(run, places=4)
    enrolment(of)
    intake(run, session=run.sessions.first(), places=7)

    page = words(client.get(reverse("catalogue:series_workspace", args=[run.public_id])))

    assert "1 enrolled, 3 of 4 places left" in page
    assert page.count("0 enrolled, 7 of 7 places left") == 2
    assert settings_of(run) in page
    assert people_of(run) in page
