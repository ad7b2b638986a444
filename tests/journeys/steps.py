"""What people do again and again on their way: read the heading, look into their mail, prove who they are."""

import email
import io
import json
import os
import re
import subprocess
import sys
import time
from email import policy
from pathlib import Path

import pytest
from PIL import Image

from learningcity.demo.logins import PASSWORD
from tests.journeys.test_every_page_is_accessible import sideways, violations

BOTH_WAYS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
MAIL_COMES_WITHIN = 20


def heading(page):
    """Return the heading of a page."""
    return page.get_by_role("heading", level=1).inner_text()


def main(page):
    """Return what a page says, without its frame."""
    return page.get_by_role("main").inner_text()


def said(page):
    """Return what the page answers to what was just sent."""
    return page.get_by_role("status").first.inner_text()


def press(page, name, about=""):
    """Press the first button that is called so; some say only to those who listen what about."""
    called = re.compile(rf"^{re.escape(name)}\W*{re.escape(about)}", re.IGNORECASE)
    page.get_by_role("main").get_by_role("button", name=called).first.click()


def is_open_to_everybody(page, scripts):
    """Check the page as it stands; axe needs scripts."""
    if scripts:
        assert violations(page) == [], page.url
        assert sideways(page) <= 0, page.url


def is_refused(page, path):
    """Go to a page and check that it is the one for those who may not."""
    assert page.goto(path).status == 403, path
    assert heading(page) == "You may not see this page"


def paper():
    """Return the picture of a signed paper, as a telephone takes it."""
    content = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(content, "JPEG")
    return {"name": "paper.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def prove_again(page, path, scripts):
    """Enter the password once more, as a page asks that matters much, and go on to it."""
    page.goto(f"/account/ask/password?next={path}")
    assert heading(page) == "Is it you?"
    is_open_to_everybody(page, scripts)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")


def command_line(city_folder, *words, **more):
    """Run a command beside the server, on the same city; return its JSON. `more`: further settings."""
    command = [sys.executable, "-m", "learningcity.config.cli", *words, "--json", "--data", str(city_folder)]
    environment = {**settings_of(city_folder), **more}
    done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    return json.loads(done.stdout)


def work_later(city, city_folder, *jobs, hours):
    """Run periodic work as the schedule does, at a moment that is given; its messages lead to the city."""
    program = f"""
import django; django.setup()
from datetime import timedelta
from django.utils.timezone import now
from learningcity.core.schedule import jobs
known = {{job.name: job for job in jobs()}}
for name in {jobs!r}:
    known[name].run(now() + timedelta(hours={hours}))
"""
    environment = {**settings_of(city_folder), "LEARNINGCITY_ADDRESS": city}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)


def settings_of(city_folder):
    """Return the environment of a program that works on the same city as the server."""
    own = {"LEARNINGCITY_DATA": str(city_folder), "DJANGO_SETTINGS_MODULE": "learningcity.config.settings"}
    return {**{name: value for name, value in os.environ.items() if name != "DATABASE_URL"}, **own}


def mails_to(city_folder: Path, address: str) -> list[str]:
    """Return the text of every mail that has left for an address, with its subject as the first line."""
    found = []
    for file in sorted((city_folder / "mail").glob("*.log")):
        for words in re.split(r"\n-{79}\n", file.read_text()):
            mail = email.message_from_string(words, policy=policy.default)
            if mail["To"] == address:
                found.append(f"{mail['Subject']}\n{mail.get_content()}")
    return found


def mail_to(city_folder: Path, address: str, subject: str) -> str:
    """Wait for a mail with a subject, and return the newest one."""
    give_up = time.monotonic() + MAIL_COMES_WITHIN
    while time.monotonic() < give_up:
        if fitting := [mail for mail in mails_to(city_folder, address) if subject in mail.splitlines()[0]]:
            return fitting[-1]
        time.sleep(0.3)
    raise AssertionError(f"No mail {subject!r}: {mails_to(city_folder, address)}")


def link_in(mail: str, city: str) -> str:
    """Return the link in a mail, which leads to the city that sent it."""
    link = re.search(r"https?://\S+", mail).group()
    assert link.startswith(f"{city}/")
    return link
