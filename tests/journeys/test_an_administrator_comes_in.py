"""An operator invites an administrator; the link works once; with a second step the desk opens."""

import json
import os
import subprocess
import sys
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.journeys.test_every_page_is_accessible import sideways, violations


@pytest.fixture
def invitation(city_folder):
    """Print an invitation at the command line, beside the running server."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    command = [sys.executable, "-m", "learningcity.config.cli", "people", "invite-administrator", "--json"]
    done = subprocess.run(
        [*command, "--data", str(city_folder)], env=environment, capture_output=True, check=True, text=True
    )
    return "/" + json.loads(done.stdout)["link"].split("/", 3)[3]


def heading(page):
    """Return the heading of a page."""
    return page.get_by_role("heading", level=1).inner_text()


def code_for(secret):
    """Return what an app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def make_log_in(page, email):
    """Accept an invitation, in any language."""
    for name, words in (("name", "Ada Officer"), ("email", email), ("password", "three quiet lamps")):
        page.locator(f"main input[name={name}]").fill(words)
    page.locator("main form button.btn").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_link_over_the_second_step_to_the_desk_and_out_again(open_page, invitation, scripts):
    page = open_page(invitation, width=360, scripts=scripts)
    make_log_in(page, f"ada-{scripts}@example.org".lower())

    assert heading(page) == "A second step"
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator("main code").inner_text()
    page.get_by_label("Code of the app").fill(code_for(secret))
    page.get_by_role("button", name="Keep the app").click()
    assert page.locator("main code").count() == 10
    page.get_by_role("link", name="I have kept them: go on").click()

    assert page.url.endswith("/desk")
    assert page.locator("main").is_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/desk")
    assert heading(page) == "Sign in"
    page.goto(invitation)
    assert heading(page) != "Make your log-in"


def test_a_passkey_is_added_and_signs_in_alone(open_page, invitation, city):
    here = city.replace("127.0.0.1", "localhost")
    page = open_page("/")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    page.goto(here + invitation)
    make_log_in(page, "ada-passkey@example.org")
    page.get_by_role("link", name="Add a passkey").click()
    assert violations(page) == []
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("link", name="I have kept them: go on").click()
    assert page.url.endswith("/desk")

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").first.wait_for()
    page.goto(f"{here}/sign-in?next=/desk")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda address: not address.endswith("/sign-in?next=/desk"))

    assert page.url == f"{here}/desk"

    assert page.problems == []


OWN_PAGES = [
    "/account",
    "/account/email",
    "/account/password",
    "/account/app",
    "/account/passkeys",
    "/account/sessions",
    "/second-factor",
    "/sign-out",
]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pages_of_the_sign_in_are_open_to_everybody(open_page, invitation, language):
    page = open_page("/account/new", width=360, language=language)
    for path in ("/account/new", "/account/code", "/account/password/forgotten", "/account/link/x"):
        page.goto(path)
        assert violations(page) == []
    page.goto(invitation)
    make_log_in(page, f"ada-axe-{language}@example.org")

    for path in OWN_PAGES:
        page.goto(path)
        assert violations(page) == [], path
        assert sideways(page) <= 0, path
