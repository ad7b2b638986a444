"""Dates and moments of places in words, on the city's clock: `{% load place_words %}`."""

from datetime import datetime

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.queries.offer_page import SessionFact
from learningcity.catalogue.templatetags.moments import session_in_words
from learningcity.core.templatetags.words import clock, short_day
from learningcity.enrolment.actions.leaving import CallOffReason
from learningcity.enrolment.models import SessionNews, StatusChange
from learningcity.people.queries.ages import city_zone

register = template.Library()


@register.filter
def when(date: SessionFact) -> str:
    """Return when a date is, on the clock of where it is: "Tuesday 24 November 2026, 18:30 to 20:00"."""
    return session_in_words(date.starts_at, date.ends_at)


@register.filter
def day_here(moment: datetime) -> SafeString:
    """Return the day of a moment in the city: 24 November 2026. The city is asked once a request."""
    return short_day(moment.astimezone(city_zone()).date())


@register.filter
def clock_here(moment: datetime) -> SafeString:
    """Return the time of day of a moment in the city: 18:30."""
    return clock(moment.astimezone(city_zone()).time())


REASONS = {
    **{one.value: one.label for one in CallOffReason},
    "late": _("after the time until which it is given back in time"),
    "hold_over": _("the time of the hold was over"),
    "changed": _("something else was chosen"),
    "not_held": _("it does not take place"),
    "decided_postponed": _("it is postponed"),
    "accepted": _("the place that was offered was taken"),
    "confirmed": _("confirmed by the link in the message"),
    "left_queue": _("left the waiting list"),
    "not_answered": _("nobody answered in time"),
    "erased": _("data were deleted"),
    "merged": _("two entries of one person became one"),
    "offers_merged": _("two entries of one offer became one"),
    **{one.value: one.label for one in SessionNews.What},
}
"""What the codes of reasons mean: a test finds every code that an action writes."""


@register.filter
def reason_words(change: StatusChange) -> str:
    """Return why an enrolment changed, in words; "" where its state says all."""
    return str(REASONS.get(change.reason, ""))
