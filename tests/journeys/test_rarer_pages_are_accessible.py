"""Pages that stand at the end of a way are open to everybody too: a merge, a correction, a second account."""

import pytest

from tests.journeys.steps import main, press
from tests.journeys.test_people_pages_are_accessible import faults

LANGUAGES = ["en", "ar"]


def looked_at(page, language):
    """Check the page on which the reader stands."""
    assert faults(page, page.url, is_whole=language == "en") == [], page.url


def enter(page, name):
    """Enter somebody at the desk, whoever has the same name; return the id of the entry."""
    page.goto("/desk/people/new")
    page.get_by_label("at the desk", exact=True).check()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Date of birth").fill("1961-04-09")
    page.locator("main form button").first.click()
    if page.url.endswith("/new"):
        page.get_by_label("I have asked: this person has no entry yet").check()
        page.locator("main form button").first.click()
    return page.url.split("/people/")[1].split("/")[0].split("?")[0]


def test_two_entries_are_made_one_and_the_result_is_open_to_everybody(open_as):
    page = open_as("desk", "/desk", width=360)
    one, other = enter(page, "Edda Twice"), enter(page, "Edda Twice")
    assert one != other

    page.goto(f"/desk/duplicates/{one}/{other}")
    looked_at(page, "en")
    for choice in page.locator("main select").all():
        choice.select_option("passport")
    for name in {box.get_attribute("name") for box in page.locator("main input[type=radio]").all()}:
        page.locator(f"main input[name={name}]").first.check()
    press(page, "Make the two entries one")

    assert "/merged/" in page.url, main(page)
    looked_at(page, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_of_a_second_account_is_asked_for_on_an_open_page(open_as, language):
    page = open_as("teacher", "/mine/second-account", width=360, language=language)
    page.locator("main input[name=contact]").fill("nobody@people.example")
    page.locator("main input[name=contact]").press("Enter")
    page.wait_for_url("**/second-account/*")

    looked_at(page, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_is_asked_for_and_answered_on_open_pages(open_as, language):
    asking = open_as("editor", "/mine/data/corrections", width=360)
    asking.locator("main select").first.select_option(index=1)
    asking.get_by_label("What would be right?").fill(f"Written with a y ({language})")
    press(asking, "Ask for the correction")
    looked_at(asking, "en")

    page = open_as("planner", "/desk/corrections", width=360, language=language)
    looked_at(page, language)
    page.locator("main .body a, main table a").first.click()
    looked_at(page, language)
