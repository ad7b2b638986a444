"""Outside identities, tried with a real OpenID Connect provider beside the tests."""

import socket
import subprocess
import sys
import time
from copy import deepcopy
from datetime import date
from itertools import count

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from learningcity.config import environment
from learningcity.core.models import AuditLine
from learningcity.people.middleware import METHODS
from learningcity.people.models import Login, Person
from tests.people import factories as people
from tests.people.signing_in import (
    ADDRESS,
    ask_for_mail,
    by_password,
    code_in,
    enter_code,
    enter_second_step,
    is_signed_in,
    login,
    mails,
)

pytestmark = pytest.mark.django_db

START = "/account/outside/oidc/start"
_numbers = count(1)


@pytest.fixture(scope="module")
def provider():
    """Run an OpenID Connect provider on this machine; return its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    give_up = time.monotonic() + 60
    while not answers(address):
        assert running.poll() is None
        assert time.monotonic() < give_up
        time.sleep(0.1)
    yield address
    running.terminate()
    running.wait(20)


def answers(address):
    """Return whether the provider is up."""
    try:
        return requests.get(f"{address}/.well-known/openid-configuration", timeout=5).ok
    except requests.RequestException:
        return False


@pytest.fixture
def city_id(provider, settings):
    """Let the city know the provider."""
    known(settings, provider)
    return provider


def known(settings, address):
    """Let the settings name a provider, as the environment does."""
    providers = deepcopy(settings.SOCIALACCOUNT_PROVIDERS)
    app = {"provider_id": "oidc", "name": "City ID", "client_id": "learningcity", "secret": "s3cret"}
    providers["openid_connect"]["APPS"] = [app | {"settings": {"server_url": address}}]
    settings.SOCIALACCOUNT_PROVIDERS = providers


def says(provider, **claims):
    """Let the provider know somebody by these claims; return their number there."""
    subject = f"subject-{next(_numbers)}"
    requests.put(f"{provider}/users/{subject}", json=claims, timeout=10).raise_for_status()
    return subject


def go_out(client, address=START, **typed):
    """Start at the city; return the address of the provider to which the page leads."""
    answer = client.post(address, typed)
    assert answer.status_code == 200, answer["Location"]
    return answer["Refresh"].removeprefix("0; url=")


def agree(address, subject):
    """Sign in at the provider; return the path at the city to which it leads back."""
    answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    return answer.headers["Location"].removeprefix("http://testserver")


def come_in(client, provider, address=START, *, typed=None, **claims):
    """Go out, sign in there, come back; return what the city answers."""
    subject = claims.pop("subject", "") or says(provider, **claims)
    return client.get(agree(go_out(client, address, **(typed or {})), subject))


def rosa_says(**more):
    """Return what the provider says of Rosa."""
    return {"name": "Rosa Rivers", "email": ADDRESS, "email_verified": True, **more}


def test_a_new_person_comes_in_with_a_confirmed_address_and_needs_to_type_nothing(client, city_id):
    answer = come_in(client, city_id, **rosa_says(), typed={"next": "/about/data"})

    assert answer["Location"] == "/about/data"
    assert is_signed_in(client)
    made = Login.objects.get()
    assert (made.person.name, made.email) == ("Rosa Rivers", ADDRESS)
    assert EmailAddress.objects.get(user=made).verified
    assert not SocialToken.objects.exists()
    assert AuditLine.objects.filter(action="people.account_opened").count() == 1


def test_who_came_in_once_comes_in_again_whatever_the_address_is_now(client, city_id):
    subject = says(city_id, **rosa_says())
    come_in(client, city_id, subject=subject)
    requests.put(
        f"{city_id}/users/{subject}", json=rosa_says(email="other@example.org"), timeout=10
    ).raise_for_status()
    second = Client()

    come_in(second, city_id, subject=subject)

    assert is_signed_in(second)
    assert Login.objects.count() == 1


def test_an_identity_joins_the_log_in_with_the_same_address_confirmed_on_both_sides(client, city_id):
    rosa = login()

    come_in(client, city_id, **rosa_says())

    assert is_signed_in(client)
    assert SocialAccount.objects.get().user == rosa
    assert mails()[0].template == "people/messages/sign_in_changed"
    assert AuditLine.objects.filter(action="people.outside_identity_added").count() == 1


@pytest.mark.parametrize("verified", [False, None, "true", 1])
@pytest.mark.parametrize("is_known", [True, False])
def test_an_address_that_the_provider_did_not_confirm_joins_nothing_and_tells_nothing(
    client, city_id, verified, is_known
):
    if is_known:
        login()

    answer = come_in(client, city_id, **rosa_says(email_verified=verified))

    assert answer.status_code == 409
    assert "City ID has not confirmed your e-mail address" in answer.content.decode()
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert Login.objects.count() == is_known


def test_an_address_that_we_did_not_confirm_joins_nothing(client, city_id):
    login(confirmed=False)

    answer = come_in(client, city_id, **rosa_says())

    assert answer.status_code == 409
    assert "never confirmed" in answer.content.decode()
    assert not SocialAccount.objects.exists()

    ask_for_mail(client)
    enter_code(client, code_in(mails()[0]))
    again = Client()
    come_in(again, city_id, **rosa_says())
    assert is_signed_in(again)


def test_somebody_without_an_address_is_asked_for_one_and_confirms_it(client, city_id):
    answer = come_in(client, city_id, name="Rosa Rivers")
    assert answer["Location"] == reverse("socialaccount_signup")
    assert "Rosa Rivers" in client.get(answer["Location"]).content.decode()

    client.post(answer["Location"], {"name": "Rosa Rivers", "email": ADDRESS})
    assert not is_signed_in(client)
    enter_code(client, code_in(mails()[0]))

    assert is_signed_in(client)
    assert SocialAccount.objects.get().user == Login.objects.get()


def test_the_address_of_somebody_else_cannot_be_typed_to_get_their_log_in(client, city_id):
    login()
    answer = come_in(client, city_id, name="Eve")

    answer = client.post(answer["Location"], {"name": "Eve", "email": ADDRESS})

    assert answer["Location"] == reverse("account_confirm_login_code")
    assert mails()[0].template == "people/messages/sign_in_known"
    assert not SocialAccount.objects.exists()
    assert Login.objects.count() == 1


def test_the_second_step_is_asked_for_after_the_outside_identity_too(client, city_id):
    login(totp=True)

    answer = come_in(client, city_id, **rosa_says())

    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    enter_second_step(client)
    assert is_signed_in(client)


CONNECT = f"{START}?process=connect"


def test_somebody_signed_in_adds_an_identity_with_any_address(client, city_id):
    rosa = login()
    by_password(client)

    come_in(client, city_id, CONNECT, **rosa_says(email="work@example.com", email_verified=False))

    assert SocialAccount.objects.get().user == rosa
    assert "City ID" in client.get(reverse("socialaccount_connections")).content.decode()


def test_adding_an_identity_asks_again_who_it_is(client, city_id):
    login()
    by_password(client)
    session = client.session
    session[METHODS] = [{**record, "at": record["at"] - 3600} for record in session[METHODS]]
    session.save()

    answer = client.post(CONNECT)

    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_the_identity_of_somebody_else_is_not_taken_over(client, city_id):
    subject = says(city_id, **rosa_says())
    come_in(Client(), city_id, subject=subject)
    login("eve@example.org", who=people.person("Eve"))
    by_password(client, "eve@example.org")

    come_in(client, city_id, CONNECT, subject=subject)

    assert SocialAccount.objects.get().user.email == ADDRESS


def test_the_last_way_in_is_not_removed(client, city_id):
    come_in(client, city_id, **rosa_says())
    page = reverse("socialaccount_connections")

    answer = client.post(page, {"account": SocialAccount.objects.get().pk})

    assert answer.status_code == 400
    assert "Choose a password first" in answer.content.decode()

    new = "four green boats sail"
    client.post(reverse("account_set_password"), {"password1": new, "password2": new})
    client.post(page, {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"birthdate": "1980-05-17", "name_verified": True, "birthdate_verified": True},
        {
            "verified_claims": {
                "verification": {"trust_framework": "eidas"},
                "claims": {"given_name": "Rosa", "family_name": "Rivers", "birthdate": "1980-05-17"},
            }
        },
    ],
)
def test_what_an_authority_confirmed_is_written_down_as_such(client, city_id, claims):
    login(who=people.person("Rosie", born_on=None))

    come_in(client, city_id, **rosa_says(**claims))

    person = Person.objects.get()
    assert (person.name, person.name_source) == ("Rosa Rivers", "authority")
    assert (person.born_on, person.born_source) == (date(1980, 5, 17), "authority")
    assert AuditLine.objects.filter(action="people.particulars_confirmed").count() == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"birthdate": "1980-05-17"},
        {"birthdate": "1980-05-17", "name_verified": "true", "birthdate_verified": "yes"},
        {"birthdate": "not a day", "birthdate_verified": True},
        {"birthdate": "2999-01-01", "birthdate_verified": True},
        {"verified_claims": "nonsense"},
    ],
)
def test_what_no_authority_confirmed_changes_nothing(client, city_id, claims):
    login(who=people.person("Rosie", born_on=None))

    come_in(client, city_id, **rosa_says(**claims))

    person = Person.objects.get()
    assert (person.name, person.name_source) == ("Rosie", "self")
    assert (person.born_on, person.born_source) == (None, "self")


def test_stopping_at_the_provider_leads_back_with_a_word(client, city_id):
    address = go_out(client)
    answer = requests.post(address, data={"action": "deny"}, allow_redirects=False, timeout=10)
    back = answer.headers["Location"].removeprefix("http://testserver")
    state = address.partition("state=")[2].partition("&")[0]

    answer = client.get(f"{back}&state={state}")

    assert answer["Location"] == reverse("socialaccount_login_cancelled")


@pytest.mark.parametrize("query", ["", "?code=x&state=y", "?error=server_error", "?code=x"])
def test_coming_back_without_having_gone_out_signs_nobody_in(client, city_id, query):
    answer = client.get(f"/account/outside/oidc/back{query}")

    assert answer.status_code == 401
    assert "did not answer as it should" in answer.content.decode()


def test_a_code_that_another_browser_got_signs_nobody_in(client, city_id):
    back = agree(go_out(client), says(city_id, **rosa_says()))

    assert Client().get(back).status_code == 401
    assert not Login.objects.exists()


def test_a_provider_that_is_down_is_said_not_shown_as_a_fault(client, settings):
    known(settings, "http://127.0.0.1:9")

    answer = client.post(START)

    assert answer.status_code == 401
    assert "did not answer as it should" in answer.content.decode()


def test_going_out_needs_a_click_and_a_provider_that_is_known(client, city_id):
    assert client.get(START).status_code == 405
    assert client.post("/account/outside/other/start").status_code == 404


def test_next_leads_to_own_pages_only(client, city_id):
    answer = come_in(client, city_id, **rosa_says(), typed={"next": "https://elsewhere.example/"})

    assert answer["Location"] == "/"


def test_the_sign_in_names_the_provider(client, city_id):
    assert "Sign in with City ID" in client.get(reverse("account_login")).content.decode()


def test_without_a_provider_there_is_nothing_to_press(client):
    assert "/outside/" not in client.get(reverse("account_login")).content.decode()


def named(monkeypatch, **values):
    """Let the environment name a provider."""
    for name, value in values.items():
        monkeypatch.setenv(f"LEARNINGCITY_TEST_OIDC_{name}", value)
    return environment.identity_providers("LEARNINGCITY_TEST_OIDC")


def test_the_environment_names_a_provider(monkeypatch):
    (app,) = named(monkeypatch, ISSUER="https://id.example.org/", CLIENT="city", SECRET="s")

    assert app["name"] == "id.example.org"
    assert app["settings"]["server_url"] == "https://id.example.org"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"ISSUER": "http://id.example.org", "CLIENT": "city"}, "must begin with https"),
        ({"ISSUER": "nonsense", "CLIENT": "city"}, "must begin with https"),
        ({"ISSUER": "https://id.example.org"}, "needs LEARNINGCITY_TEST_OIDC_CLIENT"),
    ],
)
def test_a_provider_that_cannot_be_trusted_is_refused_at_start(monkeypatch, values, says):
    with pytest.raises(ImproperlyConfigured, match=says):
        named(monkeypatch, **values)
