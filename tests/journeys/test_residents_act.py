"""A resident opens an account, decides, lets somebody help, takes everything away, and goes for good."""

import json
import re

from learningcity.demo.logins import HELPERS
from tests.journeys.steps import (
    BOTH_WAYS,
    command_line,
    heading,
    is_open_to_everybody,
    mail_to,
    main,
    press,
    said,
)

GROWING = {"history", "log_in", "messages"}
"""What is longer a moment later: the download itself is in it."""


@BOTH_WAYS
def test_from_the_first_mail_to_the_receipt_of_the_erasure(open_page, city_folder, scripts):
    name = f"Rhian {'Scripts' if scripts else 'Plain'}"
    address = f"rhian-{scripts}@people.example".lower()
    page = open_page("/account/new", width=360, scripts=scripts)
    opens_an_account(page, city_folder, name, address, scripts)

    page.goto("/mine/data")
    assert heading(page) == "What the city holds about you"
    assert name in main(page)
    assert address in main(page)
    is_open_to_everybody(page, scripts)

    decides(page, scripts)
    lets_somebody_help(page, scripts)
    data = takes_everything_away(page, city_folder, address, scripts)
    assert name in json.dumps(rows(data, "person"))
    assert {row["is_given"] for row in rows(data, "consents")} == {True, False}

    printed = command_line(city_folder, "people", "export", data["person"])
    assert keys(printed) == keys(data)
    assert all(rows(printed, key) == rows(data, key) for key in keys(data) - GROWING)

    erases_everything(page, scripts)
    page.goto("/mine")
    assert heading(page) == "Sign in"
    asks_for_a_mail(page, address)
    mail_to(city_folder, address, "You have no account yet")


def opens_an_account(page, city_folder, name, address, scripts):
    """Open an account; the code of the first mail signs in and shows that the address is right."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(address)
    is_open_to_everybody(page, scripts)
    press(page, "Open my account")
    assert heading(page) == "Look into your mail"
    is_open_to_everybody(page, scripts)
    code = re.search(r"\b\d{4}-?\d{4}\b", mail_to(city_folder, address, "Sign in")).group()
    page.get_by_label("Code").fill(code)
    press(page, "Sign in")
    page.goto("/mine")
    assert heading(page) == "My learning"
    is_open_to_everybody(page, scripts)


def asks_for_a_mail(page, address):
    """Ask for a mail with which one signs in."""
    page.goto("/account/code")
    page.get_by_label("E-mail address").fill(address)
    press(page, "Send the mail")
    assert heading(page) == "Look into your mail"


def decides(page, scripts):
    """Agree to something, withdraw it, and read both in the history."""
    page.goto("/mine/consents")
    press(page, "Agree")
    assert "You agreed." in said(page)
    press(page, "Withdraw")
    assert "You do not agree." in said(page)
    is_open_to_everybody(page, scripts)

    page.goto("/mine/history")
    acts = page.locator("main .line-item strong").all_inner_texts()
    assert acts.index("Consent withdrawn") < acts.index("Consent given")
    is_open_to_everybody(page, scripts)


def lets_somebody_help(page, scripts):
    """Give a mandate, and end it."""
    page.goto("/mine/helpers")
    page.get_by_label("Who may help?").select_option(label=HELPERS)
    page.get_by_label("find learning and take places").check()
    page.get_by_label("one day", exact=True).check()
    press(page, "Let them help")
    assert f"{HELPERS} may help from now on." in said(page)
    is_open_to_everybody(page, scripts)
    press(page, "End it now")
    assert f"{HELPERS} may not help any more." in said(page)
    assert "Nobody may act for you now." in main(page)


def takes_everything_away(page, city_folder, address, scripts):
    """Prove once more who one is, and download everything as JSON."""
    page.goto("/account/ask/mail?next=/mine/download")
    press(page, "Send me a code")
    code = re.search(r"\b\d{4}-?\d{4}\b", mail_to(city_folder, address, "Your code")).group()
    is_open_to_everybody(page, scripts)
    page.get_by_label("Code").fill(code)
    press(page, "Go on")
    assert heading(page) == "Take everything away"
    is_open_to_everybody(page, scripts)
    page.get_by_label("For machines: one JSON file").check()
    with page.expect_download() as started:
        press(page, "Download it")
    return json.loads(started.value.path().read_text())


def erases_everything(page, scripts):
    """Type the word, and get the receipt."""
    page.goto("/mine/erase")
    is_open_to_everybody(page, scripts)
    page.get_by_label("Type the word").fill("erase")
    press(page, "Erase everything now")
    assert heading(page) == "Everything is erased"
    is_open_to_everybody(page, scripts)


def keys(data):
    """Return the names of the parts of an export."""
    return {part["key"] for part in data["parts"]}


def rows(data, key):
    """Return the rows of a part of an export."""
    return next(part["rows"] for part in data["parts"] if part["key"] == key)
