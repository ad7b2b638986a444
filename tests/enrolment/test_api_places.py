"""Places for machines: what is left for everybody; an organisation's own with its key and its scopes."""

import json

import pytest
from django.utils.timezone import now

from learningcity.core.actors import operator
from learningcity.engines.waiting import replay
from learningcity.enrolment.actions.places import Applicant, cancel_enrolment, enrol
from learningcity.enrolment.models import Enrolment, Guest
from learningcity.enrolment.queries.published import offers_in
from learningcity.people.actions.keys import make_key
from learningcity.people.models import Person
from learningcity.people.queries.keys import token_of
from tests.enrolment.factories import enrolment, intake, series_of
from tests.people.factories import organisation, person

pytestmark = pytest.mark.django_db

TOKEN = token_of(bytes(40))
ALL = ["places.read", "places.names", "places.write"]


@pytest.fixture
def school():
    return organisation("River School")


@pytest.fixture
def of(school):
    return intake(series_of(school, at=now()), places=3, allows_guests=True)


@pytest.fixture
def ask(client, school):
    """Return a function that calls the API with the school's key."""

    def asks(method, path, body=None, *, scopes=ALL):
        if not school.keys.exists():
            make_key(school, label="x", scopes=scopes, days=30, token=TOKEN, by=operator(), at=now())
        more = {} if method == "get" else {"data": json.dumps(body), "content_type": "application/json"}
        headers = {"authorization": f"Bearer {TOKEN}"}
        return getattr(client, method)(f"/api/v1{path}", headers=headers, **more)

    return asks


def test_everybody_reads_what_is_left_and_no_person(client, of):
    enrolment(of, person("Rosa Rivers"))

    found = client.get("/api/v1/intakes").json()
    alone = client.get(f"/api/v1/intakes/{of.public_id}").json()

    assert [(one["places"], one["places_left"], one["state"]) for one in found["items"]] == [(3, 2, "free")]
    assert alone == found["items"][0]
    assert "Rosa" not in json.dumps(found)


def test_a_list_of_places_continues_without_gap_or_repeat(client, school):
    made = {str(intake(series_of(school, at=now())).public_id) for _ in range(1)}
    for name in ("B School", "C School", "D School"):
        made.add(str(intake(series_of(organisation(name), at=now())).public_id))

    found, after = [], ""
    while after is not None:
        part = client.get(f"/api/v1/intakes?size=2&after={after}").json()
        found += [one["id"] for one in part["items"]]
        after = part["next"]

    assert sorted(found) == sorted(made)


def test_a_key_reads_states_and_names_only_with_the_scope_for_names(ask, of, school):
    enrolment(of, person("Rosa Rivers"))
    path = f"/organisation/intakes/{of.public_id}/enrolments"

    without = ask("get", path, scopes=["places.read"]).json()["items"]
    school.keys.update(scopes=ALL)
    with_names = ask("get", path).json()["items"]

    assert [(one["state"], one["name"]) for one in without] == [("enrolled", None)]
    assert [one["name"] for one in with_names] == ["Rosa Rivers"]


def test_a_key_does_not_reach_the_places_of_another_organisation(ask):
    other = intake(series_of(organisation("Hill School"), at=now()), allows_guests=True)
    one = enrolment(other)

    path = f"/organisation/intakes/{other.public_id}"
    assert ask("get", f"{path}/enrolments").status_code == 404
    assert ask("post", f"{path}/enrolments", {"name": "G", "email": "g@example.org"}).status_code == 404
    assert ask("patch", path, {"is_open": False}).status_code == 404
    end = ask("post", f"/organisation/enrolments/{one.public_id}/end", {"reason": "asked"})
    assert end.status_code == 404
    one.refresh_from_db()
    assert one.state == "enrolled"


def test_a_place_asked_for_by_key_counts_only_after_the_person_says_yes_and_once(ask, of):
    path = f"/organisation/intakes/{of.public_id}/enrolments"

    answers = [ask("post", path, {"name": "Gwen", "email": "gwen@example.org"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert Guest.objects.count() == 1
    assert [one.state for one in Enrolment.objects.all()] == ["asked"]
    of.refresh_from_db()
    assert of.taken == 0


def test_an_enrolment_is_ended_by_key_and_sent_again_changes_nothing(ask, of):
    one = enrolment(of)
    path = f"/organisation/enrolments/{one.public_id}/end"

    answers = [ask("post", path, {"reason": "asked"}) for _ in range(2)]

    assert [answer.json()["state"] for answer in answers] == ["called_off", "called_off"]
    one.refresh_from_db()
    assert one.changes.filter(state="called_off").count() == 1
    assert ask("post", path, {"reason": "because"}).status_code == 422


def test_a_refusal_has_its_code_and_sentence(ask, of):
    type(of).objects.update(allows_guests=False)
    body = {"name": "G", "email": "g@example.org"}

    answer = ask("post", f"/organisation/intakes/{of.public_id}/enrolments", body)

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "needs_step"


def test_enrolment_is_closed_and_opened_by_key(ask, of):
    path = f"/organisation/intakes/{of.public_id}"

    states = [ask("patch", path, {"is_open": wanted}).json() for wanted in (False, False, True)]

    assert [one["state"] for one in states] == ["closed", "closed", "free"]
    assert ask("patch", path, {"is_open": "perhaps"}).status_code == 422


def test_a_key_without_the_scope_writes_nothing(ask, of):
    answer = ask("patch", f"/organisation/intakes/{of.public_id}", {"is_open": False}, scopes=["places.read"])

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "scope_missing"


def stand(of, number):
    """Let so many people stand on the list, the first one named Rosa."""
    names = ["Rosa Rivers", *(f"Person {one}" for one in range(1, number))]
    return [
        enrolment(of, person(name), state="waiting", turn=turn) for turn, name in enumerate(names, start=4)
    ]


def test_who_waits_is_listed_in_turn_to_a_key_of_the_organisation_in_parts(ask, of, school):
    waiting = stand(of, 5)
    found, after = [], ""
    while after is not None:
        path = f"/organisation/intakes/{of.public_id}/waiting-list?size=2&after={after}"
        part = ask("get", path, scopes=["places.read"]).json()
        found += part["items"]
        after = part["next"]

    assert [one["enrolment"] for one in found] == [str(one.public_id) for one in waiting]
    assert [one["position"] for one in found] == [1, 2, 3, 4, 5]
    assert {one["name"] for one in found} == {None}
    school.keys.update(scopes=ALL)
    assert ask("get", path.split("?")[0]).json()["items"][0]["name"] == "Rosa Rivers"


def test_before_a_draw_nobody_has_a_position(ask, of):
    stand(of, 2)
    type(of).objects.update(rule="draw", draws_at=now())

    answer = ask("get", f"/organisation/intakes/{of.public_id}/waiting-list").json()

    assert (answer["rule"], answer["is_given_out"]) == ("draw", False)
    assert [one["position"] for one in answer["items"]] == [None, None]


def test_the_waiting_list_of_another_organisation_and_a_key_without_scope_open_nothing(ask, of, school):
    other = intake(series_of(organisation("Hill School"), at=now()))
    stand(other, 5)

    assert ask("get", f"/organisation/intakes/{other.public_id}/waiting-list").status_code == 404
    school.keys.update(scopes=["attendance.read"])
    assert ask("get", f"/organisation/intakes/{of.public_id}/waiting-list").status_code == 403


def test_the_published_list_is_for_everybody_and_replays_without_a_person(client):
    of = intake(places=1)
    enrol(of, [Applicant(person("Rosa Rivers"))], by=operator(), at=now())
    path = f"/api/v1/intakes/{of.public_id}/waiting-list"
    for number in range(5):
        assert client.get(path).status_code == 404
        enrol(of, [Applicant(person(f"Person {number}"))], by=operator(), at=now())
    cancel_enrolment(of.enrolments.get(state="enrolled"), by=operator(), at=now())

    answer = client.get(path)

    assert replay(answer.json()["inputs"]) == offers_in(answer.json())
    assert len(answer.json()["offers"]) == 1
    assert not any(one.name in answer.text for one in Person.objects.all())
    type(of.series.offer).objects.update(is_published=False)
    assert client.get(path).status_code == 404
