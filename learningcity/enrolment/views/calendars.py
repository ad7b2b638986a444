"""The dates of a place as a calendar file (RFC 5545): the same identifiers as in the file of the offer."""

from datetime import UTC

from icalendar import Calendar, Event, vText

from learningcity.catalogue.queries.offer_page import SessionFact
from learningcity.enrolment.models import Enrolment
from learningcity.enrolment.queries.own_places import OwnPlace

CANCELLED, TENTATIVE, CONFIRMED = "CANCELLED", "TENTATIVE", "CONFIRMED"


def calendar_of(place: OwnPlace, *, address: str) -> bytes:
    """Return the dates of a place; a place that is not taken is tentative, one given back is cancelled."""
    calendar = Calendar()
    calendar.add("prodid", "-//LearningCity//Enrolment//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(place.title))
    for date in place.dates:
        calendar.add_component(event_of(place, date, address))
    return calendar.to_ical()


def event_of(place: OwnPlace, date: SessionFact, address: str) -> Event:
    """Return one date."""
    event = Event()
    event.add("uid", f"{date.public_id}@learningcity")
    event.add("dtstamp", place.enrolment.changed_at.astimezone(UTC))
    event.add("dtstart", date.starts_at.astimezone(UTC))
    event.add("dtend", date.ends_at.astimezone(UTC))
    event.add("summary", place.title)
    event.add("status", status_of(place, date))
    event.add("url", address)
    if date.venue:
        event.add("location", ", ".join(filter(None, (date.venue.name, date.venue.address))))
    return event


def status_of(place: OwnPlace, date: SessionFact) -> str:
    """Return the state of a date in a calendar."""
    state = place.enrolment.state
    is_off = state not in (*WANTED, Enrolment.State.ENROLLED)
    if date.status == "cancelled" or is_off:
        return CANCELLED
    return CONFIRMED if state == Enrolment.State.ENROLLED and date.status != "postponed" else TENTATIVE


WANTED = (Enrolment.State.HELD, Enrolment.State.ASKED, Enrolment.State.WAITING, Enrolment.State.OFFERED)
