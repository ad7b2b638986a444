"""No page of people may shut anybody out: each is looked at as somebody who may see it."""

import pytest

from tests.journeys.test_every_page_is_accessible import AT_400_PERCENT, VARIANTS, sideways, violations

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


@pytest.mark.parametrize(("how", "rules"), VARIANTS)
@pytest.mark.parametrize("part", PAGES)
def test_the_pages_of_somebody_are_open_to_everybody(open_as, part, how, rules):
    page = open_as(part, **how)
    addresses = [*PAGES[part], *linked_from(page, part)]

    for address in addresses:
        page.set_viewport_size({"width": how["width"], "height": 800})
        assert page.goto(address).status == 200, address
        assert violations(page, rules) == [], address
        assert sideways(page) <= 0, address
        page.set_viewport_size({"width": AT_400_PERCENT, "height": 800})
        assert sideways(page) <= 0, address
    assert page.problems == []


def linked_from(page, part):
    """Return the addresses of pages about one thing of somebody's."""
    page.goto(PAGES[part][0])
    links = (page.locator(link).first for link in LINKED.get(part, ()))
    return [link.get_attribute("href") for link in links]
