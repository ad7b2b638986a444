"""No page may shut anybody out: axe finds nothing, nothing moves sideways, nothing breaks the policy."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe

AXE = Axe().axe_script
FULL = bool(os.environ.get("FULL"))
AT_400_PERCENT = 320
NOWHERE = "/search?q=zzzzzz&form=formal"
PAGES = [
    "/",
    "/search",
    "/search?q=pottery&near=Shaftesbury&minutes=30",
    NOWHERE,
    "/search/map?q=english",
    "/providers",
    "/places",
    "/areas",
    "/city/access",
    "/city/access?kind=library",
    "/about/data",
    "/programmes",
    "/wishes/new",
    "/suggestions/new",
    "/confirm/over",
    "/my-place/over",
    "/accessibility",
    "/display",
    "/sign-in",
    "/api/v1/docs",
    "/no/such/page",
]
FOUND = {
    "an offer": ("/search", ".listing h3 a"),
    "a provider": ("/providers", "main .body li a"),
    "a place": ("/places", "main .body li a"),
    "an area": ("/areas", "main .body li a"),
}
VARIANTS = [
    pytest.param({"width": 360}, None, id="phone"),
    pytest.param({"width": 1280}, None, id="desk"),
    pytest.param({"width": 1280, "scheme": "dark"}, ["color-contrast"], id="dark"),
    pytest.param({"width": 360, "language": "ar"}, None, id="arabic"),
]
if FULL:
    VARIANTS += [
        pytest.param({"width": width, "language": language, "scheme": scheme}, None)
        for width in (360, 1280)
        for language in ("en", "ar", "es", "cy")
        for scheme in ("light", "dark")
    ]


def violations(page, rules=None):
    """Return what axe finds wrong on a page, in words that lead to the place."""
    only = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    found = page.evaluate(
        "options => axe.run(options).then(found => found.violations)", {"resultTypes": ["violations"], **only}
    )
    return [f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes']][:3]}" for v in found]


def sideways(page):
    """Return by how many pixels the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.fixture(scope="session")
def found_pages(city, browser):
    """Return the address of one offer, provider, place and area."""
    page = browser.new_page(base_url=city)
    addresses = {}
    for name, (start, link) in FOUND.items():
        page.goto(start)
        addresses[name] = page.locator(link).first.get_attribute("href")
    page.close()
    return addresses


@pytest.mark.parametrize(("how", "rules"), VARIANTS)
@pytest.mark.parametrize("path", [*PAGES, *FOUND])
def test_a_page_is_open_to_everybody(open_page, found_pages, path, how, rules):
    page = open_page(found_pages.get(path, path), **how)

    assert violations(page, rules) == []
    assert sideways(page) <= 0
    page.set_viewport_size({"width": AT_400_PERCENT, "height": 800})
    assert sideways(page) <= 0
    assert [p for p in page.problems if "404" not in p and "410" not in p] == []


def test_the_search_stays_open_to_everybody_after_a_filter(open_page):
    page = open_page("/search?q=english", width=360)
    page.get_by_label("Free", exact=False).first.check()
    page.wait_for_load_state("networkidle")

    assert violations(page) == []


def test_a_form_with_errors_stays_open_to_everybody(open_page):
    page = open_page("/sign-in", width=360)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()

    assert violations(page) == []
