"""Every page is asked for by everybody: who may come in is written down once, and nobody else does.

The things asked for belong to a stranger or to another organisation. A page that is not in the table fails
the test, so that a new page says who may come in.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils.timezone import now

from tests.conventions.everybody import KINDS, Everybody, a_city_with_everybody
from tests.conventions.who_may import PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOT_WALKED = {"api"}
"""Machines are told apart by keys: tests/people/test_api.py."""
NOT_ASKED = {"openid_connect_login", "openid_connect_callback"}
"""They need their outside provider: tests/people/test_outside_identity.py."""


def walked(patterns: list, namespace: str = "") -> Iterator[str]:
    """Yield the name of every address."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        elif pattern.namespace not in NOT_WALKED:
            yield from walked(
                pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace
            )


def outcome(city: Everybody, kind: str, method: str, name: str) -> str:
    """Return how a page receives somebody: "in", "out", "sign in", "again" or "no such way"."""
    address = reverse(name, kwargs=PAGES[name].arguments(city.things))
    answer = asked(city.clients[kind], method, address)
    if answer.status_code == 302 and answer["Location"].startswith("/sign-in"):
        return "sign in"
    if answer.status_code == 302 and answer["Location"].startswith("/account/ask"):
        return "again"
    return {403: "out", 405: "no such way"}.get(answer.status_code, "in")


def asked(client: Client, method: str, address: str) -> HttpResponse:
    """Ask for a page, and leave everything as it was before."""
    cookies = client.cookies.copy()
    try:
        with transaction.atomic():
            answer = getattr(client, method)(address)
            raise Undone
    except Undone:
        client.cookies = cookies
    return answer


class Undone(Exception):  # noqa: N818 - no error: everything is taken back
    """What was asked for is undone."""


def test_every_page_says_who_may_come_in():
    names = set(walked(get_resolver().url_patterns))

    assert names - NOT_ASKED == set(PAGES)


@pytest.mark.parametrize("kind", KINDS)
def test_only_who_may_comes_in(kind):
    city = a_city_with_everybody(now())

    wrong = [
        f"{kind} {method} {name}: {found}, not {' or '.join(sorted(wanted))}"
        for name, page in PAGES.items()
        for method in ("get", "post")
        if (found := outcome(city, kind, method, name)) not in (wanted := page.expected(kind, method))
    ]

    assert wrong == []
