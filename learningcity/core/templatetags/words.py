"""Times, durations and distances in the reader's words: `{% load words %}`."""

from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from django import template
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

register = template.Library()


@register.filter
def walk(minutes: float | None) -> str:
    """Say how long a walk takes, rounded up to whole minutes: "9 minutes on foot"; "" if not known."""
    if minutes is None:
        return ""
    whole = int(Decimal(str(minutes)).to_integral_value(ROUND_CEILING))
    if whole < 1:
        return _("right here")
    return ngettext("%(minutes)s minute on foot", "%(minutes)s minutes on foot", whole) % {"minutes": whole}


@register.filter
def distance(metres: float | None) -> str:
    """Say how far something is: "350 m", "1.7 km"; "" if not known."""
    if metres is None:
        return ""
    tens = int((Decimal(str(metres)) / 10).to_integral_value(ROUND_HALF_UP)) * 10
    if tens < 1000:
        return _("%(metres)s m") % {"metres": tens}
    kilometres = (Decimal(str(metres)) / 1000).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return _("%(kilometres)s km") % {"kilometres": number_format(kilometres, decimal_pos=1)}


@register.filter
def clock(moment: datetime | time) -> SafeString:
    """Show a time of day, 18:30, in the time zone in use, left to right in every script."""
    local = localtime(moment) if isinstance(moment, datetime) else moment
    return format_html('<bdi dir="ltr"><time>{}</time></bdi>', f"{local:%H:%M}")


@register.filter
def clock_to(start: datetime | time, end: datetime | time) -> SafeString:
    """Show a span of time of day: 18:30 to 20:00."""
    words = _("%(start)s to %(end)s") % {"start": "{start}", "end": "{end}"}
    return format_html(words, start=clock(start), end=clock(end))


@register.filter
def day(moment: date | datetime) -> SafeString:
    """Show a day in words: Tuesday 24 November 2026."""
    on = localtime(moment).date() if isinstance(moment, datetime) else moment
    words = date_format(on, pgettext("a day in words, as a Django date format", "l j F Y"))
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), words)


@register.filter
def short_day(moment: date | datetime) -> SafeString:
    """Show a day without its weekday: 24 November 2026."""
    on = localtime(moment).date() if isinstance(moment, datetime) else moment
    words = date_format(on, pgettext("a day in words, as a Django date format", "j F Y"))
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), words)


@register.filter
def duration(length: timedelta | int | None) -> str:
    """Say how long something takes, from a timedelta or minutes: "1 hour 30 minutes"; "" if not known."""
    if length is None:
        return ""
    minutes = int(length.total_seconds() // 60) if isinstance(length, timedelta) else length
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours})
    if rest or not hours:
        parts.append(ngettext("%(minutes)s minute", "%(minutes)s minutes", rest) % {"minutes": rest})
    return " ".join(parts)


@register.filter
def count(number: int) -> str:
    """Show a whole number with the grouping of the language: 1,284."""
    return number_format(number, decimal_pos=0, use_l10n=True, force_grouping=True)


@register.filter
def percent(share: float | None) -> SafeString | str:
    """Show a share (0 to 1) as whole percent, 41 %; "" if not known."""
    if share is None:
        return ""
    whole = int((Decimal(str(share)) * 100).to_integral_value(ROUND_HALF_UP))
    return format_html('<bdi dir="ltr">{}\N{NO-BREAK SPACE}%</bdi>', whole)
