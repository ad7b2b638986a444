"""Linked Events (Helsinki and others): a list of events in JSON-LD, or a page of the service with `data`.

One event is one offer. Exact times make a session; days alone make a run of which only the days are known.
Links to keywords are kept as concepts; a link to a place that is not described becomes a place without a
point. A price that is not one plain amount counts as not known.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.drafts import (
    OfferDraft,
    PriceDraft,
    ProviderDraft,
    Rejected,
    SeriesDraft,
    SessionDraft,
    TextDraft,
    VenueDraft,
    zone,
)
from learningcity.catalogue.actions.faults import is_web_address, shown
from learningcity.catalogue.importers.cells import cents_of
from learningcity.catalogue.importers.json_stream import items
from learningcity.catalogue.importers.markup import plain_text
from learningcity.catalogue.importers.reading import Defaults

COLUMNS = {
    "key": "id",
    "title": "name",
    "summary": "short_description",
    "prices": "offers",
    "starts": "start_time",
    "ends": "end_time",
    "runs_until_on": "end_time",
    "enrol_until_on": "extension_course",
    "places": "extension_course",
    "venue": "location",
    "lat": "location",
    "website": "info_url",
    "provider": "publisher",
    "taught_in": "in_language",
    "age_from": "audience_min_age",
    "age_to": "audience_max_age",
}

STATUSES = {
    "EventScheduled": "planned",
    "EventRescheduled": "moved",
    "EventPostponed": "postponed",
    "EventCancelled": "cancelled",
}
PRICE = re.compile(r"(?:€|eur)?\s*(\d{1,6}(?:[.,]\d{1,2})?)\s*(?:€|eur|euroa?)?", re.IGNORECASE)
LONGEST_SESSION = timedelta(hours=24)
MOST_CONCEPTS = 50
NO_END_YEAR = 2050


def read(path: Path, defaults: Defaults) -> Iterator[OfferDraft | Rejected]:
    """Yield the events of a file. Raises FileUnreadable."""
    for number, event in enumerate(items(path), 1):
        reader = Event(number, event, defaults)
        draft = reader.draft()
        if reader.rejected:
            yield from (replace(one, key=reader.key) for one in reader.rejected)
        else:
            yield draft


class Event:
    """One event on its way to a draft."""

    def __init__(self, number: int, event: object, defaults: Defaults) -> None:
        self.number = number
        self.event: dict[str, Any] = event if isinstance(event, dict) else {}
        self.defaults = defaults
        self.rejected: list[Rejected] = []
        self.names = self.words("name")
        key = self.event.get("id") or self.event.get("@id")
        self.key = str(key) if isinstance(key, str | int) else ""

    def reject(self, field: str, reason: str) -> None:
        """Note why the event cannot be imported."""
        self.rejected.append(Rejected(self.number, field, reason))

    def draft(self) -> OfferDraft:
        """Return the offer that the event describes."""
        language = next(iter(self.names), self.defaults.language)
        age_from = self.whole(self.event, "audience_min_age")
        age_to = self.whole(self.event, "audience_max_age")
        if not self.key:
            self.reject("id", _("The event has no id. Export it again with its id."))
        return OfferDraft(
            key=self.key,
            row=self.number,
            title=self.names.get(language, ""),
            language=language,
            summary=self.words("short_description").get(language, "")[:600],
            description=self.words("description", lines=True).get(language, ""),
            texts=tuple(self.texts(language)),
            taught_in=tuple(dict.fromkeys(map(last_part, self.links("in_language")))),
            audience=audience_of(age_from, age_to),
            age_from=age_from,
            age_to=age_to,
            website=self.web_address(language),
            confirmed_on=self.last_touched(),
            provider=self.provider(),
            prices=tuple(self.prices()),
            concepts=tuple(dict.fromkeys(filter(is_web_address, self.links("keywords"))))[:MOST_CONCEPTS],
            series=(self.run(),),
        )

    def words(self, field: str, *, lines: bool = False) -> dict[str, str]:
        """Return the words of a field by language, without markup; without those that are empty."""
        said = self.event.get(field)
        if isinstance(said, str):
            said = {self.defaults.language: said}
        if not isinstance(said, dict):
            return {}
        clean = {str(code): plain_text(words) for code, words in said.items() if isinstance(words, str)}
        return {code: words if lines else " ".join(words.split()) for code, words in clean.items() if words}

    def texts(self, main: str) -> Iterator[TextDraft]:
        """Yield the words in the languages that are not the first one."""
        summaries, descriptions = self.words("short_description"), self.words("description", lines=True)
        for code, title in self.names.items():
            if code != main:
                yield TextDraft(
                    language=code,
                    title=title,
                    summary=summaries.get(code, "")[:600],
                    description=descriptions.get(code, ""),
                )

    def links(self, field: str) -> list[str]:
        """Return the addresses or ids in a list of links."""
        said = self.event.get(field)
        things = said if isinstance(said, list) else [said]
        return [link for link in map(link_of, things) if link]

    def whole(self, holder: dict[str, Any], field: str) -> int | None:
        """Return a whole number, or nothing; reject what is something else."""
        value = holder.get(field)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.reject(
                field,
                _("“%(value)s” is no whole number. Write digits only.") % {"value": shown(value)},
            )
            return None
        return value

    def web_address(self, language: str) -> str:
        """Return the page of the event."""
        pages = self.words("info_url")
        return pages.get(language) or next(iter(pages.values()), "")

    def last_touched(self) -> date | None:
        """Return the day on which the source last touched the event."""
        touched = self.event.get("last_modified_time")
        try:
            return datetime.fromisoformat(touched).astimezone(UTC).date() if touched else None
        except (ValueError, TypeError, OverflowError):
            return None

    def provider(self) -> ProviderDraft:
        """Return who offers: the provider by name, else the publisher by its id."""
        names = self.words("provider")
        publisher = link_of(self.event.get("publisher")) or link_of(self.event.get("data_source"))
        name = next(iter(names.values()), "") or publisher
        return ProviderDraft(key=name, name=name, kind="city" if publisher.startswith("ahjo:") else "other")

    def prices(self) -> Iterator[PriceDraft]:
        """Yield the price for everyone, if it is said as one amount or as free."""
        said = self.event.get("offers")
        offers = [offer for offer in said if isinstance(offer, dict)] if isinstance(said, list) else []
        found = {price_of(offer) for offer in offers}
        if len(found) == 1 and (cents := found.pop()) is not None:
            yield PriceDraft(cents=cents, currency="EUR")

    def run(self) -> SeriesDraft:
        """Return the one run of the event, with its session if the hours are known."""
        starts, ends = self.moment("start_time"), self.moment("end_time")
        first, last = self.day(starts), self.day(ends)
        course = self.event.get("extension_course")
        course = course if isinstance(course, dict) else {}
        common = SeriesDraft(
            venue=self.venue(),
            places=self.whole(course, "maximum_attendee_capacity"),
            enrol_from_on=self.enrolment_day(course, "enrolment_start_time"),
            enrol_until_on=self.enrolment_day(course, "enrolment_end_time"),
        )
        return self.timed(common, starts, ends) or with_days(common, first, last)

    def timed(self, run: SeriesDraft, starts: object, ends: object) -> SeriesDraft | None:
        """Return the run with its session, or nothing if the event tells only days."""
        if not (isinstance(starts, datetime) and isinstance(ends, datetime)):
            return None
        # Weeks between start and end are a course of many dates, which nobody tells.
        if ends - starts > LONGEST_SESSION:
            return None
        session = SessionDraft(
            starts=starts,
            ends=ends,
            time_zone=self.defaults.time_zone,
            status=STATUSES.get(str(self.event.get("event_status")), "planned"),
        )
        return replace(run, sessions=(session,))

    def moment(self, field: str) -> datetime | date | None:
        """Return a moment in UTC, or a day where the source tells no more."""
        word = self.event.get(field)
        if word is None:
            return None
        try:
            if not isinstance(word, str):
                raise TypeError(field)
            if len(word) == len("2020-02-29"):
                return date.fromisoformat(word)
            read = datetime.fromisoformat(word)
            return read.replace(tzinfo=read.tzinfo or zone(self.defaults.time_zone)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            self.reject(
                field,
                _("“%(value)s” is no moment. Write it as 2026-12-01T18:00:00Z, or as a day.")
                % {"value": shown(word)},
            )
            return None

    def day(self, moment: datetime | date | None) -> date | None:
        """Return the day of a moment in the zone of the file."""
        if isinstance(moment, datetime):
            return moment.astimezone(zone(self.defaults.time_zone)).date()
        return moment

    def enrolment_day(self, course: dict[str, Any], field: str) -> date | None:
        """Return a day of enrolment; sources write a far future where there is no end."""
        word = course.get(field)
        try:
            on = datetime.fromisoformat(word).date() if isinstance(word, str) else None
        except ValueError:
            on = None
        return on if on and on.year < NO_END_YEAR else None

    def venue(self) -> VenueDraft | None:
        """Return the place, described or only linked."""
        location = self.event.get("location")
        if not isinstance(location, dict):
            return None
        key = last_part(link_of(location))
        names = location.get("name")
        name = next(iter(names.values()), "") if isinstance(names, dict) else names
        lat, lon = point_of(location)
        if not key:
            return None
        return VenueDraft(key=key, name=name if name and isinstance(name, str) else key, lat=lat, lon=lon)


def with_days(run: SeriesDraft, first: date | None, last: date | None) -> SeriesDraft:
    """Return a run of which only the days are known."""
    return replace(run, runs_from_on=first, runs_until_on=last)


def price_of(offer: dict[str, Any]) -> int | None:
    """Return what an event costs in cents of the euro, or nothing if it is not one plain amount.

    >>> price_of({"is_free": True}), price_of({"price": {"fi": "10,50 €"}}), price_of({"price": "5/10 €"})
    (0, 1050, None)
    """
    if offer.get("is_free") is True:
        return 0
    price = offer.get("price")
    said = price.values() if isinstance(price, dict) else [price]
    found = {PRICE.fullmatch(word.strip()) for word in said if isinstance(word, str) and word.strip()}
    amounts = {cents_of(match[1], "EUR") if match else None for match in found}
    return amounts.pop() if len(amounts) == 1 else None


def audience_of(age_from: int | None, age_to: int | None) -> str:
    """Return for whom an event of these ages is."""
    if age_to is not None and age_to <= 12:
        return "children"
    if age_from is None:
        return "everyone"
    if age_from >= 60:
        return "older_people"
    if age_from >= 18:
        return "adults"
    return "young_people" if age_from >= 12 and age_to is not None and age_to <= 25 else "everyone"


def link_of(thing: object) -> str:
    """Return the address, or id, by which a record points to another."""
    if isinstance(thing, dict):
        thing = thing.get("@id") or thing.get("id")
    return thing.strip() if isinstance(thing, str) else ""


def last_part(link: str) -> str:
    """Return the id at the end of an address.

    >>> last_part("https://api.hel.fi/linkedcourses/v1/place/tprek:7254/?format=json")
    'tprek:7254'
    """
    try:
        path = urlsplit(link).path if "://" in link else link
    except ValueError:
        return ""
    return path.rstrip("/").rpartition("/")[2]


def point_of(location: dict[str, Any]) -> tuple[float | None, float | None]:
    """Return latitude and longitude of a place that is described (GeoJSON says longitude first)."""
    position = location.get("position")
    pair = position.get("coordinates") if isinstance(position, dict) else None
    if isinstance(pair, list) and len(pair) == 2 and all(type(one) in (int, float) for one in pair):
        return float(pair[1]), float(pair[0])
    return None, None
