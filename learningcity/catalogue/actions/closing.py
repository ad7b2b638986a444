"""Closing days of places, kept by the city's staff."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.faults import line
from learningcity.catalogue.models import ClosingDay
from learningcity.catalogue.permissions import can_keep_closing_days
from learningcity.city.models import Venue
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused


class ClosingDayRefused(Refused):
    """The closing day cannot be entered as it is."""

    code = "closing_day_refused"


@transaction.atomic
def add_closing_day(
    on: date, words: str, *, venue: Venue | None = None, by: Actor, at: datetime
) -> ClosingDay:
    """Enter a day on which a place, or every place, is closed.

    Raises PermissionDenied or ClosingDayRefused.
    """
    if not can_keep_closing_days(by):
        raise PermissionDenied
    fault = next(line("words", words, 120, needed=True), None)
    if fault:
        raise ClosingDayRefused(fault.reason, field="words")
    try:
        with transaction.atomic():
            made = ClosingDay.objects.create(venue=venue, on=on, words=words)
    except IntegrityError:
        raise ClosingDayRefused(
            _("This day is entered already. Take that entry away first, if it says something wrong."),
            field="on",
        ) from None
    record("catalogue.closing_day_added", by=by, about=made, at=at)
    return made


@transaction.atomic
def drop_closing_day(day: ClosingDay, *, by: Actor, at: datetime) -> None:
    """Take a closing day away again. Raises PermissionDenied."""
    if not can_keep_closing_days(by):
        raise PermissionDenied
    record("catalogue.closing_day_dropped", by=by, about=day, at=at)
    day.delete()
