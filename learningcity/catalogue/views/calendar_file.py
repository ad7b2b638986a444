"""The dates of an offer as a calendar file (RFC 5545): moments in UTC, identifiers that stay."""

from datetime import UTC

from icalendar import Calendar, Event, vGeo, vText

from learningcity.catalogue.models import Session
from learningcity.catalogue.queries.offer_page import OfferPage, SessionFact

STATES = {
    Session.Status.PLANNED: "CONFIRMED",
    Session.Status.MOVED: "CONFIRMED",
    Session.Status.POSTPONED: "TENTATIVE",
    Session.Status.CANCELLED: "CANCELLED",
}


def calendar_file(offer: OfferPage, *, address: str) -> bytes:
    """Return all known dates of an offer, with the address of its page. Holds nothing personal."""
    calendar = Calendar()
    calendar.add("prodid", "-//LearningCity//Catalogue//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(offer.text.title))
    for series in offer.series:
        for session in sorted(series.sessions, key=lambda session: session.starts_at):
            calendar.add_component(_event(offer, session, series.room, address))
    return calendar.to_ical()


def _event(offer: OfferPage, session: SessionFact, room: str, address: str) -> Event:
    event = Event()
    event.add("uid", f"{session.public_id}@learningcity")
    event.add("dtstamp", offer.changed_at.astimezone(UTC))
    event.add("last-modified", offer.changed_at.astimezone(UTC))
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    event.add("summary", offer.text.title)
    event.add("status", STATES[Session.Status(session.status)])
    event.add("url", address)
    event.add("description", "\n".join(filter(None, (session.reason, offer.text.summary, address))))
    if session.venue:
        event.add("location", ", ".join(filter(None, (session.venue.name, room, session.venue.address))))
        if session.venue.lat is not None and session.venue.lon is not None:
            event.add("geo", vGeo((session.venue.lat, session.venue.lon)))
    return event
