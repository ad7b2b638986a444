"""One schedule of HSDS: how often, from when until when, between which hours."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from learningcity.catalogue.actions.drafts import SessionDraft, zone
from learningcity.catalogue.actions.faults import is_time_zone
from learningcity.catalogue.importers.icalendar_moments import weekday_of
from learningcity.catalogue.importers.nodes import Node, day_of, get, number, word
from learningcity.catalogue.importers.reading import Defaults
from learningcity.catalogue.importers.recurrence import FREQUENCIES, Rule

ONLINE = ("online", "virtual")


@dataclass(frozen=True, slots=True)
class Slot:
    """A schedule as plain values."""

    rule: Rule
    first: date | None
    begin: time | None
    over: time | None
    time_zone: str
    offset: timedelta | None = None
    is_online: bool = False
    notes: str = ""

    @property
    def has_hours(self) -> bool:
        """Whether the hours are known, so that there are dates."""
        return self.begin is not None and self.over is not None and self.first is not None

    def date_on(self, day: date) -> SessionDraft:
        """Return the date on a day."""
        starts = datetime.combine(day, self.begin or time.min)
        ends = datetime.combine(day, self.over or time.min)
        ends += timedelta(days=ends <= starts)
        return SessionDraft(
            starts=self.exact(starts),
            ends=self.exact(ends),
            time_zone=self.time_zone,
            is_online=self.is_online,
            reason=self.notes,
        )

    def exact(self, wall: datetime) -> datetime:
        """Return a moment: by the offset, where one is said.

        What repeats with an offset that is that of the zone on its first day means the zone: 18:00 stays
        18:00 when the clocks change.
        """
        if self.offset is None or self.first is None:
            return wall
        usual = datetime.combine(self.first, self.begin or time.min, zone(self.time_zone)).utcoffset()
        is_meant = usual == self.offset and self.rule.times != 1
        return wall if is_meant else wall.replace(tzinfo=timezone(self.offset))


def slot_of(node: Node, defaults: Defaults) -> Slot:
    """Return one schedule. Raises ValueError for one that is not read here."""
    frequency = word(get(node, "freq")).upper() or "WEEKLY"
    if frequency not in FREQUENCIES:
        raise ValueError(frequency)
    zone_name = word(get(node, "timezone"))
    is_once = number(get(node, "count")) == 1
    first = day_of(get(node, "dtstart")) or day_of(get(node, "valid_from"))
    return Slot(
        rule=Rule(
            frequency=frequency,
            interval=number(get(node, "interval")) or 1,
            times=number(get(node, "count")) or None,
            until=day_of(get(node, "until")) or day_of(get(node, "valid_to")),
            weekdays=tuple(weekday_of(part) for part in listed(node, "byday")),
            month_days=tuple(int(part) for part in listed(node, "bymonthday")),
        ),
        first=first,
        begin=clock_of(get(node, "opens_at")),
        over=clock_of(get(node, "closes_at")),
        time_zone=zone_name if is_time_zone(zone_name) else defaults.time_zone,
        offset=offset_of(zone_name),
        is_online=word(get(node, "attending_type")).casefold() in ONLINE,
        # Notes on what repeats are about opening hours; those on one date say why it is another one.
        notes=word(get(node, "notes"))[:300] if is_once else "",
    )


def offset_of(text: str) -> timedelta | None:
    """Return hours east of Greenwich, as HSDS tells a zone; nothing where it is none.

    >>> offset_of("5.5"), offset_of("Europe/London")
    (datetime.timedelta(seconds=19800), None)
    """
    try:
        hours = float(text)
    except ValueError:
        return None
    return timedelta(hours=hours) if -14 <= hours <= 14 else None


def listed(node: Node, name: str) -> list[str]:
    """Return the parts of a list in one cell."""
    return [part.strip().upper() for part in word(get(node, name)).split(",") if part.strip()]


def clock_of(value: object) -> time | None:
    """Return an hour of the day. Raises ValueError."""
    text = word(value).removesuffix("Z")
    return time.fromisoformat(text.zfill(5)).replace(tzinfo=None) if text else None
