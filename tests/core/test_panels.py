"""Panels: one question for a whole list, a steady order, nothing where nobody speaks."""

from dataclasses import dataclass

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from learningcity.core.panels import (
    Panel,
    SearchFilter,
    filters_at,
    key_of,
    panels_at,
    register,
    withdraw,
)

PLACE = "test.line"


@dataclass(frozen=True)
class Thing:
    """Something a page lists."""

    id: int
    title: str = ""


class Question:
    """A query that remembers what it was asked."""

    def __init__(self, answer) -> None:
        self.answer = answer
        self.asked: list = []

    def __call__(self, request, things):
        self.asked.append(list(things))
        return self.answer(things)


@pytest.fixture(autouse=True)
def a_place():
    yield
    for panel in panels_at(PLACE):
        withdraw(PLACE, panel.name)


def note(name: str, answer, position: int = 50, **more) -> Question:
    question = Question(answer)
    register(PLACE, Panel(name, "components/note.html", question, position, **more))
    return question


def shown(source: str, **context) -> str:
    request = RequestFactory().get("/")
    return Template("{% load panels %}" + source).render(Context({"request": request, **context}))


def test_a_panel_is_asked_once_for_a_whole_list():
    question = note("one", lambda things: {thing.id: {"text": f"about {thing.id}"} for thing in things})
    things = [Thing(1), Thing(2), Thing(3)]

    page = shown(
        '{% panel "test.line" things as lines %}{% for t in things %}[{{ lines|for_item:t }}]{% endfor %}',
        things=things,
    )

    assert question.asked == [things]
    assert [f"about {n}" in page for n in (1, 2, 3)] == [True, True, True]
    assert page.index("about 1") < page.index("about 2") < page.index("about 3")


def test_a_thing_that_the_panel_leaves_out_shows_nothing():
    note("one", lambda things: {2: {"text": "only two"}})

    page = shown(
        '{% panel "test.line" things as lines %}{% for t in things %}[{{ lines|for_item:t }}]{% endfor %}',
        things=[Thing(1), Thing(2)],
    )

    assert page.startswith("[][")
    assert page.count("only two") == 1


def test_an_empty_place_shows_nothing_and_an_empty_list_asks_nobody():
    question = note("one", lambda things: {})

    assert shown('{% panel "test.nobody" %}{% panel "test.line" things as lines %}', things=[]) == ""
    assert question.asked == []


def test_a_place_about_one_thing_shows_its_fragments_in_order():
    note("late", lambda things: {7: {"text": "second"}}, position=90)
    note("early", lambda things: {7: {"text": "first"}}, position=10)

    page = shown('{% panel "test.line" thing %}', thing=Thing(7))

    assert page.index("first") < page.index("second")


def test_panels_of_one_position_stand_by_name_whatever_the_order_of_start_up():
    note("b", lambda things: None)
    note("a", lambda things: None)

    assert [panel.name for panel in panels_at(PLACE)] == ["a", "b"]


def test_a_place_without_things_takes_one_context_or_none():
    note("silent", lambda things: None)
    note("speaks", lambda things: {"text": "hear"})

    assert shown('{% panel "test.line" %}').count("hear") == 1


def test_registering_a_panel_again_replaces_it():
    note("one", lambda things: {"text": "old"})
    note("one", lambda things: {"text": "new"})

    page = shown('{% panel "test.line" %}')

    assert "new" in page
    assert "old" not in page


def test_a_page_without_a_request_asks_no_panel():
    """The page for our own mistakes must not touch the database."""
    question = note("one", lambda things: {"text": "asked"})

    page = Template('{% load panels %}{% panel "test.line" %}').render(Context({}))

    assert page == ""
    assert question.asked == []


def test_what_a_panel_says_is_escaped():
    note("one", lambda things: {"text": "<script>alert(1)</script>"})

    assert "<script>" not in shown('{% panel "test.line" %}')


def test_a_panel_may_offer_a_filter_to_the_search():
    kept = SearchFilter("quiet", "Quiet", lambda request: {1, 2})
    note("one", lambda things: None, filter=kept)
    note("two", lambda things: None)

    assert filters_at(PLACE) == [kept]


def test_things_are_known_by_pk_then_id_then_themselves():
    class Row:
        pk = 5
        id = 6

    assert [key_of(Row()), key_of(Thing(3)), key_of("x")] == [5, 3, "x"]
