"""The API with an organisation's key: what it opens, what it refuses, and that a session opens nothing."""

import json
from datetime import date

import pytest
from django.utils.timezone import now

from learningcity.core.actors import operator
from learningcity.core.models import AuditLine
from learningcity.people.actions.keys import make_key, revoke_key
from learningcity.people.models import Membership, Organisation
from learningcity.people.queries.keys import CALLS_A_MINUTE, token_of
from tests.people.factories import city_office, login, member, organisation, person, sign_in

pytestmark = pytest.mark.django_db
ALL = ["organisation:read", "organisation:write", "members:read", "keys:rotate"]
TOKEN = token_of(bytes(40))


@pytest.fixture
def school():
    city_office()
    return organisation(email="post@river.example")


@pytest.fixture
def key_with(school):
    """Return a function that makes the school's key with some scopes."""

    def makes(*scopes):
        return make_key(
            school, label="x", scopes=scopes or ALL, days=30, token=TOKEN, by=operator(), at=now()
        )

    return makes


@pytest.fixture
def ask(client):
    """Return a function that calls the API with a key."""

    def asks(method, path, body=None, token=TOKEN, **headers):
        sent = "" if body is None else json.dumps(body)
        more = {} if method in ("get", "head") else {"data": sent, "content_type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        return getattr(client, method)(f"/api/v1{path}", headers=headers, **more)

    return asks


def code(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_a_key_reads_its_own_organisation(ask, key_with, school):
    key_with("organisation:read")
    answer = ask("get", "/organisation")

    assert answer.json() == {
        "id": str(school.public_id),
        "name": "River School",
        "kind": "education",
        "email": "post@river.example",
        "phone": "",
        "website": "",
    }
    assert answer["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer


def test_a_key_changes_its_own_organisation_and_the_trail_says_so(ask, key_with, school):
    key_with("organisation:write")
    answer = ask("patch", "/organisation", {"name": "Sea School"})

    assert answer.json()["name"] == "Sea School"
    assert answer.json()["email"] == "post@river.example"
    line = AuditLine.objects.get(action="people.organisation_changed")
    assert (line.right, line.channel, line.person) == ("provider", "api", "")
    assert line.organisation == str(school.public_id)


@pytest.mark.parametrize(
    "token", ["", "nonsense", "lc_aaaaaaaaaaaa_" + "B" * 43, "ключ", TOKEN + " " + TOKEN]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/organisation"),
        ("patch", "/organisation"),
        ("get", "/organisation/members"),
        ("post", "/organisation/keys/rotation"),
    ],
)
def test_without_a_key_that_works_nothing_opens(ask, key_with, method, path, token):
    key_with()
    answer = ask(method, path, body=None if method == "get" else {}, token=token.encode().decode("latin-1"))

    assert code(answer) == (401, "no_key")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Cache-Control"] == "no-store"


def test_a_session_opens_nothing_even_of_an_administrator(client, school):
    head = member(login(person("Hal Head")).person, school)
    sign_in(client, head.person.login)

    assert client.get("/api/v1/organisation").status_code == 401
    answer = client.patch("/api/v1/organisation", data="{}", content_type="application/json")
    assert answer.status_code == 401


def test_a_revoked_key_opens_nothing(ask, key_with):
    revoke_key(key_with(), by=operator(), at=now())

    assert ask("get", "/organisation").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        ("get", "/organisation", "organisation:read"),
        ("patch", "/organisation", "organisation:write"),
        ("get", "/organisation/members", "organisation:read"),
        ("post", "/organisation/keys/rotation", "keys:rotate"),
    ],
)
def test_a_key_without_the_scope_is_refused_and_told_which(ask, key_with, method, path, needed):
    key_with(*(scope for scope in ALL if scope != needed))
    answer = ask(method, path, body=None if method == "get" else {})

    assert code(answer) == (403, "scope_missing")
    assert needed in answer.json()["error"]["text"]


@pytest.mark.parametrize(
    "forged",
    [
        {"by": "operator"},
        {"person": "00000000-0000-0000-0000-000000000001"},
        {"on_behalf_of": "00000000-0000-0000-0000-000000000001"},
        {"organisation": "00000000-0000-0000-0000-000000000001"},
        {"right": "staff"},
        {"channel": "desk"},
        {"kind": "city"},
        {"is_synthetic": True},
        {"public_id": "00000000-0000-0000-0000-000000000001"},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("patch", "/organisation"), ("post", "/organisation/keys/rotation")]
)
def test_forged_fields_in_a_body_are_unknown_inputs(ask, key_with, school, forged, method, path):
    key_with()
    answer = ask(method, path, forged)

    assert code(answer) == (422, "invalid")
    assert answer.json()["error"]["field"] == next(iter(forged))
    assert Organisation.objects.get(pk=school.pk).kind == "education"


def test_forged_fields_in_the_address_are_unknown_inputs(ask, key_with):
    key_with()

    assert code(ask("get", "/organisation?organisation=other")) == (422, "invalid")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": ""}, 422),
        ({"name": "   "}, 409),
        ({"name": "x" * 201}, 422),
        ({"name": "a\x00b"}, 422),
        ({"email": "nobody"}, 409),
        ({"website": "javascript:alert(1)"}, 409),
        ({"name": 7}, 422),
        ([], 422),
    ],
)
def test_what_an_organisation_cannot_be_is_refused(ask, key_with, body, status):
    key_with()
    answer = ask("patch", "/organisation", body)

    assert answer.status_code == status
    assert answer.json()["error"]["text"]


def test_a_body_that_is_no_json_is_refused_in_the_one_form(client, key_with):
    key_with()
    answer = client.patch(
        "/api/v1/organisation",
        data="{",
        content_type="application/json",
        headers={"authorization": f"Bearer {TOKEN}"},
    )

    assert code(answer) == (400, "bad_request")


def test_members_are_told_by_opaque_id_and_by_name_only_with_the_scope(ask, key_with, school):
    teacher = member(person("Tia Teacher"), school, Membership.Role.TEACHER, until_on=date(2099, 1, 31))
    key = key_with("organisation:read")

    told = ask("get", "/organisation/members")
    assert told.json() == {
        "items": [
            {
                "person": str(teacher.person.public_id),
                "name": None,
                "role": "teacher",
                "from_on": "2026-01-01",
                "until_on": "2099-01-31",
            }
        ],
        "next": None,
    }
    key.scopes = ["organisation:read", "members:read"]
    key.save()
    assert ask("get", "/organisation/members").json()["items"][0]["name"] == "Tia Teacher"


def test_members_continue_and_those_of_others_are_never_told(ask, key_with, school):
    for number in range(3):
        member(person(f"Number {number}"), school, Membership.Role.TEACHER)
    member(person("Stranger"), organisation("Sea School"))
    key_with()

    first = ask("get", "/organisation/members?size=2").json()
    second = ask("get", f"/organisation/members?size=2&after={first['next']}").json()

    assert [item["name"] for item in first["items"] + second["items"]] == [
        "Number 0",
        "Number 1",
        "Number 2",
    ]
    assert second["next"] is None
    assert code(ask("get", "/organisation/members?after=AAAA")) == (400, "bad_marker")


def test_a_key_replaces_itself_and_both_work_for_a_while(ask, key_with):
    key_with()
    answer = ask("post", "/organisation/keys/rotation")

    assert answer.status_code == 201
    new = answer.json()["key"]
    assert ask("get", "/organisation", token=new).status_code == 200
    assert ask("get", "/organisation").status_code == 200
    assert code(ask("post", "/organisation/keys/rotation")) == (409, "key_gone")


def test_too_many_calls_are_told_when_to_come_back(ask, key_with):
    key = key_with()
    key.counted_from, key.counted = now(), CALLS_A_MINUTE
    key.save()
    answer = ask("get", "/organisation")

    assert code(answer) == (429, "too_many_calls")
    assert answer["Retry-After"] == "60"


def test_a_method_that_is_not_there_is_refused_and_the_right_ones_are_named(ask, key_with):
    key_with()
    answer = ask("delete", "/organisation")

    assert code(answer) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, PATCH, HEAD, OPTIONS"
    asked = ask("options", "/organisation/keys/rotation")
    assert (asked.status_code, asked["Allow"]) == (204, "POST, OPTIONS")
    assert "Access-Control-Allow-Methods" not in asked


def test_head_answers_like_get(ask, key_with):
    key_with()
    answer = ask("head", "/organisation")

    assert (answer.status_code, answer.content) == (200, b"")


def test_reading_with_a_key_costs_a_fixed_number_of_questions(
    ask, key_with, school, django_assert_max_num_queries
):
    key_with()
    for number in range(30):
        member(person(f"Number {number}"), school, Membership.Role.TEACHER)

    with django_assert_max_num_queries(10):
        ask("get", "/organisation/members?size=100")
