"""Days and moments in words: "Tuesday 24 November, 18:30 to 20:00"."""

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

register = template.Library()


@lru_cache(maxsize=4096)
def _written(day: date, format_name: str, language: str | None) -> str:
    # In the words of the date filter of Django: j the day, F the month, l the weekday, M the short month.
    formats = {
        "day": pgettext("date format", "j F Y"),
        "weekday": pgettext("date format with weekday", "l j F Y"),
        "near": pgettext("date format with weekday, without the year", "l j F"),
        "month": pgettext("date format of a short month", "M"),
        "weekday_name": "l",
    }
    return date_format(day, formats[format_name], use_l10n=False)


def written(day: date, format_name: str) -> str:
    """Return a day in the reader's language: `day`, `weekday`, `near` (no year), `month`, `weekday_name`."""
    return _written(day, format_name, get_language())


@register.filter
def day_in_words(day: date) -> str:
    """Return a day in words: 24 November 2026."""
    return written(day, "day")


def times_in_words(starts_at: datetime, ends_at: datetime) -> str:
    """Return the hours of a session, both moments in its own zone: 18:30 to 20:00."""
    return _("%(start)s to %(end)s") % {"start": f"{starts_at:%H:%M}", "end": f"{ends_at:%H:%M}"}


def session_in_words(starts_at: datetime, ends_at: datetime) -> str:
    """Return when a session is, both moments in its own zone; an end on another day is named with its day."""
    if starts_at.date() == ends_at.date():
        return _("%(day)s, %(hours)s") % {
            "day": written(starts_at.date(), "weekday"),
            "hours": times_in_words(starts_at, ends_at),
        }
    return _("%(first)s, %(start)s, to %(last)s, %(end)s") % {
        "first": written(starts_at.date(), "weekday"),
        "start": f"{starts_at:%H:%M}",
        "last": written(ends_at.date(), "weekday"),
        "end": f"{ends_at:%H:%M}",
    }
