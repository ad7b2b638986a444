"""No page of the catalogue and of enrolment may shut anybody out, nor one that refuses what was typed."""

from datetime import date, timedelta

import pytest

from tests.journeys.steps import main, press, said
from tests.journeys.test_every_page_is_accessible import violations
from tests.journeys.test_people_pages_are_accessible import LANGUAGES, PHONE, faults, too_wide

OFFER = ("", "/edit", "/preview", "/copy", "/withdraw", "/series/new")
SERIES = ("", "/dates", "/places", "/people")
SESSION = (
    "",
    "/change",
    "/cancel",
    "/postpone",
    "/full",
    "/places",
    "/attendance",
    "/attendance/code",
    "/attendance/sheet",
    "/attendance/completed",
)
OWN = ["/mine/places", "/mine/places/overlaps", "/mine/reminders", "/mine/searches?q=english"]
CITY = [
    "/catalogue",
    "/catalogue/feeds",
    "/catalogue/feeds/new",
    "/catalogue/feeds/demo",
    "/catalogue/feeds/demo/change",
    "/catalogue/duplicates",
    "/catalogue/duplicates/different",
    "/catalogue/duplicates/by-hand",
    "/catalogue/duplicates/ranks",
    "/catalogue/merges",
    "/catalogue/suggestions",
    "/catalogue/wishes",
    "/catalogue/not-confirmed",
    "/catalogue/closing-days",
]
REFUSING = {
    "resident": ["/wishes/new", "/suggestions/new"],
    "provider": ["/catalogue/offers/new", "/catalogue/programmes"],
    "officer": ["/catalogue/feeds/new", "/catalogue/closing-days"],
}


@pytest.fixture(scope="session")
def taken(browser, city, signed_in):
    """Return the addresses of a place that the resident of the demonstration has, and of all around it."""
    context = browser.new_context(base_url=city, storage_state=signed_in("resident"), locale="en")
    page = context.new_page()
    place = linked(page, "/mine/places", "main .line-item a")
    offer = linked(page, place, "main aside a[href^='/offers/']")
    context.close()
    context = browser.new_context(base_url=city, storage_state=signed_in("provider"), locale="en")
    page = context.new_page()
    series = linked(page, f"/catalogue{offer}", "main h3 a[href^='/catalogue/series/']")
    session = linked(page, series, "main a[href^='/catalogue/sessions/']")
    context.close()
    page = browser.new_page(base_url=city)
    enrol = linked(page, offer, "main a[href^='/enrol/']")
    page.close()
    return {"place": place, "offer": offer, "series": series, "session": session, "enrol": enrol}


def linked(page, start, link):
    """Return where the first link of a kind leads."""
    page.goto(start)
    return page.locator(link).first.get_attribute("href")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_workspace_are_open_to_everybody(open_as, taken, language):
    page = open_as("provider", "/catalogue", width=PHONE, language=language)

    check(
        page,
        [
            "/catalogue",
            "/catalogue/offers/new",
            "/catalogue/programmes",
            "/catalogue/wishes",
            *(f"/catalogue{taken['offer']}{rest}" for rest in OFFER),
            *(f"{taken['series']}{rest}" for rest in SERIES),
            *(f"{taken['session']}{rest}" for rest in SESSION),
        ],
        language,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_places_are_open_to_everybody(open_as, taken, language):
    page = open_as("resident", width=PHONE, language=language)
    queue = taken["enrol"].replace("/enrol/", "/queues/")
    attend = taken["session"].replace("/catalogue/sessions/", "/attend/")

    check(
        page,
        [*OWN, taken["place"], f"{taken['place']}/cancel", taken["enrol"], queue, attend, taken["offer"]],
        language,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_those_who_keep_the_catalogue_are_open_to_everybody(open_as, language):
    check(open_as("officer", width=PHONE, language=language), CITY, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", REFUSING)
def test_a_form_that_refuses_stays_open_to_everybody(open_as, part, language):
    page = open_as(part, width=PHONE, language=language)

    found = {address: refused(page, address) for address in REFUSING[part]}

    assert {address: words for address, words in found.items() if words} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_guests_and_planners_refuse_stays_open_to_everybody(open_as, open_page, taken, language):
    page = open_as("provider", width=PHONE, language=language)
    found = [
        refused(page, f"{address}")
        for address in (
            f"/catalogue{taken['offer']}/series/new",
            f"{taken['session']}/cancel",
        )
    ]
    guest = open_page(f"{taken['offer']}/error", width=PHONE, language=language)
    found.append(refused(guest, f"{taken['offer']}/error"))

    assert found == [[], [], []]


def test_a_programme_and_a_suggestion_are_open_to_everybody(open_as, open_page):
    keeper = open_as("provider", "/catalogue/programmes", width=PHONE)
    keeper.get_by_label("Name", exact=True).fill("A week of still trades")
    keeper.get_by_label("In two sentences").fill("Learn from people who mend things.")
    for name in ("First day", "Last day"):
        keeper.get_by_label(name).fill(f"{date.today() + timedelta(days=30)}")
    press(keeper, "Begin it")
    keeper.goto("/catalogue/programmes")
    keeper.get_by_role("link", name="A week of still trades").first.click()
    keeper.get_by_label("Find offers by words").fill("English")
    press(keeper, "Find")
    keeper.get_by_role("group", name="Tick what belongs to it").get_by_role("checkbox").first.check()
    press(keeper, "Put them in")
    press(keeper, "Publish it")
    assert "It is on the pages." in said(keeper)
    found = [faults(keeper, keeper.url, is_whole=True)]
    visitor = open_page("/programmes", width=PHONE)
    visitor.get_by_role("main").get_by_role("link", name="A week of still trades").first.click()
    found.append(faults(visitor, visitor.url, is_whole=True))
    visitor.goto("/suggestions/new")
    visitor.locator("main textarea").first.fill("Somebody could teach how to bind books.")
    press(visitor, "Send it")
    officer = open_as("officer", "/catalogue/suggestions", width=PHONE)
    officer.locator("main .line-item a").first.click()
    assert "bind books" in main(officer)
    found.append(faults(officer, officer.url, is_whole=True))

    assert found == [[], [], []]


def check(page, addresses, language):
    """Check that nothing is wrong with any of the pages: in English with scripts, in others without."""
    if language != "en":
        page.route("**/*.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    found = {address: faults(page, address, is_whole=language == "en") for address in addresses}
    assert {address: words for address, words in found.items() if words} == {}
    assert page.problems == []


def refused(page, address):
    """Send a form as it stands, with nothing typed; return what is wrong with the page that refuses it."""
    page.goto(address)
    with page.expect_navigation() as answer:
        page.locator("main form[method=post] button.btn:not(.quiet)").last.click()
    status = answer.value.status
    return violations(page) + too_wide(page) + ([] if status == 400 else [f"status {status}"])
