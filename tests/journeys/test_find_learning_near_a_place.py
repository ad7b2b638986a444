"""A resident looks for pottery within a walk, narrows the list, opens an offer and keeps its dates."""

import re

import pytest

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def heading(page):
    """Return the words of the page's first heading."""
    return page.get_by_role("heading", level=1).inner_text()


@SCRIPTS
def test_from_the_first_page_to_the_calendar(open_page, scripts):
    page = open_page("/", width=360, scripts=scripts)
    page.get_by_label("What", exact=True).fill("pottery")
    page.get_by_role("button", name="Find learning").first.click()

    page.wait_for_url(re.compile(r"/search\?.*q=pottery"))
    assert page.locator(".listing > li").count() > 0
    page.locator(".listing h3 a").first.click()
    page.wait_for_url(re.compile("/offers/"))

    assert "ottery" in page.content()
    assert page.get_by_role("heading", name="When and where").count() == 1
    calendar = page.get_by_role("link", name=re.compile("calendar", re.I)).first.get_attribute("href")
    answer = page.request.get(calendar)
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.text().startswith("BEGIN:VCALENDAR")


@SCRIPTS
def test_walking_minutes_from_a_named_area_order_the_list(open_page, scripts):
    page = open_page("/search", scripts=scripts)
    page.get_by_label("What", exact=True).fill("english")
    page.get_by_label("Near", exact=True).fill("Stow Hill")
    page.get_by_role("button", name="Find learning").first.click()
    page.wait_for_url(re.compile("near=Stow"))

    page.goto(page.url + "&minutes=20&sort=nearest")
    minutes = [
        int(found)
        for found in re.findall(r"(\d+) minutes? on foot", page.locator(".listing").first.inner_text())
    ]
    assert minutes
    assert minutes == sorted(minutes)
    assert max(minutes) <= 20


@SCRIPTS
def test_each_filter_is_in_the_address_and_comes_off_alone(open_page, scripts):
    page = open_page("/search?q=english&form=non_formal&free=1", scripts=scripts)
    chips = page.locator(".chips a.x")
    both = chips.count()
    chips.first.click()
    page.wait_for_url(lambda address: not ("form=" in address and "free=" in address))

    assert both >= 2
    assert page.locator(".chips a.x").count() == both - 1


@SCRIPTS
def test_nothing_found_names_the_filter_to_drop(open_page, scripts):
    page = open_page("/search?q=welding&audience=children", scripts=scripts)

    assert page.locator(".listing.results > li").count() == 0
    page.locator(".empty .chips a").first.click()
    page.wait_for_url(lambda address: "audience=children" not in address or "welding" not in address)

    assert page.locator(".listing > li").count() > 0


@SCRIPTS
def test_an_unknown_place_is_said_at_its_field_and_nothing_typed_is_lost(open_page, scripts):
    page = open_page("/search?q=pottery&near=Atlantis+Central", scripts=scripts)

    assert page.get_by_label("Near", exact=True).input_value() == "Atlantis Central"
    assert page.get_by_label("What", exact=True).input_value() == "pottery"
    assert page.get_by_label("Near", exact=True).get_attribute("aria-invalid") == "true"


def test_the_map_and_the_list_show_the_same_places(open_page):
    page = open_page("/search/map?q=pottery")
    page.wait_for_selector(".leaflet-container")

    pins = page.locator(".leaflet-marker-icon").count()
    assert pins > 0
    assert page.locator(".listing > li").count() >= pins


def test_the_map_is_a_list_without_scripts(open_page):
    page = open_page("/search/map?q=pottery", scripts=False)

    assert page.locator(".listing > li").count() > 0


@SCRIPTS
def test_arabic_turns_the_page_round_and_says_that_nobody_has_checked_it(open_page, scripts):
    page = open_page("/search?q=english", width=360, language="ar", scripts=scripts)

    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("html").get_attribute("lang") == "ar"
    assert page.get_by_role("link", name="English").count() > 0


def test_a_whole_search_by_keyboard(open_page):
    page = open_page("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("What", exact=True).focus()
    page.keyboard.type("choir")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=choir"))

    page.locator(".listing h3 a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/offers/"))
