"""A weak line and an old phone are enough: what a page costs to load, as the browser counts it."""

import pytest

FIRST_LOAD, EVERY_FURTHER = 60_000, 15_000
REQUESTS = 4
PAGES = ["/", "/search?q=english", "/city/access?kind=library", "/places", "/areas", "/about/data"]
OWN = {"/catalogue": "officer", "/catalogue/offers/new": "provider", "/mine/places": "resident"}


def loaded(page, path):
    """Open a page and return (bytes transferred, number of requests)."""
    requests = []

    def finished(request):
        requests.append(request)

    page.on("requestfinished", finished)
    page.goto(path, wait_until="networkidle")
    page.remove_listener("requestfinished", finished)
    sizes = [request.sizes() for request in requests]
    return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes), len(requests)


@pytest.mark.parametrize("path", [*PAGES, *OWN])
def test_a_first_load_is_light(open_page, signed_in, path):
    page = open_page("/-/live", state=signed_in(OWN[path]) if path in OWN else None)

    transferred, requests = loaded(page, path)

    assert transferred <= FIRST_LOAD
    assert requests <= REQUESTS


@pytest.mark.parametrize("path", [*PAGES, *OWN])
def test_every_further_page_is_lighter(open_page, signed_in, path):
    page = open_page("/accessibility", state=signed_in(OWN[path]) if path in OWN else None)
    loaded(page, "/search")

    transferred, _requests = loaded(page, path)

    assert transferred <= EVERY_FURTHER
