"""When and where things of schema.org take place: instances, dates, schedules that repeat, places."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.arrivals import Remark
from learningcity.catalogue.actions.drafts import SeriesDraft, SessionDraft, VenueDraft
from learningcity.catalogue.actions.faults import is_time_zone, shown
from learningcity.catalogue.importers.dates import bounded_days, few_enough, remarks_on
from learningcity.catalogue.importers.icalendar_moments import length_of
from learningcity.catalogue.importers.nodes import (
    Node,
    day_of,
    degrees,
    first_node,
    get,
    link,
    many,
    moment_or_day,
    name_of,
    nodes,
    number,
    types,
    word,
)
from learningcity.catalogue.importers.reading import Defaults
from learningcity.catalogue.importers.recurrence import Rule
from learningcity.catalogue.importers.walks import Walk

LONGEST_SESSION = timedelta(hours=24)
MOST_RUNS = 100
MOST_INSTANCES = 2000
OF_A_RUN = ("location", "maximumAttendeeCapacity", "startDate", "endDate")
STATUSES = {
    "EventCancelled": "cancelled",
    "EventPostponed": "postponed",
    "EventRescheduled": "moved",
}
FREQUENCIES = {"P1D": ("DAILY", 1), "P1W": ("WEEKLY", 1), "P2W": ("WEEKLY", 2), "P1M": ("MONTHLY", 1)}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MODES = {
    "online": "online",
    "onsite": "on_site",
    "blended": "both",
    "OnlineEventAttendanceMode": "online",
    "OfflineEventAttendanceMode": "on_site",
    "MixedEventAttendanceMode": "both",
}
Reject = Callable[[str, str], None]


def mode_of(*things: Node) -> str:
    """Return whether things, or their instances, take place on site, online or both.

    How a course is taught counts before where its dates are.
    """
    parts = [one for node in things for one in (node, *nodes(get(node, "hasCourseInstance")))]
    found = modes_said(parts, "courseMode") or modes_said(parts, "eventAttendanceMode")
    return found.pop() if len(found) == 1 else "both" if found else "on_site"


def modes_said(parts: list[Node], field: str) -> set[str]:
    """Return the modes that one field of some things says."""
    said = (last(word(mode)) for one in parts for mode in many(get(one, field)))
    return {MODES[mode] for mode in said if mode in MODES}


def is_date_online(node: Node) -> bool:
    """Return whether a date is online: where it is counts before how its course is taught."""
    said = modes_said([node], "eventAttendanceMode") or modes_said([node], "courseMode")
    return said == {"online"}


def last(text: str) -> str:
    """Return the word at the end of an address."""
    return text.rpartition("/")[2]


class Runs:
    """The runs of one thing; what cannot be read is rejected with its field."""

    def __init__(self, row: int, defaults: Defaults, reject: Reject) -> None:
        self.row = row
        self.defaults = defaults
        self.reject = reject
        self.walk = Walk(defaults.days)
        self.remarks: list[Remark] = []

    def of_course(self, node: Node) -> Iterator[SeriesDraft]:
        """Yield the instances of a course: those that name the same series are dates of one run."""
        runs: dict[str, list[Node]] = {}
        for place, instance in enumerate(nodes(get(node, "hasCourseInstance"))[:MOST_INSTANCES], 1):
            above = link(first_node(get(instance, "superEvent")))
            runs.setdefault(above or link(instance) or str(place), []).append(instance)
        for key, instances in islice(runs.items(), MOST_RUNS):
            above = first_node(get(instances[0], "superEvent"))
            if above and link(above) == key:
                # What all its dates say alike is said of the run.
                whole = {name: value for name, value in instances[0].items() if name in OF_A_RUN}
                yield from self.of_event({**whole, **above, "subEvent": instances}, key=key)
            else:
                yield from self.of_event(instances[0], key=key)

    def of_event(self, node: Node, *, key: str = "1") -> Iterator[SeriesDraft]:
        """Yield an event as one run: its dates, those of its schedule, or only its days."""
        dates = [one for part in nodes(get(node, "subEvent", "subEvents")) for one in self.own_date(part)]
        schedules = nodes(get(node, "eventSchedule", "courseSchedule"))
        rules: list[Rule] = []
        if not dates:
            dates = [one for schedule in schedules for one in self.scheduled(schedule, rules)]
        if not dates and not rules:
            dates = list(self.own_date(node))
        sessions, had_more = few_enough(in_order(dates))
        for sentence in remarks_on(rules, self.defaults.today, had_more=had_more):
            self.remarks.append(Remark(self.row, "eventSchedule", sentence))
        first, until = day_of(get(node, "startDate")), day_of(get(node, "endDate"))
        place = self.venue(get(node, "location"))
        yield SeriesDraft(
            key=key[:200],
            name=word(get(node, "name"))[:200] if key != "1" else "",
            venue=place,
            room=room_of(get(node, "location")),
            places=number(get(node, "maximumAttendeeCapacity")),
            runs_from_on=None if sessions else first,
            runs_until_on=None if sessions else until or first,
            sessions=tuple(at_its_place(one, place, room_of(get(node, "location"))) for one in sessions),
        )

    def own_date(self, node: Node) -> Iterator[SessionDraft]:
        """Yield the one date of an event, if it tells the hours; weeks between start and end are no date."""
        starts, ends = self.moment(node, "startDate"), self.moment(node, "endDate")
        if not isinstance(starts, datetime):
            return
        if ends is None:
            length = self.length(get(node, "duration"))
            ends = starts + length if length else None
        if ends is None and get(node, "endDate") is None:
            self.reject(
                "endDate", _("This tells when it starts, not when it ends. Give endDate or duration.")
            )
        if not isinstance(ends, datetime):
            return
        if exact(ends, self.defaults) - exact(starts, self.defaults) > LONGEST_SESSION:
            return
        zone_name = word(get(node, "scheduleTimezone"))
        # Of an event that is an offer itself these words are the summary.
        is_instance = "CourseInstance" in types(node)
        yield SessionDraft(
            starts=starts,
            ends=ends,
            time_zone=zone_name if is_time_zone(zone_name) else self.defaults.time_zone,
            is_online=is_date_online(node),
            status=STATUSES.get(last(word(get(node, "eventStatus"))), "planned"),
            reason=word(get(node, "disambiguatingDescription"))[:300] if is_instance else "",
            venue=self.venue(get(node, "location")),
            room=room_of(get(node, "location")),
            trainer=name_of(get(node, "instructor"))[:120],
        )

    def moment(self, node: Node, field: str) -> datetime | date | None:
        """Return a moment or day; reject the thing where it cannot be read."""
        said = get(node, field)
        try:
            return moment_or_day(said)
        except (ValueError, OverflowError):
            sentence = _("“%(value)s” is no moment. Write it as 2026-12-01T18:00:00Z, or as a day.")
            self.reject(field, sentence % {"value": shown(word(said))})
            return None

    def length(self, value: object) -> timedelta | None:
        """Return how long something lasts."""
        try:
            return length_of(word(value)) if value else None
        except ValueError:
            return None

    def scheduled(self, node: Node, rules: list[Rule]) -> Iterator[SessionDraft]:
        """Yield the dates of a schedule that repeats; its rule is added to `rules`."""
        first, begin = day_of(get(node, "startDate")), clock(get(node, "startTime"))
        over = clock(get(node, "endTime"))
        rule = self.rule(node)
        if first is None or begin is None or rule is None:
            return
        rules.append(rule)
        zone_name = word(get(node, "scheduleTimezone"))
        zone_name = zone_name if is_time_zone(zone_name) else self.defaults.time_zone
        out = {day_of(one) for one in many(get(node, "exceptDate"))}
        length = self.length(get(node, "duration"))
        if over is None and length is None:
            self.reject("endTime", _("The schedule tells no end of its dates. Give endTime or duration."))
            return
        for day in bounded_days(rule, first, self.defaults.today, self.walk):
            starts = datetime.combine(day, begin)
            ends = datetime.combine(day, over) if over else starts + (length or timedelta())
            if day not in out:
                ends += timedelta(days=ends <= starts)
                yield SessionDraft(starts=starts, ends=ends, time_zone=zone_name)

    def rule(self, node: Node) -> Rule | None:
        """Return the rule of a schedule; reject the thing for one that is not read here."""
        said = word(get(node, "repeatFrequency")) or "P1W"
        days = [last(word(day)) for day in many(get(node, "byDay"))]
        frequency = FREQUENCIES.get(said)
        if frequency is None or any(day not in WEEKDAYS for day in days):
            self.reject(
                "repeatFrequency",
                _("The schedule “%(value)s” is not read here. Use P1D, P1W, P2W or P1M and whole weekdays.")
                % {"value": shown(said)},
            )
            return None
        return Rule(
            frequency=frequency[0],
            interval=frequency[1],
            times=number(get(node, "repeatCount")) or None,
            until=day_of(get(node, "endDate")),
            weekdays=tuple((0, WEEKDAYS.index(day)) for day in days),
        )

    def venue(self, value: object) -> VenueDraft | None:
        """Return the place of a run; a place on the web is none."""
        place = next((one for one in nodes(value) if "VirtualLocation" not in str(one.get("@type"))), None)
        if place is None:
            name = word(value) if isinstance(value, str) and "://" not in value else ""
            return VenueDraft(key=name[:120], name=name[:200]) if name else None
        name = name_of(place) or name_of(get(place, "address"))
        geo = first_node(get(place, "geo"))
        if not name:
            return None
        lat, lon = degrees(get(geo, "latitude")), degrees(get(geo, "longitude"))
        is_whole = lat is not None and lon is not None
        return VenueDraft(
            key=(link(place) or name)[:120],
            name=name[:200],
            lat=lat if is_whole else None,
            lon=lon if is_whole else None,
            address=address_of(get(place, "address"))[:300],
        )


def exact(moment: datetime, defaults: Defaults) -> datetime:
    """Return a moment that can be compared with others."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def room_of(value: object) -> str:
    """Return the room, where a place names one as such."""
    said = nodes(get(first_node(value), "additionalProperty"))
    return next((word(get(one, "value"))[:120] for one in said if get(one, "propertyID") == "room"), "")


def at_its_place(date: SessionDraft, place: VenueDraft | None, room: str) -> SessionDraft:
    """Return a date that names place and room only where they are not those of its run."""
    is_there = date.venue is None or date.venue == place
    return replace(
        date,
        venue=None if is_there else date.venue,
        room="" if date.room == room and is_there else date.room,
    )


def in_order(dates: list[SessionDraft]) -> list[SessionDraft]:
    """Return dates by their beginning, each moment once."""
    found = {one.starts_at: one for one in reversed(dates)}
    return [found[start] for start in sorted(found)]


def clock(value: object) -> time | None:
    """Return an hour of the day."""
    try:
        return time.fromisoformat(word(value)).replace(tzinfo=None) if value else None
    except ValueError:
        return None


def address_of(value: object) -> str:
    """Return an address in one line."""
    node = first_node(value)
    if not node:
        return word(value)
    parts = (get(node, name) for name in ("streetAddress", "postalCode", "addressLocality"))
    return ", ".join(part for part in map(word, parts) if part)
