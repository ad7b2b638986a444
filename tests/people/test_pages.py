"""Pages of invitations that make a log-in, and the way from there to the desk."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from learningcity.people.actions import accept_invitation, invite_administrator
from learningcity.people.models import Login, Membership
from tests.people import factories as people
from tests.people.signing_in import by_password, is_signed_in, link_in, mails

pytestmark = pytest.mark.django_db

ADDRESS, PASSWORD = "ada@example.org", "three quiet lamps"
WHO = {"name": "Ada", "email": ADDRESS, "password": PASSWORD}


@pytest.fixture
def page(by):
    """Return the address of an open invitation."""
    invite_administrator(token="the-token", by=by, at=now())
    return reverse("people:invitation", args=["the-token"])


def test_an_invitation_is_accepted_from_its_page_and_leads_to_the_second_step(client, page):
    answer = client.post(page, WHO)

    assert answer["Location"] == f"{reverse('people:second_factor')}?next={reverse('people:desk')}"
    assert is_signed_in(client)
    assert "Set up an app" in client.get(answer["Location"]).content.decode()
    assert client.get(reverse("people:desk")).status_code == 302
    assert Client().get(page).status_code == 404


def test_whoever_was_invited_confirms_the_address_before_signing_in_again(client, page):
    client.post(page, WHO)
    again = Client()

    by_password(again, ADDRESS, PASSWORD)
    assert not is_signed_in(again)
    client.post(link_in(mails(ADDRESS)[0]))
    assert EmailAddress.objects.get().verified
    by_password(again, ADDRESS, PASSWORD)
    assert is_signed_in(again)


def test_a_weak_password_is_refused_at_its_field_and_nothing_typed_is_lost(client, page):
    answer = client.post(page, WHO | {"password": "short"})

    assert answer.status_code == 400
    assert ADDRESS in answer.content.decode()
    assert not Login.objects.exists()


def test_a_used_or_unknown_invitation_is_not_found(client, page):
    accept_invitation("the-token", **WHO, at=now())

    assert client.get(page).status_code == 404
    assert client.get(reverse("people:invitation", args=["unknown"])).status_code == 404


def test_somebody_signed_in_takes_the_role_with_the_log_in_they_have(client, page):
    ada = people.login()
    people.sign_in(client, ada)

    answer = client.get(page)
    assert answer["Location"] == reverse("people:invitation_join", args=["the-token"])
    client.post(answer["Location"])

    assert Membership.objects.get().person == ada.person
    assert Login.objects.count() == 1


def test_a_resident_is_refused_at_the_desk(client):
    people.sign_in(client, people.login())

    assert client.get(reverse("people:desk")).status_code == 403
