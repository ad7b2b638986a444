"""The first page of "My learning": what waits, for whom one can act, where one's rights are."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from learningcity.core import panels
from learningcity.people.models import Correction, Mandate
from tests.people.factories import AT, child, guardianship, login, organisation, person, sign_in

pytestmark = pytest.mark.django_db
PAGE = "/mine"


@pytest.fixture
def rosa(client):
    made = login()
    sign_in(client, made)
    return made.person


def test_nothing_waits_at_first(client, rosa):
    assert "Nothing waits for you." in client.get(PAGE).content.decode()


def test_a_mandate_that_is_asked_for_waits(client, rosa):
    Mandate.objects.create(
        person=rosa, organisation=organisation(), way="screen", days=31, asked_at=now() - timedelta(days=1)
    )

    page = client.get(PAGE).content.decode()

    assert "River School asks whether it may act for you." in page
    assert reverse("people:helpers") in page


def test_an_answered_correction_waits(client, rosa):
    Correction.objects.create(
        person=rosa,
        what="name",
        wanted="x",
        asked_at=now(),
        answer_by_on=now().date(),
        answered_at=now(),
        state="done",
        answer="y",
    )

    assert "The city answered your request for a correction: Name." in client.get(PAGE).content.decode()


def test_consents_wait_after_coming_of_age(client, rosa):
    rosa.consents.create(
        purpose="news", is_given=True, at=AT, right="guardian", channel="web", decided_by="x", wording="w"
    )
    rosa.came_of_age_at = AT + timedelta(days=1)
    rosa.save()

    assert "Decide yourself what you agree to." in client.get(PAGE).content.decode()


def test_a_guardian_sees_for_whom_they_stand(client, rosa):
    guardianship(child("Kit Rivers"), rosa)

    assert "Kit Rivers" in client.get(PAGE).content.decode()


def test_a_guardian_sees_the_childs_page_and_nothing_of_their_own(client, rosa):
    kit = child("Kit Rivers")
    standing = guardianship(kit, rosa)
    guardianship(child("Ann Rivers"), rosa)
    acting = rosa.login.actings.create(
        person=kit,
        right="guardian",
        channel="web",
        guardianship=standing,
        started_at=AT - timedelta(days=1),
        ends_at=AT + timedelta(days=9999),
    )
    sign_in(client, rosa.login, **{"people.acting": str(acting.public_id)})

    page = client.get(PAGE).content.decode()

    assert "Learning of Kit Rivers" in page
    assert "Ann Rivers" not in page
    assert reverse("people:erase") not in page


def test_a_room_above_fills_its_place(client, rosa):
    panels.register(
        "mine.overview", panels.Panel("test", "components/note.html", lambda r, t: {"text": "Boat trip"})
    )
    try:
        assert "Boat trip" in client.get(PAGE).content.decode()
    finally:
        panels.withdraw("mine.overview", "test")


def test_a_visitor_is_sent_to_sign_in(client):
    assert client.get(PAGE)["Location"].startswith(reverse("people:sign_in"))


def test_every_link_of_the_page_leads_somewhere(client, rosa):
    for name in ("data", "history", "messages", "corrections", "consents"):
        assert client.get(reverse(f"people:{name}")).status_code == 200


def test_the_page_asks_as_often_whatever_waits(
    client, rosa, django_assert_max_num_queries, django_assert_num_queries
):
    client.get(PAGE)
    with django_assert_max_num_queries(40) as first:
        client.get(PAGE)
    for number in range(5):
        guardianship(child(f"Child {number}"), rosa)
        Mandate.objects.create(
            person=rosa,
            organisation=organisation(f"School {number}"),
            way="screen",
            days=31,
            asked_at=AT - timedelta(days=1),
        )

    with django_assert_num_queries(len(first.captured_queries)):
        client.get(PAGE)


def test_the_entry_of_somebody_else_is_never_shown(client, rosa):
    stranger = person("Zelda Stranger")

    page = client.get(f"{PAGE}?person={stranger.public_id}").content.decode()

    assert "Zelda" not in page
