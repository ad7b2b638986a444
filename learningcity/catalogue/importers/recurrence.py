"""The days of a rule that repeats (RFC 5545, 3.3.10), within bounds: every rule has an end.

Days only: the hours are those of the first date. Rules within a day, or by weeks of the year, are not read.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; `weekdays` are pairs: which one in its month or year (0 for each), and 0 for Monday …"""

    frequency: str
    interval: int = 1
    times: int | None = None
    until: date | None = None
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_starts: int = 0

    @property
    def is_endless(self) -> bool:
        """Whether the rule says no end."""
        return self.times is None and self.until is None


def always(_days: int) -> bool:
    """Let every rule be followed to its end."""
    return True


def days_of(rule: Rule, first: date, last: date, may_go: Callable[[int], bool] = always) -> Iterator[date]:
    """Yield the days of a rule from its first day to a last one, as long as the walk over them may go on.

    >>> [day.day for day in days_of(Rule("WEEKLY", times=3), date(2027, 1, 11), date.max)]
    [11, 18, 25]
    """
    end = min(last, rule.until or last)
    found = 0
    for begin, over in periods(rule, first, end):
        if not may_go((over - begin).days + 1):
            return
        fitting = [day for day in days_between(begin, over) if fits(rule, day, first)]
        for day in chosen(rule, fitting):
            if not first <= day <= end or found == rule.times:
                continue
            found += 1
            yield day
        if found == rule.times:
            return


def periods(rule: Rule, first: date, end: date) -> Iterator[tuple[date, date]]:
    """Yield the first and the last day of each day, week, month or year in which the rule counts."""
    for number in count(0, max(1, rule.interval)):
        begin, over = period(rule, first, number)
        if begin is None or begin > end:
            return
        yield begin, over


def period(rule: Rule, first: date, number: int) -> tuple[date | None, date]:
    """Return the day, week, month or year that comes so many after that of the first day."""
    try:
        if rule.frequency == "DAILY":
            day = first + number * DAY
            return day, day
        if rule.frequency == "WEEKLY":
            begin = first - ((first.weekday() - rule.week_starts) % 7) * DAY + 7 * number * DAY
            return begin, begin + 6 * DAY
        if rule.frequency == "MONTHLY":
            years, month = divmod(first.month - 1 + number, 12)
            begin = date(first.year + years, month + 1, 1)
            return begin, begin.replace(day=monthrange(begin.year, begin.month)[1])
        return date(first.year + number, 1, 1), date(first.year + number, 12, 31)
    except (OverflowError, ValueError):
        return None, first


def days_between(begin: date, over: date) -> Iterator[date]:
    """Yield each day from one to another."""
    for number in range((over - begin).days + 1):
        yield begin + number * DAY


def chosen(rule: Rule, days: list[date]) -> list[date]:
    """Return the days of one period that stand at the rule's positions, all of them without positions."""
    if not rule.positions:
        return days
    places = {at - 1 if at > 0 else len(days) + at for at in rule.positions if at}
    return [day for number, day in enumerate(days) if number in places]


def fits(rule: Rule, day: date, first: date) -> bool:
    """Return whether a day of a period is one of the rule."""
    months, month_days, weekdays = rule.months, rule.month_days, rule.weekdays
    if not (month_days or rule.year_days or weekdays):
        if rule.frequency == "YEARLY":
            months = months or (first.month,)
        if rule.frequency in ("MONTHLY", "YEARLY"):
            month_days = (first.day,)
        if rule.frequency == "WEEKLY":
            weekdays = ((0, first.weekday()),)
    return (
        (not months or day.month in months)
        and (not month_days or counts(day.day, monthrange(day.year, day.month)[1], month_days))
        and (not rule.year_days or counts(day.timetuple().tm_yday, days_in(day.year), rule.year_days))
        and (not weekdays or any(fits_weekday(rule, day, *pair) for pair in weekdays))
    )


def fits_weekday(rule: Rule, day: date, which: int, weekday: int) -> bool:
    """Return whether a day is this weekday, and which one of its month or year."""
    if day.weekday() != weekday:
        return False
    if not which or rule.frequency in ("DAILY", "WEEKLY"):
        return True
    if rule.frequency == "MONTHLY" or rule.months:
        number, last = day.day, monthrange(day.year, day.month)[1]
    else:
        number, last = day.timetuple().tm_yday, days_in(day.year)
    return which == (number - 1) // 7 + 1 or which == -((last - number) // 7 + 1)


def counts(number: int, last: int, wanted: tuple[int, ...]) -> bool:
    """Return whether a number is wanted, counted from the front or from the back."""
    return number in wanted or number - last - 1 in wanted


def days_in(year: int) -> int:
    """Return how many days a year has."""
    return 337 + monthrange(year, 2)[1]
