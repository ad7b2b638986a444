"""Dates as a calendar (RFC 5545): in their own zones, with identifiers that stay, the cancelled ones too.

A calendar is written piece by piece, however long it is. A zone is described before its first date. What the
standard has no words for stands in lines of our own (X-LEARNINGCITY-…), which other programs pass over.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from icalendar import Calendar, Event, Timezone, vCalAddress, vGeo, vText

from learningcity.catalogue.adapters.given_course import amount
from learningcity.catalogue.models import Session
from learningcity.catalogue.queries.whole_offers import GivenSession, WholeOffer
from learningcity.city.models import Venue

PRODUCT = "-//LearningCity//Catalogue//EN"
OWN = "X-LEARNINGCITY-"
STATES = {
    Session.Status.PLANNED: "CONFIRMED",
    Session.Status.MOVED: "CONFIRMED",
    Session.Status.POSTPONED: "TENTATIVE",
    Session.Status.CANCELLED: "CANCELLED",
}


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """One date as a calendar shows it. `changes` only grows; holds nothing personal.

    Dates of one offer share `offer`; `organiser` is a name with an address; `own` are lines of our own.
    """

    id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    status: str
    words: str
    address: str
    place: str
    lat: float | None
    lon: float | None
    changed_at: datetime
    changes: int
    offer: UUID | None = None
    organiser: tuple[str, str] | None = None
    own: tuple[tuple[str, str], ...] = ()


def changes_since(created_at: datetime, changed_at: datetime) -> int:
    """Return a number that grows with every change: a calendar takes the version with the larger one."""
    return max(0, int((changed_at - created_at).total_seconds()))


def calendar_pieces(dates: Iterable[CalendarDate], *, title: str) -> Iterator[bytes]:
    """Yield a calendar piece by piece."""
    head = Calendar()
    head.add("prodid", PRODUCT)
    head.add("version", "2.0")
    head.add("calscale", "GREGORIAN")
    head.add("method", "PUBLISH")
    head.add("x-wr-calname", vText(title))
    end = b"END:VCALENDAR\r\n"
    yield head.to_ical().removesuffix(end)
    described = {"UTC"}
    for date in dates:
        if date.time_zone not in described:
            described.add(date.time_zone)
            yield zone_in_words(date.time_zone)
        yield event(date).to_ical()
    yield end


@lru_cache(maxsize=64)
def zone_in_words(name: str) -> bytes:
    """Return the description of a time zone."""
    return Timezone.from_tzid(name).to_ical()


def event(date: CalendarDate) -> Event:
    """Return one date as an event."""
    one = Event()
    one.add("uid", f"{date.id}@learningcity")
    one.add("dtstamp", date.changed_at.astimezone(UTC))
    one.add("last-modified", date.changed_at.astimezone(UTC))
    one.add("sequence", date.changes)
    one.add("dtstart", told(date.starts_at))
    one.add("dtend", told(date.ends_at))
    one.add("summary", date.title)
    one.add("status", STATES[Session.Status(date.status)])
    one.add("url", date.address)
    one.add("description", "\n".join(filter(None, (date.words, date.address))))
    if date.place:
        one.add("location", date.place)
    if date.lat is not None and date.lon is not None:
        one.add("geo", vGeo((date.lat, date.lon)))
    if date.offer:
        one.add("related-to", f"{date.offer}@learningcity")
    if date.organiser:
        name, address = date.organiser
        # A quotation mark cannot stand in a parameter.
        one.add("organizer", vCalAddress(address), {"CN": name.replace('"', "'")})
    for name, value in date.own:
        one.add(f"{OWN}{name}", vText(value))
    return one


def told(moment: datetime) -> datetime:
    """Return a moment as a calendar can tell it: in UTC where the clock shows an hour for the second time."""
    return moment.astimezone(UTC) if moment.fold else moment


def dates_of(whole: WholeOffer, *, site: str, fits: Callable[[GivenSession], bool]) -> Iterator[CalendarDate]:
    """Yield the dates of an offer that fit."""
    offer = whole.offer
    for series in whole.series:
        for session in series.sessions:
            if not fits(session):
                continue
            venue = session.venue or (None if session.is_online else series.venue)
            room = session.room or ("" if session.is_overlaid else series.room)
            yield CalendarDate(
                id=session.id,
                title=offer.title,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                time_zone=session.time_zone,
                status=session.status,
                words="\n".join(filter(None, (session.reason, offer.summary))),
                address=f"{site}{offer.url}",
                place=", ".join(filter(None, (venue.name, room, venue.address))) if venue else "",
                lat=venue.lat if venue else None,
                lon=venue.lon if venue else None,
                changed_at=offer.changed_at,
                changes=changes_since(whole.created_at, offer.changed_at),
                offer=offer.id,
                organiser=(whole.provider.name, f"{site}{whole.provider.url}"),
                own=tuple(own_lines(whole, session, venue, room)),
            )


def own_lines(
    whole: WholeOffer, session: GivenSession, venue: Venue | None, room: str
) -> Iterator[tuple[str, str]]:
    """Yield what other nodes read of a date, and the standard has no words for."""
    said = {
        "MODE": whole.offer.mode,
        "ONLINE": "TRUE" if session.is_online else "",
        "STATUS": session.status,
        "REASON": session.reason,
        "TRAINER": session.trainer,
        "VENUE": venue.name if venue else "",
        "ADDRESS": venue.address if venue else "",
        "ROOM": room,
    }
    yield from ((name, value) for name, value in said.items() if value)
    for price in whole.offer.prices:
        yield "PRICE", f"{price.group} {amount(price)} {price.currency}"
