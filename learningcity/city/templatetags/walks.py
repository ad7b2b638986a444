"""Walks and counts in words: minutes on foot beside kilometres."""

from math import ceil

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learningcity.engines.access import walking_minutes

register = template.Library()


@register.filter
def minutes_on_foot(metres: float | None) -> str:
    """Return a walk in whole minutes, rounded up so that it agrees with every limit, or "not known".

    >>> minutes_on_foot(1200.0)
    '15 minutes'
    """
    if metres is None:
        return _("not known")
    minutes = max(1, ceil(walking_minutes(metres)))
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {
        "minutes": number_format(minutes, use_l10n=True)
    }


@register.filter
def kilometres(metres: float | None) -> str:
    """Return a distance in kilometres with one decimal, "" where it is not known.

    >>> kilometres(1234.0)
    '1.2 km'
    """
    return "" if metres is None else _("%(number)s km") % {"number": number_format(metres / 1000, 1)}


@register.filter
def whole_number(value: int | None) -> str:
    """Return a count with its thousands parted, in the reader's way.

    >>> whole_number(156447)
    '156,447'
    """
    return "" if value is None else number_format(value, use_l10n=True, force_grouping=True)
