"""Pages of people: the right person gets in, the wrong one is told why."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from learningcity.catalogue.actions import import_offers, open_source
from learningcity.people.actions import accept_invitation, invite_administrator, open_login
from learningcity.people.models import Login

pytestmark = pytest.mark.django_db

ADDRESS, PASSWORD = "ada@example.org", "three quiet lamps"


@pytest.fixture
def administrator(at):
    return open_login(email=ADDRESS, name="Ada", password=PASSWORD, at=at)


@pytest.fixture
def resident(at):
    return open_login(email="rosa@example.org", name="Rosa", password=PASSWORD, at=at)


def sign_in(client, email=ADDRESS, password=PASSWORD, **more):
    return client.post(reverse("people:sign_in"), {"username": email, "password": password} | more)


def test_staff_sign_in_and_reach_the_desk(client, administrator):
    sign_in(client)

    assert client.get(reverse("people:desk")).status_code == 200


def test_a_resident_is_refused_at_the_desk(client, resident):
    sign_in(client, "rosa@example.org")

    assert client.get(reverse("people:desk")).status_code == 403


def test_a_visitor_is_sent_to_sign_in_before_the_desk(client):
    answer = client.get(reverse("people:desk"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("people:sign_in"))


def test_a_wrong_password_keeps_the_address_and_says_what_to_do(client, administrator):
    answer = sign_in(client, password="wrong")

    assert ADDRESS in answer.content.decode()
    assert "do not fit together" in answer.content.decode()


def test_an_unknown_address_is_answered_in_the_same_words(client, administrator):
    known = sign_in(client, password="wrong").content.decode()
    unknown = sign_in(client, "nobody@example.org", "wrong").content.decode()

    assert "do not fit together" in known
    assert "do not fit together" in unknown


def test_many_wrong_passwords_lock_the_door_for_a_while(client, administrator):
    answers = [sign_in(client, password="wrong").status_code for _ in range(9)]

    assert answers[0] == 200
    assert answers[-1] == 429
    assert sign_in(client).status_code == 429


def test_signing_in_leads_to_own_pages_only(client, administrator):
    answer = sign_in(client, next="https://elsewhere.example/")

    assert answer["Location"] == "/"


def test_signing_in_changes_the_session(client, administrator):
    client.get(reverse("people:sign_in"))
    before = client.session.session_key

    sign_in(client)

    assert client.session.session_key != before


def test_an_invitation_is_accepted_from_its_page(client, by, at):
    invite_administrator(token="the-token", by=by, at=now())
    page = reverse("people:invitation", args=["the-token"])

    answer = client.post(page, {"name": "Ada", "email": ADDRESS, "password": PASSWORD})

    assert answer.status_code == 302
    assert client.get(reverse("people:desk")).status_code == 200
    assert client.get(page).status_code == 404


def test_a_weak_password_is_refused_at_its_field_and_nothing_typed_is_lost(client, by):
    invite_administrator(token="the-token", by=by, at=now())

    answer = client.post(
        reverse("people:invitation", args=["the-token"]),
        {"name": "Ada", "email": ADDRESS, "password": "short"},
    )

    assert answer.status_code == 400
    assert ADDRESS in answer.content.decode()
    assert not Login.objects.exists()


def test_a_used_or_unknown_invitation_is_not_found(client, by, at):
    invite_administrator(token="the-token", by=by, at=at)
    accept_invitation("the-token", email=ADDRESS, name="Ada", password=PASSWORD, at=at)

    assert client.get(reverse("people:invitation", args=["the-token"])).status_code == 404
    assert client.get(reverse("people:invitation", args=["unknown"])).status_code == 404


def test_signing_out_needs_a_post(client, administrator):
    sign_in(client)

    assert client.get(reverse("people:sign_out")).status_code == 405
    client.post(reverse("people:sign_out"))
    assert client.get(reverse("people:desk")).status_code == 302


def test_the_desk_shows_what_the_last_imports_did(client, administrator, by, at):
    source = open_source("river-school", name="River School", by=by, at=at)
    import_offers([], source=source, by=by, at=at)
    sign_in(client)

    assert "River School" in client.get(reverse("people:desk")).content.decode()
