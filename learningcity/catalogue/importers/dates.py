"""Dates of rules that repeat, bounded: how far a rule without an end is followed, and what is said of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.checking import FIRST_YEAR, MOST_SESSIONS
from learningcity.catalogue.actions.drafts import SessionDraft
from learningcity.catalogue.importers.recurrence import Rule, days_of
from learningcity.catalogue.importers.walks import Walk

YEARS_OF_A_RULE = 12


@dataclass(frozen=True, slots=True)
class Bounds:
    """The days between which a rule without an end is followed: whole months, so that they move rarely."""

    first: date
    last: date


def bounds_on(today: date) -> Bounds:
    """Return the bounds that hold on a day: from the start of the month before to the end of one a year on.

    >>> bounds_on(date(2026, 11, 23))
    Bounds(first=datetime.date(2026, 10, 1), last=datetime.date(2027, 11, 30))
    """
    this_month = min(today, date(9000, 1, 1)).replace(day=1)
    next_year = this_month.replace(year=this_month.year + 1)
    after = (next_year + timedelta(days=32)).replace(day=1)
    return Bounds((this_month - timedelta(days=1)).replace(day=1), after - timedelta(days=1))


def bounded_days(rule: Rule, first: date, today: date, walk: Walk) -> Iterator[date]:
    """Yield the days of a rule; of one without an end, those within the bounds.

    They end early where the walk over them is too long: ask it for its refusals afterwards.
    """
    if first.year < FIRST_YEAR:
        return
    bounds = bounds_on(today)
    if not rule.is_endless:
        yield from days_of(rule, first, latest(first), walk.may_go)
        return
    for day in days_of(rule, first, bounds.last, walk.may_go):
        if day >= bounds.first:
            yield day


def latest(first: date) -> date:
    """Return the day beyond which no rule is followed, whatever end it says."""
    return first + timedelta(days=366 * YEARS_OF_A_RULE)


def few_enough(dates: Iterable[SessionDraft]) -> tuple[tuple[SessionDraft, ...], bool]:
    """Return as many dates as a run may have, and whether there were more."""
    found = tuple(islice(dates, MOST_SESSIONS + 1))
    return found[:MOST_SESSIONS], len(found) > MOST_SESSIONS


def remarks_on(rules: Sequence[Rule], today: date, *, had_more: bool) -> Iterator[str]:
    """Yield what has to be said of how rules were read."""
    if any(rule.is_endless for rule in rules):
        yield _(
            "This repeats without an end. Its dates are taken until %(day)s; later ones follow by month."
        ) % {"day": bounds_on(today).last.isoformat()}
    if had_more:
        yield _(
            "This repeats more than %(most)s times. The first %(most)s dates are taken; give the rule an end."
        ) % {"most": MOST_SESSIONS}
