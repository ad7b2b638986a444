"""An operator invites an administrator; the link works once, and the desk opens."""

import json
import os
import subprocess
import sys

import pytest


@pytest.fixture
def invitation(city_folder):
    """Print an invitation at the command line, beside the running server."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    command = [sys.executable, "-m", "learningcity.config.cli", "people", "invite-administrator", "--json"]
    done = subprocess.run(
        [*command, "--data", str(city_folder)], env=environment, capture_output=True, check=True, text=True
    )
    return "/" + json.loads(done.stdout)["link"].split("/", 3)[3]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_link_to_the_desk_and_out_again(open_page, invitation, scripts):
    page = open_page(invitation, width=360, scripts=scripts)
    page.get_by_label("Your name").fill("Ada Officer")
    page.get_by_label("E-mail address").fill(f"ada-{scripts}@example.org".lower())
    page.get_by_label("Password").fill("three quiet lamps")
    page.get_by_role("button", name="Make my log-in").click()

    assert page.get_by_role("heading", level=1).inner_text() == "Desk"
    page.get_by_role("button", name="Sign out").click()
    page.goto("/desk")
    assert page.get_by_role("heading", level=1).inner_text() == "Sign in"
    page.goto(invitation)
    assert page.get_by_role("heading", level=1).inner_text() != "Make your log-in"
