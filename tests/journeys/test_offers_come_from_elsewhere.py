"""A feed is read by the command line, what it offers twice is noticed, and an officer makes it one."""

import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import pytest

from tests.journeys.steps import command_line, heading, is_open_to_everybody, main, press
from tests.journeys.test_people_pages_are_accessible import faults


class Quiet(SimpleHTTPRequestHandler):
    """Gives away the files of a folder without a word."""

    def log_message(self, *words):
        """Say nothing."""


@pytest.fixture
def school(tmp_path):
    """Serve a folder as a school does that gives its courses away; yield the folder and the server's name."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_what_comes_in_twice_is_made_one(open_as, open_page, city, city_folder, school):
    folder, name = school
    offer = an_offer(open_page)
    (folder / "courses.json").write_text(as_it_is_given_away(city, offer))
    allowed = {"LEARNINGCITY_FETCH_ALLOW": name}
    address = f"http://{name}/courses.json"
    command_line(city_folder, "feeds", "add", "school", address, "--format", "jsonld", "--rhythm", "by-hand")

    report = command_line(city_folder, "feeds", "run", "school", **allowed)
    assert report["new"] == 1, report
    again = command_line(city_folder, "feeds", "run", "school", **allowed)
    assert (again["new"], again["same"]) == (0, 1), again
    pairs = command_line(city_folder, "duplicates", "propose")["pairs"]
    (pair,) = [one for one in pairs if "school" in {side["source"] for side in one["offers"]}]
    assert sum(one["weight"] for one in pair["reasons"]) == pytest.approx(pair["score"], abs=0.1)

    page = open_as("officer", "/catalogue/feeds/school", width=360)
    assert "1 published offer" in main(page)
    assert faults(page, page.url, is_whole=True) == []
    page.goto("/catalogue/duplicates")
    page.locator(f"main a[href$='{pair['pair']}']").click()
    assert heading(page) == "Is this one offer?"
    assert faults(page, page.url, is_whole=True) == []
    kept = next(side for side in pair["offers"] if side["source"] != "school")
    stays = "first" if pair["offers"][0] == kept else "second"
    dropped = pair["offers"][stays == "first"]["id"]
    with page.expect_navigation():
        press(page, f"One offer: the {stays} stays")
    page.goto("/catalogue/merges")
    page.locator("main .line-item a").first.click()
    assert faults(page, page.url, is_whole=True) == []
    reader = open_page(f"/offers/{dropped}")
    assert reader.url.split("?")[0].endswith(f"/offers/{kept['id']}")

    press(page, "Part the two offers")
    assert "This was undone on" in main(page)
    is_open_to_everybody(page, scripts=True)
    reader.goto(f"/offers/{dropped}")
    assert reader.url.endswith(f"/offers/{dropped}")


def an_offer(open_page):
    """Return the path of an offer with dates to come."""
    page = open_page("/search?q=pottery")
    return page.locator(".listing h3 a").first.get_attribute("href").split("?")[0]


def as_it_is_given_away(city, offer):
    """Return what the city says of an offer to machines, under the addresses of the school."""
    with urlopen(f"{city}{offer}", timeout=30) as answer:
        html = answer.read().decode()
    given = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', html, re.DOTALL).group(1)
    return given.replace(offer.rpartition("/")[2], "pottery-at-school")
