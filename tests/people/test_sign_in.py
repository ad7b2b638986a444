"""Signing in and out by mail and by password; addresses and passwords change; sessions are seen and ended."""

from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from learningcity.core.models import AuditLine, Message
from learningcity.people.models import Attempt, Contact, Login, Person
from learningcity.people.tasks.sign_in import clear
from tests.people import factories as people
from tests.people.signing_in import (
    ADDRESS,
    ask_for_mail,
    by_password,
    code_in,
    enter_code,
    is_signed_in,
    link_in,
    login,
    mails,
)

pytestmark = pytest.mark.django_db

NEW = "four green boats sail"


@pytest.fixture
def rosa():
    return login()


def test_a_password_signs_in_and_leads_to_where_one_wanted_to_go(client, rosa):
    answer = by_password(client, next="/about/data")

    assert answer["Location"] == "/about/data"
    assert is_signed_in(client)


def test_a_wrong_password_keeps_the_address_and_says_what_to_do(client, rosa):
    answer = by_password(client, password="wrong")

    assert answer.status_code == 400
    assert ADDRESS in answer.content.decode()
    assert "do not fit together" in answer.content.decode()


def test_capital_letters_in_the_address_do_not_matter(client, rosa):
    by_password(client, "Rosa@Example.ORG")

    assert is_signed_in(client)


def test_the_code_of_the_mail_signs_in_where_it_was_asked_for(client, rosa):
    answer = ask_for_mail(client)
    assert answer["Location"] == reverse("account_confirm_login_code")

    (mail,) = mails()
    enter_code(client, code_in(mail))

    assert is_signed_in(client)
    assert mail.is_secret
    assert mail.recipient == str(rosa.person.public_id)


def test_the_link_of_the_mail_signs_in_on_another_device_by_a_click(client, rosa):
    ask_for_mail(client, next="/about/data")
    telephone = Client()
    link = link_in(mails()[0])

    page = telephone.get(link)
    assert page.status_code == 200
    assert not is_signed_in(telephone)

    answer = telephone.post(link)
    assert answer["Location"] == "/about/data"
    assert is_signed_in(telephone)
    assert not is_signed_in(client)


def test_the_link_works_once(client, rosa):
    ask_for_mail(client)
    link = link_in(mails()[0])
    client.post(link)

    assert Client().post(link).status_code == 404
    assert Client().get(link).status_code == 404


def test_a_link_that_was_changed_or_is_old_opens_nothing(client, rosa, monkeypatch):
    ask_for_mail(client)
    link = link_in(mails()[0]).partition("?")[0]
    soon = now().timestamp() + 16 * 60

    assert client.get(link[:-1] + ("a" if link[-1] != "a" else "b")).status_code == 404
    monkeypatch.setattr("django.core.signing.time.time", lambda: soon)
    assert client.post(link).status_code == 404


def test_mail_shows_that_the_address_is_theirs(client):
    rosa = login(confirmed=False)

    ask_for_mail(client)
    enter_code(client, code_in(mails()[0]))

    assert is_signed_in(client)
    assert EmailAddress.objects.get(user=rosa).verified


def test_a_password_alone_does_not_sign_in_with_an_address_never_confirmed(client):
    rosa = login(confirmed=False)

    by_password(client)
    assert not is_signed_in(client)

    link = link_in(mails()[0])
    client.post(link)
    assert EmailAddress.objects.get(user=rosa).verified
    by_password(client)
    assert is_signed_in(client)


def test_anybody_opens_an_account_with_a_name_and_an_address(client):
    answer = client.post(reverse("account_signup"), {"name": " Amina  Yusuf", "email": "Amina@Example.org"})

    assert answer["Location"] == reverse("account_confirm_login_code")
    made = Login.objects.get(email="amina@example.org")
    assert made.person.name == "Amina Yusuf"
    assert not made.has_usable_password()
    assert not is_signed_in(client)

    enter_code(client, code_in(mails("amina@example.org")[0]))
    assert is_signed_in(client)
    contact = Contact.objects.get(person=made.person)
    assert (contact.email, contact.channel) == ("amina@example.org", "mail")
    assert contact.email_confirmed_at
    assert AuditLine.objects.filter(action="people.account_opened").count() == 1


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": "", "email": ADDRESS}, "Give your name."),
        ({"name": "Rosa", "email": ""}, "Give your e-mail address."),
        ({"name": "Rosa", "email": "not an address"}, "not an e-mail address"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(client, typed, says):
    answer = client.post(reverse("account_signup"), typed)

    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert all(value in answer.content.decode() for value in typed.values())
    assert not Person.objects.exists()


def test_signing_out_is_done_by_a_click_not_by_opening_an_address(client, rosa):
    by_password(client)

    client.get(reverse("people:sign_out"))
    assert is_signed_in(client)
    client.post(reverse("people:sign_out"))
    assert not is_signed_in(client)


def test_signing_in_notes_the_day_once_and_ends_warnings_about_a_rest(client, rosa):
    Person.objects.filter(pk=rosa.person_id).update(
        last_active_on=date(2024, 1, 1), idle_warnings=2, idle_warned_on=date(2026, 10, 1)
    )

    by_password(client)

    rosa.person.refresh_from_db()
    assert rosa.person.last_active_on == now().date()
    assert (rosa.person.idle_warnings, rosa.person.idle_warned_on) == (0, None)


@pytest.mark.parametrize("state", ["merged", "anonymous", "erased"])
def test_a_person_who_is_gone_cannot_sign_in_and_is_signed_out(client, rosa, state):
    by_password(client)
    more = {"merged_into": people.person()} if state == "merged" else {"name": "", "born_on": None}
    Person.objects.filter(pk=rosa.person_id).update(state=state, **more)

    assert not is_signed_in(client)
    again = Client()
    by_password(again)
    ask_for_mail(again)
    assert not is_signed_in(again)
    assert all(mail.template == "people/messages/sign_in_unknown" for mail in mails())


def test_a_closed_log_in_says_so_to_whoever_knows_its_password(client, rosa):
    Login.objects.update(is_active=False)

    answer = by_password(client)

    assert answer["Location"] == reverse("account_inactive")
    assert "closed" in client.get(answer["Location"]).content.decode()


def test_a_new_address_counts_once_its_link_is_opened(client, rosa):
    Contact.objects.create(person=rosa.person, email=ADDRESS, channel="mail", changed_at=people.AT)
    by_password(client)

    client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    rosa.refresh_from_db()
    assert rosa.email == ADDRESS
    assert "waits to be confirmed" in client.get(reverse("people:account")).content.decode()

    client.post(link_in(mails("new@example.org")[0]))
    rosa.refresh_from_db()
    assert rosa.email == "new@example.org"
    assert not EmailAddress.objects.filter(email=ADDRESS).exists()
    assert Contact.objects.get().email == "new@example.org"
    assert mails()[0].template == "people/messages/sign_in_changed"
    assert "new@example.org" in mails()[0].body


def test_nobody_takes_over_the_address_of_another_log_in(client, rosa):
    login("ben@example.org", confirmed=False)
    by_password(client)
    client.post(reverse("account_email"), {"email": "ben@example.org", "action_add": ""})

    client.post(link_in(mails("ben@example.org")[0]))

    rosa.refresh_from_db()
    assert rosa.email == ADDRESS


def test_a_new_password_ends_all_other_sessions(client, rosa):
    other = Client()
    by_password(client)
    by_password(other)

    answer = client.post(
        reverse("account_change_password"),
        {"oldpassword": people.PASSWORD, "password1": NEW, "password2": NEW},
    )

    assert answer.status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert mails()[0].template == "people/messages/sign_in_changed"
    assert AuditLine.objects.filter(action="people.password_changed").count() == 1


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"oldpassword": "wrong"}, "not your password of today"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password2": "another one altogether"}, "same password each time"),
    ],
)
def test_a_password_that_does_not_do_is_refused_at_its_field(client, rosa, typed, says):
    by_password(client)
    good = {"oldpassword": people.PASSWORD, "password1": NEW, "password2": NEW}

    answer = client.post(reverse("account_change_password"), good | typed)

    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(client, rosa):
    signed_in = Client()
    by_password(signed_in)
    client.post(reverse("account_reset_password"), {"email": ADDRESS})
    link = link_in(mails()[0])

    page = client.get(link, follow=True)
    address = page.redirect_chain[-1][0]
    client.post(address, {"password1": NEW, "password2": NEW})

    assert not is_signed_in(signed_in)
    assert "used already" in Client().get(link, follow=True).content.decode()
    by_password(client, password=NEW)
    assert is_signed_in(client)


def test_whoever_signed_in_by_mail_can_choose_a_password(client):
    login(password=None)
    ask_for_mail(client)
    enter_code(client, code_in(mails()[0]))

    client.post(reverse("account_set_password"), {"password1": NEW, "password2": NEW})

    again = Client()
    by_password(again, password=NEW)
    assert is_signed_in(again)


def test_the_list_of_sessions_ends_the_others_for_good(client, rosa):
    other = Client(headers={"user-agent": "Other/1.0"})
    by_password(client)
    by_password(other)
    page = reverse("usersessions_list")
    assert "Other/1.0" in client.get(page).content.decode()

    client.post(page)

    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert "Other/1.0" not in client.get(page).content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "account_change_password",
        "usersessions_list",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "socialaccount_connections",
        "people:account",
        "people:second_factor",
        "people:ask_by_mail",
    ],
)
def test_a_visitor_is_led_from_every_page_of_an_account_to_the_sign_in(client, name):
    answer = client.get(reverse(name))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("people:sign_in"))


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_request_login_code",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_email_verification_sent",
        "account_inactive",
        "socialaccount_login_cancelled",
    ],
)
def test_a_page_of_signing_in_opens_for_a_visitor(client, name):
    answer = client.get(reverse(name))

    assert answer.status_code == 200
    assert "Log in" not in answer.content.decode()


def test_the_page_of_the_account_asks_the_database_the_same_for_little_and_for_much(client, rosa):
    people.sign_in(client, rosa)
    page = reverse("people:account")
    client.get(page)
    with CaptureQueriesContext(connection) as little:
        client.get(page)
    for number in range(3):
        EmailAddress.objects.create(user=rosa, email=f"rosa{number}@example.org")
        Authenticator.objects.create(user=rosa, type="webauthn", data={"name": "Key"})

    with CaptureQueriesContext(connection) as much:
        client.get(page)

    assert len(much) == len(little) <= 9


def test_messages_of_the_sign_in_name_the_city_s_own_address_only(client, rosa):
    ask_for_mail(client)
    ask_for_mail(client, "nobody@example.org")
    client.post(reverse("account_reset_password"), {"email": ADDRESS})

    for message in Message.objects.all():
        assert settings.PUBLIC_ADDRESS in message.body
        assert "testserver" not in message.body


def test_attempts_that_no_longer_count_are_forgotten(client, rosa):
    by_password(client, password="wrong")
    assert Attempt.objects.exists()

    clear(datetime.now(UTC) + timedelta(days=1))

    assert not Attempt.objects.exists()
