"""Moments, days, lengths, zones and rules of iCalendar as plain values, or ValueError."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfoNotFoundError

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from learningcity.catalogue.actions.drafts import moment, zone
from learningcity.catalogue.importers.icalendar_lines import Block, Property
from learningcity.catalogue.importers.nodes import FIRST_YEAR, LAST_YEAR
from learningcity.catalogue.importers.recurrence import FREQUENCIES, WEEKDAYS, Rule

LENGTH = re.compile(r"\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?")
WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
NOT_READ = ("BYSECOND", "BYMINUTE", "BYHOUR", "BYWEEKNO")
MOST_INTERVAL = 1000
MOST_RULES = 40


@dataclass(frozen=True, slots=True)
class When:
    """A day, or a clock on the wall with its zone: a name, or one that the calendar itself describes."""

    day: date
    clock: time | None = None
    zone_name: str = ""
    own_zone: tzinfo | None = None

    @property
    def is_day(self) -> bool:
        """Whether no hour is said."""
        return self.clock is None

    def on(self, day: date) -> datetime:
        """Return the same hour on a day: as the wall shows it where the zone has a name, else exactly."""
        wall = datetime.combine(day, self.clock or time.min)
        own = UTC if self.zone_name == "UTC" else self.own_zone
        return wall.replace(tzinfo=own).astimezone(UTC) if own else wall

    @property
    def exact(self) -> datetime:
        """The moment in UTC."""
        return moment(self.on(self.day), self.zone_name or "UTC")


class Zones:
    """The zones of one calendar: names that everybody knows, or descriptions of its own."""

    def __init__(self, default: str) -> None:
        self.default = default
        self.described: dict[str, Block] = {}
        self.built: dict[str, tzinfo] = {}

    def describe(self, block: Block) -> None:
        """Keep the description of a zone; it is read only when it is needed."""
        if len(self.described) < 200:
            self.described[block.text("TZID")] = block

    def find(self, name: str) -> tuple[str, tzinfo | None]:
        """Return the name of a zone that everybody knows, or a zone of the calendar's own.

        Raises ValueError if there is none of that name.
        """
        known = known_zone(name)
        if known:
            return known, None
        if name not in self.built:
            self.built[name] = self.build(name)
        return "", self.built[name]

    def build(self, name: str) -> tzinfo:
        """Read the description of a zone."""
        block = self.described.get(name)
        rules = [line for line in block.lines if line.upper().startswith("RRULE")] if block else []
        # Zones change once or twice a year; anything else would be followed for a very long time.
        if block is None or len(rules) > MOST_RULES or any("FREQ=YEARLY" not in rule for rule in rules):
            raise ValueError(name)
        try:
            read = Timezone.from_ical("\r\n".join(block.lines))
            built: tzinfo = read.to_tz(lookup_tzid=False)
            datetime(2026, 1, 1, tzinfo=built).utcoffset()
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
            raise ValueError(name) from None
        return built


def known_zone(name: str) -> str:
    """Return the name that everybody knows for a zone; some programs put words before it.

    >>> known_zone("/example.org/20260101_1/Europe/London"), known_zone("W. Europe Standard Time")
    ('Europe/London', 'Europe/Berlin')
    """
    parts = name.strip("/").split("/")
    candidates = [WINDOWS_TO_OLSON.get(name, ""), *("/".join(parts[start:]) for start in range(len(parts)))]
    for candidate in candidates:
        try:
            if candidate and len(candidate) <= 60 and zone(candidate):
                return candidate
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ""


def when_of(said: Property, zones: Zones) -> When:
    """Return the moment or day of a property with one value. Raises ValueError."""
    return when(said.value.strip(), said.parameters, zones)


def whens_of(said: Property, zones: Zones) -> list[When]:
    """Return the moments or days of a property with a list. Raises ValueError."""
    parts = [part.strip().partition("/")[0] for part in said.value.split(",")]
    return [when(part, said.parameters, zones) for part in parts if part]


def when(word: str, parameters: Mapping[str, str], zones: Zones) -> When:
    """Return the moment or day of a word. Raises ValueError."""
    if len(word) == len("20261201"):
        return When(in_our_time(datetime.strptime(word, "%Y%m%d")).date())  # noqa: DTZ007 - a day has no zone
    read = in_our_time(datetime.strptime(word.removesuffix("Z"), "%Y%m%dT%H%M%S"))  # noqa: DTZ007
    if word.endswith("Z"):
        return When(read.date(), read.time(), "UTC")
    name, own = zones.find(parameters["TZID"]) if "TZID" in parameters else (zones.default, None)
    return When(read.date(), read.time(), name, own)


def in_our_time(read: datetime) -> datetime:
    """Return a moment. Raises ValueError at the ends of the calendar, where no other zone can tell it."""
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise ValueError(read)
    return read


def length_of(word: str) -> timedelta:
    """Return a length of time. Raises ValueError.

    >>> length_of("PT1H30M"), length_of("P2W").days
    (datetime.timedelta(seconds=5400), 14)
    """
    found = LENGTH.fullmatch(word.strip())
    if not found or not any(found.groups()):
        raise ValueError(word)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def rule_of(word: str, start: When) -> Rule:
    """Return a rule. Raises ValueError for one that is not read here."""
    parts = dict(part.upper().split("=", 1) for part in word.strip().strip(";").split(";"))
    if parts.get("FREQ") not in FREQUENCIES or any(name in parts for name in NOT_READ):
        raise ValueError(word)
    times = int(parts["COUNT"]) if "COUNT" in parts else None
    interval = int(parts.get("INTERVAL", "1"))
    if not 1 <= interval <= MOST_INTERVAL or (times is not None and times < 1):
        raise ValueError(word)
    return Rule(
        frequency=parts["FREQ"],
        interval=interval,
        times=times,
        until=until_of(parts["UNTIL"], start) if "UNTIL" in parts else None,
        weekdays=tuple(weekday_of(part) for part in listed(parts, "BYDAY")),
        month_days=tuple(map(int, listed(parts, "BYMONTHDAY"))),
        year_days=tuple(map(int, listed(parts, "BYYEARDAY"))),
        months=tuple(map(int, listed(parts, "BYMONTH"))),
        positions=tuple(map(int, listed(parts, "BYSETPOS"))),
        week_starts=WEEKDAYS.index(parts.get("WKST", "MO")),
    )


def listed(parts: Mapping[str, str], name: str) -> list[str]:
    """Return the parts of a list in a rule."""
    return [part for part in parts.get(name, "").split(",") if part]


def weekday_of(word: str) -> tuple[int, int]:
    """Return which one, and the weekday, of words such as MO and -1SU. Raises ValueError."""
    found = WEEKDAY.fullmatch(word)
    if not found:
        raise ValueError(word)
    return int(found[1] or 0), WEEKDAYS.index(found[2])


def until_of(word: str, start: When) -> date:
    """Return the last day on which a rule may begin, on the calendar of its start. Raises ValueError."""
    if len(word) == len("20261201"):
        return datetime.strptime(word, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    read = in_our_time(datetime.strptime(word.removesuffix("Z"), "%Y%m%dT%H%M%S"))  # noqa: DTZ007
    if word.endswith("Z") and not start.is_day:
        own = start.own_zone or zone(start.zone_name or "UTC")
        read = read.replace(tzinfo=UTC).astimezone(own).replace(tzinfo=None)
    too_late = start.clock is not None and start.clock > read.time()
    return read.date() - timedelta(days=1) if too_late else read.date()
