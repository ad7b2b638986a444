"""Dates as they are held: `{% load offer_dates %}`."""

from django import template

from learningcity.catalogue.models import Session
from learningcity.catalogue.queries.offers import zone
from learningcity.catalogue.templatetags.moments import session_in_words

register = template.Library()


@register.filter
def when_held(session: Session) -> str:
    """Return when a date is, on the clock of its place."""
    local = zone(session.time_zone)
    return session_in_words(session.starts_at.astimezone(local), session.ends_at.astimezone(local))
