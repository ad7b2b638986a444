"""Dates that overlap in words, each on the clock of where it is: `{% load overlap_words %}`."""

from zoneinfo import ZoneInfo

from django import template

from learningcity.catalogue.queries.effective import EffectiveSession
from learningcity.catalogue.templatetags.moments import session_in_words

register = template.Library()


@register.filter
def date_words(date: EffectiveSession) -> str:
    """Return when a date is: "Tuesday 24 November 2026, 18:30 to 20:00"."""
    zone = ZoneInfo(date.session.time_zone)
    return session_in_words(date.starts_at.astimezone(zone), date.ends_at.astimezone(zone))
