"""A person's own places as one calendar: to download, or read again and again by a calendar program."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from learningcity.enrolment.queries.own_places import Group, OwnPlace, places_of_persons
from learningcity.enrolment.views.calendars import event_of
from learningcity.people.models import Person


def calendar_of_person(person: Person, *, at: datetime) -> bytes:
    """Return every date of a person's places; what was cancelled says so, so that programs take it out."""
    calendar = Calendar()
    calendar.add("prodid", "-//LearningCity//Enrolment//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(_("My places")))
    calendar.add("refresh-interval;value=duration", "PT1H")
    for event in events_of(places_of_persons([person], at=at), at):
        calendar.add_component(event)
    return calendar.to_ical()


def events_of(places: Iterable[OwnPlace], at: datetime) -> list[Event]:
    """Return one event for each date; of two enrolments for one date the living one decides."""
    root = settings.PUBLIC_ADDRESS.rstrip("/")
    found: dict[str, Event] = {}
    for place in sorted(places, key=lambda one: one.group is not Group.PAST):
        address = root + reverse("enrolment:place_detail", args=[place.enrolment.public_id])
        for date in place.dates:
            event = event_of(place, date, address)
            # Programs take over a change only from an event that says it is newer.
            event.pop("dtstamp")
            event.add("dtstamp", at.astimezone(UTC))
            if date.reason:
                event.add("description", date.reason)
            found[str(date.public_id)] = event
    return sorted(found.values(), key=lambda event: event["dtstart"].dt)
