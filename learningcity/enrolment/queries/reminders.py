"""Questions about reminders: who is to be reminded when, in which words; and whose calendar it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from learningcity.catalogue.models import Session
from learningcity.catalogue.queries.effective import (
    EffectiveSession,
    as_they_hold,
    effective_sessions,
    marked,
)
from learningcity.catalogue.templatetags.moments import session_in_words
from learningcity.city.models import Venue
from learningcity.core.models import Message
from learningcity.enrolment.models import CalendarAddress, Enrolment, Intake, ReminderChoice
from learningcity.enrolment.queries.attendance import enrolled_at
from learningcity.enrolment.queries.completion import NOT_HELD
from learningcity.enrolment.queries.receiving import Receiver
from learningcity.people.models import Person
from learningcity.people.queries.logins import digest_of

Hours = ReminderChoice.Hours
USUAL = Hours.DAY
"""When somebody is reminded who never chose; a guest always."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that is due: of which enrolment, for which date."""

    enrolment: Enrolment
    date: EffectiveSession

    def key(self, receiver: Receiver) -> str:
        """Return the key under which this reminder is sent once; a date that moves is another one."""
        stamp = f"{self.date.starts_at:%Y%m%d%H%M}"
        ids = f"{self.enrolment.public_id}:{self.date.session.public_id}:{stamp}:{receiver.key}"
        return f"enrolment.reminder:{ids}"


def hours_chosen(person: Person) -> int:
    """Return how many hours before a date a person is reminded; 0 for never."""
    chosen = ReminderChoice.objects.filter(person=person).values_list("hours", flat=True).first()
    return USUAL if chosen is None else chosen


def dates_coming(at: datetime) -> list[EffectiveSession]:
    """Return the dates of the next week that take place and have places, as they hold."""
    has_places = Intake.objects.filter(Q(session=OuterRef("pk")) | Q(session=None, series=OuterRef("series")))
    coming = as_they_hold(Session.objects.filter(Exists(has_places)), at).filter(
        now_starts_at__gt=at, now_starts_at__lte=at + timedelta(hours=max(Hours.values))
    )
    found = coming.select_related("venue", "series__venue", "series__offer").order_by("now_starts_at", "pk")
    return [date for date in effective_sessions(list(marked(found)), at) if date.status not in NOT_HELD]


def due_reminders(
    date: EffectiveSession, at: datetime, *, since: datetime | None = None
) -> Iterator[list[Due]]:
    """Yield who is to be reminded of a date, in parts; those reminded before are among them.

    With `since` only the reminders that became due after that moment. Whoever enrolled after their reminder
    would have been due knows it already.
    """
    due = {hours: date.starts_at - timedelta(hours=hours) for hours in Hours.values if hours}
    due_hours = [hours for hours, moment in due.items() if moment <= at and (not since or moment > since)]
    if not due_hours:
        return
    hours = Coalesce(F("person__reminder_choice__hours"), Value(int(USUAL)))
    enrolled = enrolled_at(date.session).annotate(hours=hours).filter(hours__in=due_hours)
    last = 0
    while part := list(
        enrolled.filter(pk__gt=last).select_related("person", "guest", "intake").order_by("pk")[:AT_ONCE]
    ):
        last = part[-1].pk
        yield [Due(one, date) for one in part if one.changed_at <= due[one.hours]]


def keys_sent(keys: Sequence[str]) -> set[str]:
    """Return which of these messages were posted before."""
    return {
        key
        for start in range(0, len(keys), AT_ONCE)
        for key in Message.objects.filter(key__in=keys[start : start + AT_ONCE]).values_list("key", flat=True)
    }


def words_of_reminder(due: Due, receiver: Receiver) -> dict[str, Any]:
    """Return what a reminder says; the words are found in the language of the receiver."""
    date = due.date
    return {
        **links(due.enrolment),
        "name": name_in_message(due.enrolment, receiver),
        "when": moment(date.starts_at, date.ends_at, date.session.time_zone),
        "place": place_words(date.venue or date.session.series.venue, room_of(date), date.is_online),
    }


def room_of(date: EffectiveSession) -> str:
    """Return the room of a date: its own, else that of the run."""
    return date.room or ("" if date.is_place_overlaid else date.session.series.room)


def links(enrolment: Enrolment) -> dict[str, Any]:
    """Return what every message about an enrolment names: what it is, and the ways on."""
    offer = enrolment.intake.series.offer
    root = settings.PUBLIC_ADDRESS.rstrip("/")
    return {
        "title": offer.title,
        "is_guest": enrolment.guest_id is not None,
        "is_waiting": enrolment.state != Enrolment.State.ENROLLED,
        "place_address": root + reverse("enrolment:place_detail", args=[enrolment.public_id]),
        "calendar_address": root + reverse("catalogue:offer_calendar", args=[offer.public_id]),
    }


def name_in_message(enrolment: Enrolment, receiver: Receiver) -> str:
    """Return for whom the place is, where somebody else is told; "" for oneself."""
    person = enrolment.person
    return person.name if person is not None and receiver.person != person else ""


def said_moment(starts_at: datetime, ends_at: datetime, time_zone: str) -> str:
    """Return when a date is, in its own zone and in the language in use."""
    zone = ZoneInfo(time_zone)
    return session_in_words(starts_at.astimezone(zone), ends_at.astimezone(zone))


moment = lazy(said_moment, str)
"""The same, in the language in which it is read."""


def said_place(venue: Venue | None, room: str, is_online: bool) -> str:
    """Return where a date is."""
    if is_online:
        return _("online")
    return ", ".join(filter(None, (venue.name if venue else "", room, venue.address if venue else "")))


place_words = lazy(said_place, str)
"""The same, in the language in which it is read."""


# The calendar


def calendar_address_of(person: Person) -> CalendarAddress | None:
    """Return that a person has a private address of their calendar; the address itself is not kept."""
    return CalendarAddress.objects.filter(person=person).first()


def person_of_calendar(token: str) -> Person | None:
    """Return whose calendar an address opens; none for one that was renewed or never was."""
    found = CalendarAddress.objects.filter(digest=digest_of(token)).select_related("person").first()
    return found.person if found and found.person.is_here else None
