"""Questions about reminders and news: who is to be reminded when, what changed about a date, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from learningcity.catalogue.models import Session
from learningcity.catalogue.queries.effective import EffectiveSession, effective_sessions
from learningcity.catalogue.templatetags.moments import session_in_words
from learningcity.city.models import Venue
from learningcity.core.models import Message
from learningcity.enrolment.models import CalendarAddress, Enrolment, Intake, ReminderChoice, SessionNews
from learningcity.enrolment.queries.attendance import enrolled_at, of_session
from learningcity.enrolment.queries.completion import NOT_HELD
from learningcity.enrolment.queries.receiving import Receiver
from learningcity.people.models import Person
from learningcity.people.queries.logins import digest_of

Hours = ReminderChoice.Hours
USUAL = Hours.DAY
"""When somebody is reminded who never chose; a guest always."""
AT_ONCE = 500
CONCERNED = (Enrolment.State.ENROLLED, Enrolment.State.OFFERED, Enrolment.State.WAITING)
"""Who is told of what changes about a date."""


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
    coming = Session.objects.filter(
        Exists(has_places), starts_at__gt=at, starts_at__lte=at + timedelta(hours=max(Hours.values))
    )
    found = coming.select_related("venue", "series__venue", "series__offer").order_by("starts_at", "pk")
    return [
        date
        for date in effective_sessions(list(found), at)
        if date.status not in NOT_HELD and date.starts_at > at
    ]


def due_reminders(date: EffectiveSession, at: datetime) -> Iterator[list[Due]]:
    """Yield who is to be reminded of a date, in parts; those reminded before are among them.

    Whoever enrolled after their reminder would have been due knows it already.
    """
    due_hours = [hours for hours in Hours.values if hours and date.starts_at - timedelta(hours=hours) <= at]
    hours = Coalesce(F("person__reminder_choice__hours"), Value(int(USUAL)))
    enrolled = enrolled_at(date.session).annotate(hours=hours).filter(hours__in=due_hours)
    last = 0
    while part := list(
        enrolled.filter(pk__gt=last).select_related("person", "guest", "intake").order_by("pk")[:AT_ONCE]
    ):
        last = part[-1].pk
        yield [
            Due(one, date) for one in part if one.changed_at <= date.starts_at - timedelta(hours=one.hours)
        ]


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


# News


def what_changed(session: Session, before: Mapping[str, Any], at: datetime) -> str:
    """Return what people must hear of a change ("session_moved" …); "" for what concerns nobody any more."""
    was = before.get("starts_at", session.starts_at)
    if max(was, session.starts_at) <= at:
        return ""
    if "status" in before and session.status in NOT_HELD:
        is_off = session.status == Session.Status.CANCELLED
        return SessionNews.What.CANCELLED if is_off else SessionNews.What.POSTPONED
    if before.get("status") in NOT_HELD:
        return SessionNews.What.BACK
    if {"starts_at", "ends_at"} & before.keys():
        return SessionNews.What.MOVED
    is_elsewhere = {"venue", "venue_id", "room", "is_online"} & before.keys()
    return SessionNews.What.PLACE if is_elsewhere else ""


def concerned_by(session: Session) -> "QuerySet[Enrolment]":
    """Return who is enrolled at a date, was offered a place or waits for one."""
    return Enrolment.objects.filter(of_session(session), state__in=CONCERNED)


def news_to_tell() -> list[list[SessionNews]]:
    """Return what nobody was told yet; what was changed of one run in one act stands together."""
    rows = SessionNews.objects.filter(told_at=None).order_by(
        "at", "session__series", "session__starts_at", "pk"
    )
    acts: dict[tuple[int, datetime], list[SessionNews]] = {}
    for row in rows.select_related("session__venue", "session__series__venue", "session__series__offer"):
        acts.setdefault((row.session.series_id, row.at), []).append(row)
    return list(acts.values())


def told_of(act: Sequence[SessionNews]) -> Iterator[list[tuple[Enrolment, list[SessionNews]]]]:
    """Yield who is concerned by an act and by which of its news, in parts."""
    series = act[0].session.series_id
    places = Q(intake__session__in=[one.session_id for one in act]) | Q(intake__session=None)
    rows = Enrolment.objects.filter(places, intake__series=series, state__in=CONCERNED)
    last = 0
    while part := list(
        rows.filter(pk__gt=last)
        .select_related("person", "guest", "intake__series__offer")
        .order_by("pk")[:AT_ONCE]
    ):
        last = part[-1].pk
        yield [(one, news_for(one, act)) for one in part]


def news_for(enrolment: Enrolment, act: Sequence[SessionNews]) -> list[SessionNews]:
    """Return the news that concern one enrolment: those of its own date, if it is for one date."""
    own = enrolment.intake.session_id
    return [one for one in act if own is None or one.session_id == own]


def words_of_news(enrolment: Enrolment, news: Sequence[SessionNews], receiver: Receiver) -> dict[str, Any]:
    """Return what a message about changed dates says."""
    return {
        **links(enrolment),
        "name": name_in_message(enrolment, receiver),
        "lines": [line(one) for one in news],
        "is_cancelled": all(one.what == SessionNews.What.CANCELLED for one in news),
    }


def said_line(news: SessionNews) -> str:
    """Return one change of a date in words."""
    session, before = news.session, news.before
    now = said_moment(session.starts_at, session.ends_at, session.time_zone)
    venue = session.venue or session.series.venue
    words = {
        SessionNews.What.MOVED: _("moved from %(was)s to %(now)s"),
        SessionNews.What.CANCELLED: _("cancelled: %(was)s"),
        SessionNews.What.POSTPONED: _("postponed, the new day is not known yet: %(was)s"),
        SessionNews.What.BACK: _("takes place after all: %(now)s"),
        SessionNews.What.PLACE: _("%(now)s takes place somewhere else: %(place)s"),
    }[SessionNews.What(news.what)]
    said = words % {
        "was": said_moment(
            former(before, "starts_at", session.starts_at),
            former(before, "ends_at", session.ends_at),
            session.time_zone,
        ),
        "now": now,
        "place": said_place(venue, session.room or session.series.room, session.is_online),
    }
    why = _("Reason: %(reason)s") % {"reason": session.reason} if session.reason else ""
    return " ".join(filter(None, (f"{said}.", why)))


line = lazy(said_line, str)
"""The same, in the language in which it is read."""


def former(before: Mapping[str, Any], name: str, now: datetime) -> datetime:
    """Return a former moment, or the one that stayed."""
    return parse_datetime(str(before.get(name, ""))) or now


# The calendar


def calendar_address_of(person: Person) -> CalendarAddress | None:
    """Return that a person has a private address of their calendar; the address itself is not kept."""
    return CalendarAddress.objects.filter(person=person).first()


def person_of_calendar(token: str) -> Person | None:
    """Return whose calendar an address opens; none for one that was renewed or never was."""
    found = CalendarAddress.objects.filter(digest=digest_of(token)).select_related("person").first()
    return found.person if found and found.person.is_here else None
