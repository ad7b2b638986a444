"""A city officer sees who can walk to a library, on a map with its table."""

import pytest

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@SCRIPTS
def test_access_says_a_sentence_draws_a_map_and_shows_the_table(open_page, scripts):
    page = open_page("/city/access?kind=library", scripts=scripts)

    assert page.locator("main figure svg[role=img]").count() >= 1
    assert page.get_by_role("table").count() >= 1
    assert "no network data" in page.locator("main").inner_text().lower()


@SCRIPTS
def test_another_kind_of_place_is_chosen_by_the_form(open_page, scripts):
    page = open_page("/city/access?kind=library", scripts=scripts)
    page.get_by_label("Kind of place").select_option("museum")
    page.locator("main form button").first.click()
    page.wait_for_url(lambda address: "kind=museum" in address)

    assert "museum" in page.locator("main").inner_text().lower()


def test_the_demonstration_says_that_it_is_invented(open_page):
    for path in ("/", "/search?q=choir", "/providers"):
        assert "invented" in open_page(path).locator("body").inner_text().lower()


def test_the_data_names_its_sources(open_page):
    words = open_page("/about/data").locator("main").inner_text()

    assert "OpenStreetMap contributors" in words
    assert "Open Government Licence" in words
