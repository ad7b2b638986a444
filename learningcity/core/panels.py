"""Panels: how a room shows its facts on a page of another room, without either importing the other.

A page leaves a named place (`{% panel "offer.line" offers as lines %}`); a room fills it at start-up with
`register("offer.line", Panel(...))` from its `panels.py`. A panel is a query and a fragment. The query is
asked once for the whole list of things, never once for each; a place that nobody fills shows nothing.

A place on a page without things (`frame.notice`) hands its query an empty tuple and takes one context.
A panel may also offer a filter to the search: a label and the ids that it keeps.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

Query = Callable[[HttpRequest, Sequence[Any]], Mapping[Any, Any] | None]


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """A filter that a panel offers to the search: `ids(request)` returns the ids that it keeps."""

    key: str
    label: object
    ids: Callable[[HttpRequest], Collection[Any]]


@dataclass(frozen=True, slots=True)
class Panel:
    """What one room shows in one place.

    `name` is unique in its place ("funding.price"). `query(request, things)` returns, for a list of things, a
    mapping from `key_of(thing)` to the context of its fragment (a thing that is left out shows nothing); for
    a place without things it returns the context itself, or None to show nothing. `request` is None on pages
    that must work without one. `position` orders the panels of a place, then their names do.
    """

    name: str
    template: str
    query: Query
    position: int = 50
    filter: SearchFilter | None = None


@dataclass(slots=True)
class Fragments:
    """The rendered fragments of one place for a list of things; `for_thing` picks those of one."""

    by_key: dict[Any, list[str]] = field(default_factory=dict)

    def for_thing(self, thing: object) -> SafeString:
        """Return what the place shows about one thing, "" if nothing."""
        return joined(self.by_key.get(key_of(thing), ()))


_places: dict[str, dict[str, Panel]] = {}


def register(place: str, panel: Panel) -> None:
    """Fill a place. Registering a panel of the same name again replaces it.

    >>> register("doctest.line", Panel("doctest.one", "none.html", lambda request, things: None))
    >>> [panel.name for panel in panels_at("doctest.line")]
    ['doctest.one']
    """
    _places.setdefault(place, {})[panel.name] = panel


def withdraw(place: str, name: str) -> None:
    """Take a panel out of a place; does nothing if it is not there."""
    _places.get(place, {}).pop(name, None)


def panels_at(place: str) -> list[Panel]:
    """Return the panels of a place, in the order in which they show."""
    return sorted(_places.get(place, {}).values(), key=lambda panel: (panel.position, panel.name))


def filters_at(place: str) -> list[SearchFilter]:
    """Return the search filters that the panels of a place offer, in the panels' order."""
    return [panel.filter for panel in panels_at(place) if panel.filter]


def key_of(thing: object) -> Any:
    """Return the key of a thing in a panel's answer: its `pk`, else its `id`, else the thing itself.

    >>> key_of(7)
    7
    """
    for name in ("pk", "id"):
        if (value := getattr(thing, name, None)) is not None:
            return value
    return thing


def shown_once(place: str, request: HttpRequest | None, context: Mapping[str, Any]) -> SafeString:
    """Return what a place without things shows; every fragment sees `context` and its panel's answer."""
    if request is None:
        return joined(())
    answers = ((panel, panel.query(request, ())) for panel in panels_at(place))
    return joined(
        get_template(panel.template).render({**context, **answer})
        for panel, answer in answers
        if answer is not None
    )


def shown_for(
    place: str, things: Sequence[Any], request: HttpRequest | None, context: Mapping[str, Any]
) -> Fragments:
    """Return what a place shows for each of the things, asking every panel once for all of them.

    A fragment sees `context`, its panel's answer and the `thing` itself.
    """
    fragments = Fragments()
    if request is None or not things:
        return fragments
    for panel in panels_at(place):
        answers = panel.query(request, things) or {}
        template = get_template(panel.template)
        for thing in things:
            key = key_of(thing)
            if (answer := answers.get(key)) is not None:
                piece = template.render({**context, "thing": thing, **answer})
                fragments.by_key.setdefault(key, []).append(piece)
    return fragments


def joined(pieces: Iterable[str]) -> SafeString:
    """Return the pieces one after another."""
    return format_html_join("", "{}", ((piece,) for piece in pieces))
