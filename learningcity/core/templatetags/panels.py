"""The place for panels on a page: `{% load panels %}`."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.db.models import QuerySet
from django.template import Context
from django.utils.safestring import SafeString

from learningcity.core.panels import Fragments, shown_for, shown_once

register = template.Library()

_NOTHING = object()


@register.simple_tag(takes_context=True)
def panel(context: Context, place: str, things: Any = _NOTHING) -> SafeString | Fragments:
    """Leave a named place that other rooms fill.

    - `{% panel "frame.notice" %}`: a place of the page; shows its fragments one after another.
    - `{% panel "offer.page" offer %}`: a place about one thing; shows its fragments.
    - `{% panel "offer.line" offers as lines %}` before a loop, `{{ lines|for_item:offer }}` in it: a place in
      a list (list, tuple or queryset); every panel is asked once for the whole list.
    """
    request = context.get("request")
    known = {"request": request, "csrf_token": context.get("csrf_token")}
    if things is _NOTHING:
        return shown_once(place, request, known)
    if isinstance(things, QuerySet):
        return shown_for(place, list(things), request, known)
    if isinstance(things, Sequence) and not isinstance(things, str):
        return shown_for(place, things, request, known)
    return shown_for(place, [things], request, known).for_thing(things)


@register.filter
def for_item(fragments: Fragments | str, thing: object) -> SafeString | str:
    """Return what a place shows about one thing of the list."""
    return fragments.for_thing(thing) if isinstance(fragments, Fragments) else ""
