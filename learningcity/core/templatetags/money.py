"""Amounts of money on a page: `{% load money %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from learningcity.core import money as words

register = template.Library()


@register.filter
def money(cents: int | None, currency: str) -> SafeString | str:
    """Show an amount, left to right in every script; "" if there is none. "Free" is said by the page."""
    if cents is None:
        return ""
    return format_html('<bdi dir="ltr">{}</bdi>', words.money(cents, currency))
