"""An organisation invites a teacher by mail, and keeps a key for its machines."""

import json
import time
import urllib.error
import urllib.request

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from learningcity.demo.logins import PROVIDER
from tests.journeys.steps import (
    BOTH_WAYS,
    heading,
    is_open_to_everybody,
    link_in,
    mail_to,
    main,
    press,
    prove_again,
    said,
)


@BOTH_WAYS
def test_whoever_is_invited_by_mail_becomes_a_teacher(open_page, open_as, city, city_folder, scripts):
    address = f"tamsin-{scripts}@people.example".lower()
    name = f"Tamsin {'Scripts' if scripts else 'Plain'}"
    page = workspace(open_as, "Roles", scripts)
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("teacher", exact=True).check()
    is_open_to_everybody(page, scripts)
    press(page, "Send the invitation")
    assert address in main(page)
    is_open_to_everybody(page, scripts)

    invitation = link_in(mail_to(city_folder, address, f"{PROVIDER} invites you"), city)
    newcomer = open_page(invitation, width=360, scripts=scripts)
    assert heading(newcomer) == f"{PROVIDER} invites you"
    is_open_to_everybody(newcomer, scripts)
    newcomer.get_by_role("link", name="I am new here").click()
    for field, words in (("name", name), ("email", address), ("password", "three quiet lamps")):
        newcomer.locator(f"main input[name={field}]").fill(words)
    press(newcomer, "Make my log-in")
    sets_up_an_app(newcomer)

    newcomer.goto("/mine/roles")
    assert PROVIDER in main(newcomer)
    assert "teacher" in main(newcomer).lower()
    is_open_to_everybody(newcomer, scripts)
    newcomer.goto(invitation)
    assert heading(newcomer) != f"{PROVIDER} invites you"
    page.reload()
    assert name in main(page)
    assert address not in main(page)


@BOTH_WAYS
def test_a_key_is_made_used_replaced_and_revoked(open_as, city, scripts):
    label = f"Timetable {'scripts' if scripts else 'plain'}"
    page = workspace(open_as, "Roles", scripts)
    keys = page.url.replace("/members", "/keys")
    prove_again(page, keys.removeprefix(city), scripts)
    assert page.url == keys
    page.get_by_label("What is the key for?").fill(label)
    page.get_by_role("group", name="What may it do?").get_by_role("checkbox").first.check()
    is_open_to_everybody(page, scripts)
    press(page, "Make the key")
    old = page.locator("main code").inner_text()
    is_open_to_everybody(page, scripts)
    assert asks(city, old) == (200, PROVIDER)

    page.goto(keys)
    assert old not in page.content()
    press(page, "Rotate the key", about=label)
    new = page.locator("main code").inner_text()
    assert asks(city, old) == asks(city, new) == (200, PROVIDER)

    page.goto(keys)
    for _key in (old, new):
        press(page, "Revoke the key", about=label)
        assert "The key is revoked." in said(page)
    is_open_to_everybody(page, scripts)
    assert asks(city, old)[0] == asks(city, new)[0] == 401


def workspace(open_as, tab, scripts):
    """Open one page of the provider's workspace."""
    page = open_as("provider", "/organisations/own", width=360, scripts=scripts)
    assert heading(page) == PROVIDER
    page.get_by_role("main").get_by_role("link", name=tab, exact=True).first.click()
    return page


def sets_up_an_app(page):
    """Set up the second step with an app for codes."""
    page.goto("/second-factor")
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator("main code").inner_text()
    page.get_by_label("Code of the app").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    press(page, "Keep the app")


def asks(city, key):
    """Ask the interface for the organisation of a key; return the answer's number and the name in it."""
    request = urllib.request.Request(
        f"{city}/api/v1/organisation", headers={"Authorization": f"Bearer {key}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)["name"]
    except urllib.error.HTTPError as refusal:
        return refusal.code, ""
