"""The second step: set up, entered, lost; without it nobody has a role. And asking again who somebody is."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from learningcity.core.models import AuditLine
from learningcity.people.actions import open_demo_login
from learningcity.people.middleware import METHODS, METHODS_OF
from tests.people import factories as people
from tests.people.signing_in import (
    SECRET,
    app_code,
    ask_for_mail,
    by_password,
    code_in,
    enter_code,
    enter_second_step,
    is_signed_in,
    link_in,
    login,
    mails,
)

pytestmark = pytest.mark.django_db

DESK = "people:desk"


@pytest.fixture
def rosa():
    return login()


@pytest.fixture
def officer():
    """Return a log-in with a role in the city and no second step."""
    made = login("ada@example.org", who=people.person("Ada Officer"))
    people.member(made.person)
    return made


def grow_old(client):
    """Let what somebody proved in a session be long ago."""
    session = client.session
    session[METHODS] = [{**record, "at": record["at"] - 3600} for record in session[METHODS]]
    session.save()


def test_whoever_has_an_app_is_asked_for_its_code_at_every_sign_in(client):
    login(totp=True)

    answer = by_password(client)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)

    enter_second_step(client)
    assert is_signed_in(client)


def test_whoever_has_an_app_signs_in_also_where_no_mail_has_confirmed_the_address(client):
    login(confirmed=False, totp=True)

    assert by_password(client)["Location"] == reverse("mfa_authenticate")
    assert mails() == []
    enter_second_step(client)
    assert is_signed_in(client)


@pytest.mark.parametrize("way", ["code", "link"])
def test_mail_alone_does_not_replace_the_second_step(client, way):
    login(totp=True)
    ask_for_mail(client)

    (mail,) = mails()
    answer = enter_code(client, code_in(mail)) if way == "code" else client.post(link_in(mail))

    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)


def test_a_wrong_code_is_refused_at_its_field(client):
    login(totp=True)
    by_password(client)

    answer = enter_second_step(client, "000000" if app_code() != "000000" else "111111")

    assert answer.status_code == 400
    assert "This is not right" in answer.content.decode()
    assert not is_signed_in(client)


def test_a_code_of_the_app_works_once(client):
    login(totp=True)
    code = app_code()
    by_password(client)
    enter_second_step(client, code)

    second = Client()
    by_password(second)
    answer = enter_second_step(second, code)

    assert answer.status_code == 400
    assert not is_signed_in(second)


@pytest.mark.django_db(transaction=True)
def test_a_role_needs_a_second_step_and_the_page_leads_there_and_on(client, officer):
    by_password(client, "ada@example.org")

    answer = client.get(reverse(DESK))
    assert answer["Location"] == f"{reverse('people:second_factor')}?next={reverse(DESK)}"
    assert "two minutes" in client.get(answer["Location"]).content.decode()

    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'<bdi dir="ltr">([A-Z2-7]{32})</bdi>', page).group(1)
    answer = client.post(reverse("mfa_activate_totp"), {"code": app_code(secret=secret)})

    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert f'href="{reverse(DESK)}"' in client.get(answer["Location"]).content.decode()
    assert client.get(reverse(DESK)).status_code == 200
    assert AuditLine.objects.filter(action="people.second_factor_added").count() == 1


def test_the_picture_for_the_app_is_drawn_here_and_the_key_stands_beside_it(client, rosa):
    by_password(client)

    page = client.get(reverse("mfa_activate_totp")).content.decode()

    assert "<svg" in page
    assert "data:" not in page
    assert "https://" not in page.partition("<main")[2].partition("</main")[0]


def test_a_session_without_the_second_step_that_is_there_leads_to_entering_it(client, officer):
    Authenticator.objects.create(user=officer, type="totp", data={"secret": SECRET})
    people.sign_in(client, officer, second_factor=False)

    page = client.get(client.get(reverse(DESK))["Location"])
    assert "did not use it" in page.content.decode()

    answer = client.post(f"{reverse('mfa_reauthenticate')}?next={reverse(DESK)}", {"code": app_code()})
    assert answer["Location"] == reverse(DESK)
    assert client.get(reverse(DESK)).status_code == 200


def test_what_another_log_in_proved_in_a_session_does_not_count(client, officer):
    people.sign_in(client, officer)
    session = client.session
    session[METHODS_OF] = str(int(session[SESSION_KEY]) + 1)
    session.save()

    assert client.get(reverse(DESK)).status_code == 302


def test_without_the_second_step_the_role_rests_at_once_and_other_sessions_end(client, officer):
    Authenticator.objects.create(user=officer, type="totp", data={"secret": SECRET})
    by_password(client, "ada@example.org")
    enter_second_step(client)
    other = Client()
    by_password(other, "ada@example.org")
    enter_second_step(other, app_code(1))
    assert other.get(reverse(DESK)).status_code == 200

    client.post(reverse("mfa_deactivate_totp"))

    assert client.get(reverse(DESK)).status_code == 302
    assert not is_signed_in(other)
    assert AuditLine.objects.filter(action="people.second_factor_removed").exists()


def test_a_recovery_code_opens_once(client, rosa):
    by_password(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'<bdi dir="ltr">([A-Z2-7]{32})</bdi>', page).group(1)
    client.post(reverse("mfa_activate_totp"), {"code": app_code(secret=secret)})
    codes = re.findall(
        r'<bdi dir="ltr">(\d{8})</bdi>', client.get(reverse("mfa_view_recovery_codes")).content.decode()
    )
    assert len(codes) == 10

    first, second = Client(), Client()
    by_password(first)
    enter_second_step(first, codes[0])
    by_password(second)
    enter_second_step(second, codes[0])

    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_new_recovery_codes_replace_the_old_ones(client):
    rosa = login(totp=True)
    by_password(client)
    enter_second_step(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    old = Authenticator.objects.get(user=rosa, type="recovery_codes").wrap().get_unused_codes()

    client.post(reverse("mfa_generate_recovery_codes"))

    new = Authenticator.objects.get(user=rosa, type="recovery_codes").wrap().get_unused_codes()
    assert set(old).isdisjoint(new)
    assert client.get(reverse("mfa_download_recovery_codes")).content.decode().count(new[0]) == 1


SENSITIVE = ["account_email", "mfa_activate_totp", "account_change_password", "socialaccount_connections"]


@pytest.mark.parametrize("name", SENSITIVE)
def test_signing_in_counts_as_proof_for_a_quarter_of_an_hour(client, rosa, name):
    by_password(client)
    assert client.get(reverse(name)).status_code == 200

    grow_old(client)
    answer = client.get(reverse(name))
    assert answer["Location"] == f"{reverse('account_reauthenticate')}?next={reverse(name)}"

    answer = client.post(answer["Location"], {"password": people.PASSWORD})
    assert answer["Location"] == reverse(name)
    assert client.get(reverse(name)).status_code == 200


def test_a_form_sent_too_late_is_asked_for_anew_not_carried_out(client, rosa):
    by_password(client)
    grow_old(client)

    answer = client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})

    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert mails("new@example.org") == []


def test_a_wrong_password_proves_nothing(client, rosa):
    by_password(client)
    grow_old(client)

    answer = client.post(reverse("account_reauthenticate"), {"password": "wrong"})

    assert answer.status_code == 400
    assert client.get(reverse("account_email")).status_code == 302


def test_whoever_has_no_password_proves_it_by_a_code_from_a_mail(client):
    login(password=None)
    ask_for_mail(client)
    enter_code(client, code_in(mails()[0]))
    grow_old(client)
    page = client.get(reverse("account_email"))["Location"]
    assert page.startswith(reverse("people:ask_by_mail"))

    client.post(page, {"next": reverse("account_email")})
    code = code_in(mails()[0])
    wrong = client.post(page, {"code": "00000000", "next": reverse("account_email")})
    assert wrong.status_code == 400
    assert client.get(reverse("account_email")).status_code == 302
    answer = client.post(page, {"code": code, "next": reverse("account_email")})

    assert answer["Location"] == reverse("account_email")
    assert client.get(reverse("account_email")).status_code == 200
    assert client.post(page, {"code": code}).status_code == 400


def test_a_code_by_mail_does_not_stand_for_the_second_step(client):
    login(totp=True, password=None)
    ask_for_mail(client)
    enter_code(client, code_in(mails()[0]))
    enter_second_step(client)
    grow_old(client)

    assert client.get(reverse("account_email"))["Location"].startswith(reverse("mfa_reauthenticate"))
    assert client.get(reverse("people:ask_by_mail")).status_code == 302


def test_a_code_by_mail_is_tried_ten_times_and_leads_only_to_own_pages(client):
    login(password=None)
    ask_for_mail(client)
    enter_code(client, code_in(mails()[0]))
    page = reverse("people:ask_by_mail")
    client.post(page)
    code = code_in(mails()[0])

    for _attempt in range(10):
        client.post(page, {"code": "00000000"})

    assert client.post(page, {"code": code}).status_code == 400


def test_proving_leads_to_own_pages_only(client):
    login(password=None)
    ask_for_mail(client)
    enter_code(client, code_in(mails()[0]))
    page = reverse("people:ask_by_mail")
    client.post(page)

    answer = client.post(page, {"code": code_in(mails()[0]), "next": "https://elsewhere.example/"})

    assert answer["Location"] == reverse("people:account")


def test_a_demo_log_in_has_a_second_step_whose_key_is_public(client, by, at):
    who = {"email": "officer@demo.example", "name": "Demo Officer", "password": "a lamp in every street"}
    made = open_demo_login(**who, totp_secret=SECRET, by=by, at=at)

    by_password(client, who["email"], who["password"])
    enter_second_step(client)

    assert made.is_demo
    assert is_signed_in(client)


def test_passkeys_are_listed_renamed_and_removed_by_their_owner_only(client, rosa):
    credential = {"clientExtensionResults": {}}
    other = login("ben@example.org", who=people.person("Ben"))
    theirs, own = (
        Authenticator.objects.create(
            user=who, type="webauthn", data={"name": "Blue key", "credential": credential}
        )
        for who in (other, rosa)
    )
    people.sign_in(client, rosa)
    session = client.session
    session[METHODS] = [{"method": "mfa", "at": 9e9, "reauthenticated": True}]
    session.save()

    assert "Blue key" in client.get(reverse("mfa_list_webauthn")).content.decode()
    assert client.post(reverse("mfa_edit_webauthn", args=[own.pk]), {"name": "Red key"}).status_code == 302
    assert "Red key" in client.get(reverse("mfa_list_webauthn")).content.decode()
    assert client.post(reverse("mfa_edit_webauthn", args=[theirs.pk]), {"name": "Mine"}).status_code == 404
    assert client.post(reverse("mfa_remove_webauthn", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("mfa_edit_webauthn", args=[own.pk]), {"name": ""}).status_code == 400
    client.post(reverse("mfa_remove_webauthn", args=[own.pk]))

    assert list(Authenticator.objects.values_list("pk", flat=True)) == [theirs.pk]


@pytest.mark.parametrize(
    "words", ["", "{}", "[]", "null", '"x"', '{"response": {}}', '{"id": 1, "rawId": "!"}']
)
def test_what_is_no_passkey_signs_nobody_in(client, rosa, words):
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})

    answer = client.post(reverse("mfa_login_webauthn"), {"credential": words})

    assert answer.status_code == 302
    assert answer["Location"] == reverse("account_login")
    assert not is_signed_in(client)
