"""The pages of those who enrol without an account: nothing counts before the link is used."""

import html
import re

import pytest
from django.urls import reverse
from django.utils.timezone import now

from learningcity.core.models import Message
from learningcity.enrolment.models import Enrolment, Guest
from tests.enrolment.factories import enrolment, intake, series_of
from tests.people.factories import organisation

pytestmark = pytest.mark.django_db

GWEN = {"name": "Gwen Guest", "email": "gwen@example.org"}


def open_intake(**fields):
    return intake(series_of(organisation(), at=now()), **{"allows_guests": True, **fields})


def words(answer):
    return " ".join(html.unescape(answer.content.decode()).split())


def ask(client, of, **said):
    return client.post(reverse("enrolment:enrol_guest", args=[of.public_id]), GWEN | said)


def link():
    """Return the address in the newest message."""
    body = Message.objects.latest("pk").body
    return re.search(r"/my-place/[\w-]+", body).group()


def test_nothing_counts_before_the_link_is_used(client):
    of = open_intake(places=1)

    asked = ask(client, of)
    of.refresh_from_db()
    page = words(client.get(link()))
    looked_at = Enrolment.objects.get().state
    client.post(link(), {"act": "confirm"})

    assert "No place is taken before you open it and say yes." in words(asked)
    assert of.taken == 0
    assert "Yes, take the place" in page
    assert looked_at == "asked"
    assert Enrolment.objects.get().state == "enrolled"


def test_the_same_link_shows_gives_back_and_erases(client):
    of = open_intake(places=1)
    ask(client, of)
    address = link()
    client.post(address, {"act": "confirm"})

    shown = words(client.get(address))
    client.post(address, {"act": "cancel"})
    given_back = Enrolment.objects.get().state
    erased = words(client.post(address, {"act": "erase"}))

    assert "Gwen Guest:" in shown
    assert ">enrolled</span>" in shown
    assert "you, by the link in the message" in shown
    assert given_back == "cancelled"
    assert "Your name and address are gone from here" in erased
    assert Guest.objects.get().email == ""
    assert client.get(address).status_code == 410
    assert client.post(address, {"act": "confirm"}).status_code == 410


def test_a_confirmation_sent_twice_counts_once(client):
    of = open_intake(places=5)
    ask(client, of)
    address = link()

    for _ in range(2):
        assert client.post(address, {"act": "confirm"}).status_code == 302

    of.refresh_from_db()
    assert of.taken == 1


def test_who_finds_no_place_waits(client):
    of = open_intake(places=1)
    enrolment(of)
    ask(client, of)

    page = words(client.post(link(), {"act": "confirm"}, follow=True))

    assert "You are on the waiting list." in page


def test_what_was_typed_stays_on_the_page_with_what_must_change(client):
    of = open_intake()

    answer = ask(client, of, email="nonsense")

    assert answer.status_code == 400
    assert 'value="Gwen Guest"' in answer.content.decode()
    assert "Give an address like name@example.org." in words(answer)
    assert not Guest.objects.exists()


def test_an_age_is_asked_only_where_one_counts(client):
    of = open_intake()
    address = reverse("enrolment:enrol_guest", args=[of.public_id])

    assert "date of birth" not in words(client.get(address))
    type(of.series.offer).objects.update(age_from=18)
    assert "date of birth" in words(client.get(address))
    young = ask(client, of, born_on=f"{now().year - 12}-01-01")
    assert young.status_code == 400
    assert "Find something for this age" in words(young)


def test_where_an_account_is_needed_there_is_no_such_page(client):
    of = open_intake(allows_guests=False)

    assert ask(client, of).status_code == 404


def test_a_guessed_link_tells_nothing(client):
    assert client.get("/my-place/guessed").status_code == 410
    assert client.post("/my-place/guessed", {"act": "erase"}).status_code == 410


def test_the_message_carries_no_words_that_a_stranger_typed(client):
    of = open_intake()

    ask(client, of, name="You have won! https://evil.example", email="stranger@example.org")

    assert "evil.example" not in Message.objects.get().body


def test_one_machine_cannot_have_many_strangers_written_to(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"guest_place": "2/h/ip"}
    of = open_intake()

    answers = [ask(client, of, email=f"stranger{number}@example.org") for number in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 400]
    assert "Wait an hour, or sign in" in words(answers[-1])
    assert 'value="stranger2@example.org"' in answers[-1].content.decode()
    assert Message.objects.count() == 2
