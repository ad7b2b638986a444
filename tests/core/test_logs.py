"""Logs say what happened and never to whom."""

import json
import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from learningcity.core.logs import JsonFormatter

SECRETS = ("amina", "example.org", "pottery", "7f3a", "evil-browser", "203.0.113.7")


def fails(request: HttpRequest, who: str) -> HttpResponse:
    """Fail with everything personal in the exception and in the variables."""
    address = request.GET["mail"]
    try:
        raise KeyError(address)
    except KeyError as error:
        raise ValueError(f"{who} {address} {request.META['REMOTE_ADDR']}") from error


def answers(request: HttpRequest, who: str) -> HttpResponse:
    """Answer."""
    return HttpResponse(who)


def warns(request: HttpRequest, who: str) -> HttpResponse:
    """Let a library log what it should not."""
    logging.getLogger("some.package").warning("mail to %s failed", who)
    logging.getLogger("some.package").warning(f"mail to {who} failed", extra={"who": who})
    return HttpResponse()


def bare(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an error without our page frame."""
    return HttpResponse(status=404 if exception else 500)


handler404 = handler500 = bare

urlpatterns = [
    path("fails/<str:who>", fails, name="fails"),
    path("answers/<str:who>", answers, name="answers"),
    path("warns/<str:who>", warns, name="warns"),
]


@pytest.fixture
def lines():
    """Return the function that reads what was logged so far, each line as it is written."""
    written: list[str] = []
    handler = logging.Handler()
    handler.setFormatter(JsonFormatter())
    handler.emit = lambda record: written.append(handler.format(record))
    logging.getLogger().addHandler(handler)
    yield lambda: written
    logging.getLogger().removeHandler(handler)


def ask(where: str) -> HttpResponse:
    """Ask for a page with something personal everywhere."""
    client = Client(raise_request_exception=False, HTTP_USER_AGENT="evil-browser", REMOTE_ADDR="203.0.113.7")
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=["learningcity.core.logs.AccessLogMiddleware"]):
        return client.get(f"/{where}/amina-7f3a", {"q": "pottery", "mail": "amina@example.org"})


def test_a_request_is_one_line_with_the_name_of_its_route(lines):
    response = ask("answers")

    (line,) = map(json.loads, lines())
    assert (line["route"], line["method"], line["status"], line["level"]) == ("answers", "GET", 200, "info")
    assert line["milliseconds"] >= 0
    assert line["request"] == response["X-Request-Id"]


def test_an_error_says_type_and_place_and_shares_the_id_of_its_request(lines):
    response = ask("fails")

    error, access = map(json.loads, lines())
    assert [trace["type"] for trace in error["errors"]] == ["builtins.ValueError", "builtins.KeyError"]
    assert any("test_logs.py" in place and "fails" in place for place in error["errors"][0]["trace"])
    assert error["request"] == access["request"] == response["X-Request-Id"]
    assert (access["status"], error["level"]) == (500, "error")


@pytest.mark.parametrize("where", ["answers", "fails", "warns", "nowhere"])
def test_nothing_personal_reaches_the_logs(lines, where):
    ask(where)

    assert lines()
    assert not [secret for secret in SECRETS if secret in "".join(lines())]


def test_a_library_keeps_its_pattern_only(lines):
    ask("warns")

    pattern, filled, _access = map(json.loads, lines())
    assert pattern["message"] == "mail to %s failed"
    assert filled["message"].startswith("test_logs:")


def test_a_method_of_the_senders_own_making_is_not_repeated(lines):
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=["learningcity.core.logs.AccessLogMiddleware"]):
        Client().generic("AMINA", "/answers/x")

    assert json.loads(lines()[0])["method"] == "OTHER"
