"""The pages about presence: for those who teach there, and for those who are there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from learningcity.enrolment.models import Attendance, AttendanceCorrection, Completion, SessionCode
from learningcity.people.models import Membership
from learningcity.people.queries.logins import digest_of
from tests.catalogue.factories import SessionFactory
from tests.enrolment.factories import enrolment, guest, intake, series_of
from tests.people.factories import login, member, organisation, person, sign_in

pytestmark = pytest.mark.django_db


class Room:
    """A date that takes place now, two people enrolled; the teacher signed in."""

    def __init__(self, client, **fields):
        self.at = now()
        self.school = organisation()
        run = series_of(self.school, sessions=0)
        self.session = SessionFactory(series=run, starts_at=self.at - timedelta(minutes=10))
        self.intake = intake(run, **fields)
        self.ada = person("Ada <b>Bold</b>")
        self.place = enrolment(self.intake, self.ada)
        self.ben = enrolment(self.intake, person("Ben"))
        self.teacher = member(person("Tess"), self.school, Membership.Role.TEACHER).person
        self.client = sign_in(client, login(self.teacher))
        self.address = f"/catalogue/sessions/{self.session.public_id}/attendance"

    def line(self, of, state="present", minutes="", seen=""):
        key = of.public_id.hex
        return {f"state_{key}": state, f"minutes_{key}": minutes, f"seen_{key}": seen}


@pytest.fixture
def room(client):
    return Room(client)


def test_a_teacher_enters_the_list_without_scripts(room):
    shown = room.client.get(room.address)
    answer = room.client.post(room.address, room.line(room.place) | room.line(room.ben, "part", 30))
    again = room.client.get(room.address)

    assert "Ada &lt;b&gt;Bold&lt;/b&gt;" in shown.text
    assert "<script" not in shown.text.split("<main")[1]
    assert answer.status_code == 302
    assert sorted(Attendance.objects.values_list("state", "minutes")) == [("part", 30), ("present", None)]
    assert "2 entries saved" in again.text
    assert "Entered: present" in again.text


def test_all_who_are_left_are_present_with_one_button(room):
    room.client.post(room.address, room.line(room.place, "absent") | {"rest": "present"})

    assert sorted(Attendance.objects.values_list("state", flat=True)) == ["absent", "present"]


def test_a_change_without_a_reason_keeps_what_was_typed(room):
    room.client.post(room.address, room.line(room.place))
    seen = f"present||{Attendance.objects.get().changed_at.isoformat()}"

    answer = room.client.post(room.address, room.line(room.place, "absent", seen=seen))
    key = room.place.public_id.hex
    assert answer.status_code == 400
    assert "Say why in one sentence" in answer.text
    assert f'name="state_{key}" value="absent" id="id_state_{key}_3" checked' in answer.text

    room.client.post(room.address, room.line(room.place, "absent", seen=seen) | {"reason": "Was Ben"})
    assert AttendanceCorrection.objects.get().reason == "Was Ben"


def test_a_stale_list_is_refused_with_what_changed_and_shows_the_new_state(room):
    room.client.post(room.address, room.line(room.place, "excused"))

    answer = room.client.post(room.address, room.line(room.place, "present") | room.line(room.ben))

    assert answer.status_code == 400
    assert "Bold&lt;/b&gt;: excused" in answer.text
    assert "Entered: excused" in answer.text
    assert Attendance.objects.count() == 1
    key = room.ben.public_id.hex
    assert f'name="state_{key}" value="present" id="id_state_{key}_0" checked' in answer.text


@pytest.mark.parametrize("part", ["", "/code", "/sheet", "/completed"])
def test_nobody_else_sees_the_pages_of_a_date(room, part, client):
    visitor = client.__class__()
    resident = sign_in(client.__class__(), login(room.ada), second_factor=False)
    elsewhere = sign_in(client.__class__(), login(member(of=organisation("Elsewhere")).person))
    cashier = sign_in(client.__class__(), login(member(person("Cas"), room.school, "finance").person))

    assert visitor.get(room.address + part)["Location"].startswith("/sign-in")
    for other in (resident, elsewhere, cashier):
        assert other.get(room.address + part).status_code == 403
        assert other.post(room.address + part, room.line(room.place)).status_code == 403
    assert room.client.get(room.address + part).status_code == 200
    assert not Attendance.objects.exists()


def test_the_list_asks_the_same_number_of_questions_for_many(room, django_assert_num_queries):
    counts = []
    for more in (0, 8):
        for number in range(more):
            enrolment(room.intake, person(f"Person {number}"))
        room.client.get(room.address)
        with CaptureQueriesContext(connection) as asked:
            room.client.get(room.address)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_the_code_is_shown_large_and_typed_by_whoever_is_there(room, client):
    learner = sign_in(client.__class__(), login(room.ada), second_factor=False)

    room.client.post(f"{room.address}/code")
    shown = room.client.get(f"{room.address}/code")
    code = SessionCode.objects.get().code
    page = f"/attend/{room.session.public_id}"
    asked = learner.get(page)
    wrong = learner.post(page, {"code": "1"})
    right = learner.post(page, {"code": code})
    after = learner.get(page)

    assert code in shown.text
    assert "<svg" in shown.text
    assert page in shown.text
    assert "This enters Ada" in asked.text
    assert (wrong.status_code, right.status_code) == (400, 302)
    assert "This is not the code" in wrong.text
    assert "is entered as “present”" in after.text
    assert Attendance.objects.get().way == "code"


def test_whoever_has_no_place_is_told_what_to_do_and_a_visitor_signs_in_first(room, client):
    stranger = sign_in(client.__class__(), login(), second_factor=False)
    page = f"/attend/{room.session.public_id}"

    assert "There is no place here for you" in stranger.get(page).text
    assert stranger.post(page, {"code": "123456"}).status_code == 400
    assert client.__class__().get(page)["Location"].startswith("/sign-in")
    assert stranger.get("/attend/00000000-0000-0000-0000-000000000005").status_code == 404


def test_a_guest_types_the_code_on_the_page_of_their_link(room, client):
    made = guest(link_digest=digest_of("the-link"), confirmed_at=room.at)
    enrolment(room.intake, guest=made)
    room.client.post(f"{room.address}/code")
    page = f"/attend/{room.session.public_id}/guest/the-link"

    answer = client.__class__().post(page, {"code": SessionCode.objects.get().code})

    assert answer.status_code == 302
    assert Attendance.objects.get().enrolment.guest == made
    assert client.__class__().get(f"/attend/{room.session.public_id}/guest/wrong").status_code == 404


def test_a_list_is_printed_with_a_code_and_entered_from_paper_once(room):
    sheet = room.client.post(f"{room.address}/sheet")["Location"]
    printed = room.client.get(sheet)
    code = sheet.partition("paper=")[2]

    entered = room.client.post(room.address, room.line(room.place) | {"paper": code})
    again = room.client.post(room.address, room.line(room.ben) | {"paper": code})

    assert code in printed.text
    assert "Ben" in printed.text
    assert entered.status_code == 302
    assert again.status_code == 400
    assert "It counts once" in again.text
    assert Attendance.objects.get().way == "paper"


def test_an_entry_is_corrected_on_its_page_which_shows_every_step(room):
    room.client.post(room.address, room.line(room.place, "absent"))
    made = Attendance.objects.get()
    page = f"{room.address}/entries/{made.public_id}"
    seen = f"absent||{made.changed_at.isoformat()}"

    refused = room.client.post(page, {"state": "present", "reason": "", "seen": seen})
    saved = room.client.post(page, {"state": "present", "reason": "Came late", "seen": seen})
    shown = room.client.get(page)
    stale = room.client.post(page, {"state": "excused", "reason": "Ill", "seen": seen})

    assert (refused.status_code, saved.status_code, stale.status_code) == (400, 302, 400)
    assert "Came late" in shown.text
    assert shown.text.count("Tess") >= 2
    assert "Somebody else entered this meanwhile" in stale.text
    elsewhere = f"{room.address}/entries/00000000-0000-0000-0000-000000000005"
    assert room.client.get(elsewhere).status_code == 403


def test_a_teacher_says_who_completed_it(client):
    room = Room(client, completing="teacher")
    page = f"{room.address}/completed"

    shown = room.client.get(page)
    saved = room.client.post(page, {"completed": [str(room.place.public_id)]})
    room.client.post(page, {"completed": []})

    assert "Ben" in shown.text
    assert saved.status_code == 302
    assert Completion.objects.get().withdrawn_at is not None


def test_where_the_rule_decides_there_is_nothing_to_say(room):
    assert "You need not decide this" in room.client.get(f"{room.address}/completed").text


def test_the_workspace_of_a_date_leads_those_who_teach_to_its_list(room, client):
    page = f"/catalogue/sessions/{room.session.public_id}"
    other = sign_in(client.__class__(), login(member(of=organisation("Elsewhere")).person))
    room.client.post(room.address, room.line(room.place))

    shown = room.client.get(page).text

    assert "Who was there: 1 of 2 entered" in shown
    assert room.address in shown
    assert room.address not in other.get(page).text
