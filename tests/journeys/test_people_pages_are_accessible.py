"""No page of people may shut anybody out: each is looked at as somebody who may see it."""

import pytest

from tests.journeys.test_every_page_is_accessible import AT_400_PERCENT, FULL, sideways, violations

PHONE, DESK = 360, 1280
LANGUAGES = ["en", "ar", *(["es", "cy"] if FULL else [])]

PAGES = {
    "resident": [
        "/mine",
        "/mine/data",
        "/mine/data/corrections",
        "/mine/history",
        "/mine/messages",
        "/mine/consents",
        "/mine/download",
        "/mine/erase",
        "/mine/contact",
        "/mine/about-me",
        "/mine/about-me/disability",
        "/mine/family",
        "/mine/family/add",
        "/mine/family/join",
        "/mine/helpers",
        "/mine/drafts",
        "/mine/roles",
        "/mine/second-account",
        "/account",
        "/account/sessions",
        "/ages",
        "/privacy",
    ],
    "young": ["/mine", "/mine/family"],
    "parent": ["/mine/family"],
    "helper": ["/desk", "/desk/people", "/desk/paper", "/mine/roles", "/organisations/own"],
    "desk": [
        "/desk",
        "/desk/people",
        "/desk/people/new",
        "/desk/duplicates",
        "/desk/letters",
        "/organisations",
    ],
    "officer": [
        "/desk",
        "/roles",
        "/ages/change",
        "/organisations",
        "/organisations/new",
        "/desk/corrections",
    ],
    "provider": ["/organisations/own", "/catalogue", "/mine/roles"],
}
LINKED = {
    "parent": ["main .body li strong a"],
    "provider": ["main a[href$='/members']", "main a[href$='/keys']"],
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PAGES)
def test_the_pages_of_somebody_are_open_to_everybody(open_as, part, language):
    page = open_as(part, width=PHONE, language=language)
    addresses = [*PAGES[part], *linked_from(page, part)]

    found = {address: faults(page, address, is_whole=language == "en") for address in addresses}

    assert {address: words for address, words in found.items() if words} == {}
    assert page.problems == []


def faults(page, address, *, is_whole):
    """Return what is wrong with a page on a phone; if `is_whole`, on a wide and on a dark screen too."""
    page.set_viewport_size({"width": PHONE, "height": 800})
    status = page.goto(address).status
    words = violations(page) + too_wide(page) + ([] if status == 200 else [f"status {status}"])
    page.set_viewport_size({"width": AT_400_PERCENT, "height": 800})
    words += too_wide(page)
    if is_whole:
        page.set_viewport_size({"width": DESK, "height": 800})
        words += violations(page)
        page.emulate_media(color_scheme="dark")
        words += violations(page, ["color-contrast"])
        page.emulate_media(color_scheme="light")
    return words


def too_wide(page):
    """Return by how much a page has to be moved sideways, if it has."""
    pixels = sideways(page)
    return [f"{pixels} pixels too wide"] if pixels > 0 else []


def linked_from(page, part):
    """Return the addresses of pages about one thing of somebody's."""
    page.goto(PAGES[part][0])
    links = (page.locator(link).first for link in LINKED.get(part, ()))
    return [link.get_attribute("href") for link in links]
