"""The boxes and options of the filters, and the tags of a row: written once for each value, then remembered.

A search page holds some sixty boxes and eighty tags. Placed by a template they took half the time of the
page; the same value with the same count gives the same words again and again, so each is written once.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

BOX = (
    '<div class="choice"><input type="checkbox" id="{}-{}" name="{}" value="{}"{}>'
    '<label for="{}-{}">{} <span class="count">{}</span></label></div>'
)
CHECKED, SELECTED = mark_safe(" checked"), mark_safe(" selected")


@register.filter
def boxes(group: Any) -> SafeString:
    """Return a box to tick for each choice of a `Group`."""
    return _joined(_box(group.name, choice) for choice in group.choices)


@register.filter
def options(choices: Iterable[Any]) -> SafeString:
    """Return an option of a list for each `Choice`."""
    return _joined(map(_option, choices))


@register.filter
def tag_list(tags: Iterable[Any]) -> SafeString:
    """Return a list item for each `Tag`."""
    return _tag_list(tuple(tags))


@lru_cache(maxsize=8192)
def _box(name: str, choice: Any) -> SafeString:
    value, on = choice.value, CHECKED if choice.is_on else ""
    return format_html(BOX, name, value, name, value, on, name, value, choice.label, choice.count)


@lru_cache(maxsize=1024)
def _option(choice: Any) -> SafeString:
    on = SELECTED if choice.is_on else ""
    return format_html('<option value="{}"{}>{}</option>', choice.value, on, choice.label)


@lru_cache(maxsize=4096)
def _tag_list(tags: tuple[Any, ...]) -> SafeString:
    looks = ((f"tag {tag.kind}" if tag.kind else "tag", tag.label) for tag in tags)
    return format_html_join("", '<li><span class="{}">{}</span></li>', looks)


def _joined(pieces: Iterable[SafeString]) -> SafeString:
    return mark_safe("\n".join(pieces))  # noqa: S308 - every piece is safe already
