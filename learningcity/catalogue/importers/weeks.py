"""Rows that stand for sessions of every week: from a day to a day, on some weekdays, at the same hour."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.drafts import SessionDraft, weekly
from learningcity.catalogue.importers.cells import Cells

LONGEST_RUN_DAYS = 3 * 366


@dataclass(frozen=True, slots=True)
class WeekColumns:
    """The columns in which a layout keeps them."""

    first: str
    last: str
    weekdays: str
    starts: str
    ends: str


def every_week(
    cells: Cells, columns: WeekColumns, *, weekdays: AbstractSet[int], time_zone: str, is_online: bool
) -> tuple[SessionDraft, ...]:
    """Return the sessions of a row (weekday 0 is Monday); reject the row if it names none."""
    first, last = cells.day(columns.first), cells.day(columns.last)
    starts, ends = cells.clock(columns.starts), cells.clock(columns.ends)
    for column in (columns.first, columns.last, columns.starts, columns.ends):
        if not cells.text(column):
            cells.reject(column, _("This is empty. Fill it in: what happens weekly has days and hours."))
    if first is None or last is None or starts is None or ends is None or not weekdays:
        return ()
    if not 0 <= (last - first).days <= LONGEST_RUN_DAYS:
        cells.reject(
            columns.last,
            _("The run lasts from %(first)s to %(last)s. Correct one of them; three years are the most.")
            % {"first": first, "last": last},
        )
        return ()
    found = weekly(
        first, last, weekdays=weekdays, starts=starts, ends=ends, time_zone=time_zone, is_online=is_online
    )
    if not found:
        cells.reject(
            columns.weekdays,
            _("No such weekday lies between the first and the last day. Correct one of them."),
        )
    return found
