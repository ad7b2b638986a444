"""Navigation: rooms and pages in their order, the current one marked, empty rooms unseen."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import resolve

from learningcity.core import navigation
from learningcity.core.actors import Actor, Channel, Right, visitor
from learningcity.core.navigation import (
    PROVIDER,
    SIGNED_IN,
    STAFF,
    audience_of,
    register_foot,
    register_page,
    register_room,
)


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    for name in ("_rooms", "_pages", "_foot"):
        monkeypatch.setattr(navigation, name, {})


def shown(source: str, path: str = "/accessibility", actor: Actor | None = None) -> str:
    request = RequestFactory().get(path)
    if actor:
        request.COOKIES["sessionid"] = "some"
        request.actor = actor
    request.resolver_match = resolve(path)
    return Template("{% load frame %}" + source).render(Context({"request": request}))


def test_rooms_stand_in_their_order_whoever_came_first():
    register_room("city", "Our city", "core:display", 40)
    register_room("learn", "Learn", "core:accessibility", 10)

    assert [room.key for room in navigation.rooms()] == ["learn", "city"]


def test_the_masthead_marks_the_page_and_else_the_room():
    register_room("learn", "Learn", "core:accessibility", 10)
    register_room("city", "Our city", "core:display", 40)

    page = shown('{% rooms "city" %}')

    assert '<a href="/accessibility" aria-current="page">Learn</a>' in page
    assert '<a href="/display" aria-current="true">Our city</a>' in page


def test_no_room_means_no_empty_navigation():
    assert shown('{% rooms "learn" %}{% subrooms "learn" %}{% foot_links %}').strip() == ""


def test_one_page_alone_needs_no_second_row():
    register_room("learn", "Learn", "core:accessibility", 10)
    register_page("learn", "Search", "core:accessibility", 10)

    assert "<nav" not in shown('{% subrooms "learn" %}')

    register_page("learn", "Places", "core:display", 20)

    assert shown('{% subrooms "learn" %}').index("Search") < shown('{% subrooms "learn" %}').index("Places")


def test_entering_a_page_twice_shows_it_once():
    register_foot("Old words", "core:display", 10)
    register_foot("New words", "core:display", 10)

    assert [entry.label for entry in navigation.foot()] == ["New words"]


def test_labels_are_escaped():
    register_foot("<b>", "core:display", 10)

    assert "<b>" not in shown("{% foot_links %}")


def acting(right: Right) -> Actor:
    return Actor(right=right, channel=Channel.WEB, person="p", organisation="o")


@pytest.mark.parametrize(
    ("right", "rooms"),
    [
        (Right.SELF, ["Learn"]),
        (Right.MANDATE, ["Learn"]),
        (Right.STAFF, ["Desk", "Reports"]),
        (Right.PROVIDER, ["Desk"]),
    ],
)
def test_staff_and_providers_have_a_row_of_their_own_while_they_act_as_such(right, rooms):
    register_room("learn", "Learn", "core:accessibility", 10)
    register_room("desk", "Desk", "core:display", 10, STAFF)
    register_room("desk", "Desk", "core:accessibility", 10, PROVIDER)
    register_room("reports", "Reports", "core:accessibility", 50, STAFF)

    page = shown('{% rooms "desk" %}', actor=acting(right))

    assert [room.label for room in navigation.rooms(audience_of(acting(right)))] == rooms
    assert all(label in page for label in rooms)
    assert ("Rooms of your role" in page) is (rooms != ["Learn"])


def test_a_page_for_staff_is_not_shown_to_providers():
    register_room("desk", "Desk", "core:display", 10, STAFF)
    register_page("desk", "Today", "core:display", 10)
    register_page("desk", "Organisations", "core:accessibility", 20, STAFF)

    assert "Organisations" in shown('{% subrooms "desk" %}', actor=acting(Right.STAFF))
    assert "Organisations" not in shown('{% subrooms "desk" %}', actor=acting(Right.PROVIDER))


def test_who_has_no_session_is_a_resident_and_nobody_is_asked_who_they_are():
    assert audience_of(visitor()) == navigation.EVERYBODY
    register_room("learn", "Learn", "core:accessibility", 10)

    assert "Learn" in shown('{% rooms "learn" %}')


def test_a_page_shows_only_to_whom_could_open_it():
    register_page("doctest", "Closed", "core:display", 1, may=lambda request: False)
    register_page("doctest", "Open", "core:accessibility", 2, may=lambda request: True)
    register_page("doctest", "Signed in", "core:retention", 3, SIGNED_IN)
    register_page("doctest", "For all", "core:ready", 4)

    page = shown('{% subrooms "doctest" %}')

    assert "Open" in page
    assert "For all" in page
    assert "Closed" not in page
    assert "Signed in" not in page
