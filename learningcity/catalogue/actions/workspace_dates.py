"""Turn what is typed about the dates of a series into dates: weekdays, or a rule that must end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.checking import MOST_SESSIONS, Limits
from learningcity.catalogue.actions.drafts import KnownVenue, SessionDraft
from learningcity.catalogue.actions.faults import shown
from learningcity.core.refusals import Refused

LONGEST_RULE = 200
LONGEST_NIGHT = timedelta(hours=8)
ALWAYS = frozenset(["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"])
FILTERS = frozenset(["BYMONTHDAY", "BYMONTH", "BYSETPOS"])
# A daily rule with filters that no day fulfils would be searched for seconds, up to the year 9999.
PARTS = {"DAILY": ALWAYS, **dict.fromkeys(("WEEKLY", "MONTHLY", "YEARLY"), ALWAYS | FILTERS)}
MOST_INTERVAL = 1000


class DatesNotRight(Refused):
    """No dates can be made of what was typed."""

    code = "dates_not_right"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatesDraft:
    """Dates as they are typed: one day; days of the week until a last day; or a rule of iCalendar.

    An end before the start is on the next day. `weekdays`: 0 is Monday.
    """

    first_on: date
    starts: time
    ends: time
    last_on: date | None = None
    weekdays: tuple[int, ...] = ()
    rule: str = ""
    venue: KnownVenue | None = None
    room: str = ""
    trainer: str = ""
    is_online: bool = False


def sessions_of(draft: DatesDraft, time_zone: str, limits: Limits) -> tuple[SessionDraft, ...]:
    """Return the dates that somebody means, on the wall clock. Raises DatesNotRight."""
    days = list(islice(days_of(draft, limits), MOST_SESSIONS + 1))
    if len(days) > MOST_SESSIONS:
        raise DatesNotRight(
            _("This gives more than %(most)s dates. End it earlier; enter the rest as a series of its own.")
            % {"most": MOST_SESSIONS},
            field="rule" if draft.rule else "last_on",
        )
    if not days:
        raise DatesNotRight(
            _("There is no such day between the first and the last. Choose other days, or a later last day."),
            field="rule" if draft.rule else "weekdays",
        )
    return tuple(
        SessionDraft(
            starts=datetime.combine(day, draft.starts),
            ends=ends_on(day, draft.starts, draft.ends),
            time_zone=time_zone,
            is_online=draft.is_online,
            venue=draft.venue,
            room=draft.room,
            trainer=draft.trainer,
        )
        for day in days
    )


def ends_on(day: date, starts: time, ends: time) -> datetime:
    """Return the end of a date that starts on a day: on the next one if the clock says less by then."""
    start, end = datetime.combine(day, starts), datetime.combine(day, ends)
    if end <= start:
        end += timedelta(days=1)
    if end.date() != day and end - start > LONGEST_NIGHT:
        raise DatesNotRight(
            _("It starts at %(starts)s and ends at %(ends)s, which is earlier. Correct one of the two.")
            % {"starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"},
            field="ends",
        )
    return end


def days_of(draft: DatesDraft, limits: Limits) -> Iterator[date]:
    """Yield the days that somebody means, in order; perhaps far too many."""
    if draft.rule.strip():
        yield from days_of_rule(draft.rule.strip(), draft.first_on, limits)
        return
    last_on = draft.last_on or draft.first_on
    if last_on < draft.first_on:
        raise DatesNotRight(
            _("The last day is before the first. Exchange them, or leave the last day empty for one date."),
            field="last_on",
        )
    weekdays = draft.weekdays or (draft.first_on.weekday(),)
    if draft.last_on is None:
        weekdays = (draft.first_on.weekday(),)
    for number in range((min(last_on, limits.latest) - draft.first_on).days + 1):
        day = draft.first_on + timedelta(days=number)
        if day.weekday() in weekdays:
            yield day


def days_of_rule(words: str, first_on: date, limits: Limits) -> list[date]:
    """Return the days of a rule that ends. Raises DatesNotRight for one that does not, or cannot be read."""
    parts = parts_of(words)
    count, until = count_of(parts), until_of(parts)
    if count is None and until is None:
        raise DatesNotRight(
            _("This rule never ends. Add COUNT= with the number of dates, or UNTIL= with the last day."),
            field="rule",
        )
    found = first_days(parts, first_on, min(until or limits.latest, limits.latest), count)
    if count is not None and len(found) < count:
        raise DatesNotRight(
            _("This rule gives only %(found)s dates until the end of %(year)s. Give a smaller COUNT=.")
            % {"found": len(found), "year": limits.latest.year},
            field="rule",
        )
    return found


def parts_of(words: str) -> dict[str, str]:
    """Return the parts of a rule by name; only those that speak of days."""
    rule = words.upper().removeprefix("RRULE:")
    pairs = [part.partition("=") for part in rule.split(";")]
    parts = {name: value for name, _sign, value in pairs}
    is_plain = len(words) <= LONGEST_RULE and words.isprintable() and len(parts) == len(pairs)
    interval = parts.get("INTERVAL", "1")
    is_slow = interval.isdecimal() and interval.isascii() and 0 < int(interval[:9]) <= MOST_INTERVAL
    known = PARTS.get(parts.get("FREQ", ""), frozenset())
    if not (is_plain and is_slow and parts.keys() <= known):
        raise unreadable(words)
    return parts


def count_of(parts: dict[str, str]) -> int | None:
    """Return the number of dates that a rule names."""
    if "COUNT" not in parts:
        return None
    words = parts["COUNT"]
    if not (words.isdecimal() and words.isascii() and int(words[:9]) > 0):
        raise unreadable(f"COUNT={words}")
    # More than we take are too many anyhow; the caller says so.
    return min(int(words[:9]), MOST_SESSIONS + 1)


def until_of(parts: dict[str, str]) -> date | None:
    """Return the last day that a rule names."""
    if "UNTIL" not in parts:
        return None
    try:
        return datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise unreadable(f"UNTIL={parts['UNTIL']}") from None


def first_days(parts: dict[str, str], first_on: date, last_on: date, count: int | None) -> list[date]:
    """Return the first days of a rule until a last day; one more than we take, at most."""
    rest = {name: value for name, value in parts.items() if name not in {"COUNT", "UNTIL"}}
    words = ";".join(f"{name}={value}" for name, value in rest.items())
    try:
        read = rrulestr(f"{words};UNTIL={last_on:%Y%m%d}", dtstart=datetime.combine(first_on, time.min))
        return [moment.date() for moment in islice(read, count or MOST_SESSIONS + 1)]
    # What the library says of a rule that nobody can read depends on the part.
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise unreadable(words) from None


def unreadable(words: str) -> DatesNotRight:
    """Return the refusal of a rule that nobody can read."""
    return DatesNotRight(
        _("“%(rule)s” cannot be read. Give a rule such as FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10.")
        % {"rule": shown(words)},
        field="rule",
    )
