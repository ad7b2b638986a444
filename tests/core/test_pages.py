"""The frame and its own pages: choices kept, no way out of the site, errors in our words."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.views.decorators.http import require_POST

from learningcity.core.display import own_address
from learningcity.core.refusals import Refused
from tests.people import factories as people

pytestmark = pytest.mark.django_db


def broken(request):
    raise RuntimeError("a bug")


def forbidden(request):
    raise PermissionDenied


def strange(request):
    raise SuspiciousOperation


def refused(request):
    raise Refused("The course is full. Join the waiting list.")


@require_POST
def only_post(request):
    return HttpResponse("done")


urlpatterns = [
    path("broken", broken),
    path("forbidden", forbidden),
    path("strange", strange),
    path("refused", refused),
    path("only-post", only_post),
    path("", include("learningcity.config.urls")),
]


def html(response) -> str:
    return response.content.decode()


def test_the_source_stands_in_the_order_of_the_screen(client):
    page = html(client.get("/accessibility"))

    parts = ['class="skip"', "<header", '<main id="main"', "<h1>", "<footer", "UNESCO"]
    assert [page.index(part) for part in parts] == sorted(page.index(part) for part in parts)
    assert page.count("<h1") == 1
    assert page.startswith("<!doctype html>")


@pytest.mark.parametrize("address", ["/accessibility", "/display"])
def test_a_page_of_the_frame_asks_the_database_little(client, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/accessibility", "/display"])
def test_the_first_load_is_small_and_asks_for_little(client, address):
    page = html(client.get(address))
    loaded = re.findall(r'(?:<link [^>]*href|<script [^>]*src)="/static/([^"]+)"', page)
    parts = [page.encode(), *(Path(finders.find(name)).read_bytes() for name in loaded)]

    assert len(parts) <= 4
    assert sum(len(gzip.compress(part)) for part in parts) <= 60_000
    assert len(page.encode()) <= 20_000


def test_the_language_link_brings_the_reader_back(client):
    page = html(client.get("/accessibility?a=1&b=2"))

    assert 'href="/display?next=%2Faccessibility%3Fa%3D1%26b%3D2"' in page


def test_a_very_long_address_is_not_carried_along(client):
    page = html(client.get("/accessibility?q=" + 5000 * "a"))

    assert 'href="/display?next=%2Faccessibility"' in page
    assert client.post("/display", {"language": "en", "next": "/" + 5000 * "a"})["Location"] == "/"


def test_a_choice_is_kept_and_leads_back(client):
    answer = client.post("/display", {"language": "ar", "scheme": "dark", "next": "/accessibility?a=1"})

    assert answer.status_code == 302
    assert answer["Location"] == "/accessibility?a=1"
    page = html(client.get("/accessibility"))
    assert '<html lang="ar" dir="rtl" data-scheme="dark">' in page
    assert "httponly" in str(answer.cookies["scheme"]).lower()
    assert "sessionid" not in answer.cookies


def test_the_device_decides_again_when_the_choice_is_taken_back(client):
    client.post("/display", {"language": "en", "scheme": "light"})
    assert 'data-scheme="light"' in html(client.get("/display"))

    client.post("/display", {"language": "en", "scheme": ""})

    assert "data-scheme" not in html(client.get("/display"))


def test_switching_the_language_alone_leaves_the_colours(client):
    client.post("/display", {"language": "en", "scheme": "dark"})
    client.post("/display", {"language": "es"})

    assert '<html lang="es" dir="ltr" data-scheme="dark">' in html(client.get("/display"))


def test_a_choice_that_does_not_exist_is_said_at_the_field(client):
    answer = client.post("/display", {"language": "xx", "scheme": "purple"})

    assert answer.status_code == 400
    assert 'aria-describedby="id_language_error"' in html(answer) or 'id="id_language_error"' in html(answer)
    assert 'href="#id_language_0"' in html(answer)
    assert "scheme" not in answer.cookies


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "/\n/evil.example",
        "/\t/evil.example",
        "evil",
        "",
        " //evil.example",
    ],
)
def test_no_address_leads_out_of_the_site(client, address):
    answer = client.post("/display", {"language": "en", "scheme": "", "next": address})

    assert answer["Location"] == "/"
    assert own_address(address) == "/"


def test_an_unknown_colour_in_the_cookie_is_not_written_into_the_page(client):
    client.cookies["scheme"] = '"><script>'

    assert "data-scheme" not in html(client.get("/display"))


def test_a_form_without_its_token_is_explained():
    answer = Client(enforce_csrf_checks=True).post("/display", {"language": "en"})

    assert answer.status_code == 403
    assert "Open the page again, then fill it in once more" in html(answer)


@pytest.mark.parametrize("language", ["es", "ar"])
def test_an_unchecked_translation_says_so_and_offers_english(client, language):
    client.cookies["django_language"] = language
    page = html(client.get("/accessibility?a=1"))

    form = page[page.index('<form class="note warn slim"') :]
    assert 'name="language" value="en"' in form
    assert 'name="next" value="/accessibility?a=1"' in form


def test_welsh_shows_its_frame_in_welsh_and_marks_the_english(client):
    client.cookies["django_language"] = "cy"
    page = html(client.get("/accessibility"))

    assert '<html lang="cy" dir="ltr">' in page
    assert '<main id="main" tabindex="-1" lang="en" dir="ltr">' in page
    assert "<h1>Accessibility statement</h1>" in page
    assert re.search(r'<title lang="en">Accessibility statement ·', page)


@pytest.mark.urls(__name__)
class TestErrorPages:
    """Each error has our frame, one sentence and a next step."""

    @pytest.mark.parametrize(
        ("address", "status", "words"),
        [
            ("/nowhere", 404, "This page is not here"),
            ("/strange", 400, "This address does not work"),
            ("/only-post", 405, "This page cannot be used this way"),
            ("/refused", 409, "The course is full. Join the waiting list."),
        ],
    )
    def test_an_error_says_what_to_do(self, client, address, status, words):
        answer = client.get(address)

        assert answer.status_code == status
        assert words in html(answer)
        assert 'class="masthead"' in html(answer)
        assert '<a href="/">Go to the first page</a>' in html(answer)

    @pytest.mark.django_db
    def test_who_is_signed_in_and_may_not_is_told_so(self, client):
        people.sign_in(client, people.login(), second_factor=False)

        answer = client.get("/forbidden")

        assert answer.status_code == 403
        assert "You may not see this page" in html(answer)

    def test_a_visitor_who_may_not_is_led_to_the_sign_in(self, client):
        assert client.get("/forbidden")["Location"] == "/sign-in?next=/forbidden"

    def test_a_refused_method_names_the_methods_that_work(self, client):
        assert client.get("/only-post")["Allow"] == "POST"

    def test_our_own_mistake_is_told_without_asking_the_database(self, client, django_assert_num_queries):
        client.raise_request_exception = False

        with django_assert_num_queries(0):
            answer = client.get("/broken")

        assert answer.status_code == 500
        assert "Something went wrong on our side" in html(answer)
        assert 'class="masthead"' in html(answer)
        assert "RuntimeError" not in html(answer)


def test_a_view_speaks_english_where_only_the_frame_is_welsh(client):
    """A date or a sentence that a view makes must not be Welsh within a part marked as English."""
    page = client.get("/city/access?kind=nope", headers={"accept-language": "cy"}).content.decode()

    main = page[page.index("<main") : page.index("</main>")]
    assert '<html lang="cy"' in page
    assert 'lang="en"' in main
    assert "Our city" not in page[: page.index("<main")]
