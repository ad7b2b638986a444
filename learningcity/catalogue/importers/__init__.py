"""Read offers from files and feeds of others: each layout yields what arrives, one after the other.

A layout never writes. A row it cannot read is a `Rejected`; a file it cannot read at all is a refusal
(`FileUnreadable`), and then nothing of it is imported. A folder holds the pages of one reading, in order.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.actions.arrivals import Arrival
from learningcity.catalogue.importers import hsds, ical, korean, linkedevents, own, rpde, schemaorg
from learningcity.catalogue.importers.onward import Onward, by_number, linked_events_next, rpde_next
from learningcity.catalogue.importers.reading import Defaults, FileUnreadable

Read = Callable[[Path, Defaults], Iterator[Arrival]]


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout: how it is read, how it calls our fields, and its time zone if it has one.

    `onward` tells from a page where the next one is. Without `is_whole`, what a reading does not name has not
    changed, and the next reading begins where this one ended. `is_page` allows for pages of the web.
    """

    label: str | Promise
    read: Read
    columns: Mapping[str, str]
    time_zone: str = ""
    onward: Onward | None = None
    is_whole: bool = True
    is_page: bool = False


LAYOUTS = {
    "csv": Layout(_("Table (CSV) of our own layout"), own.read, own.COLUMNS),
    "hsds": Layout(_("HSDS services (Open Referral)"), hsds.read, hsds.COLUMNS, onward=by_number),
    "icalendar": Layout(_("Calendar (iCalendar)"), ical.read, ical.COLUMNS),
    "jsonld": Layout(_("schema.org JSON-LD, file or page"), schemaorg.read, schemaorg.COLUMNS, is_page=True),
    "korean": Layout(_("Korean national standard"), korean.read, korean.COLUMNS, time_zone="Asia/Seoul"),
    "linkedevents": Layout(
        _("Linked Events"),
        linkedevents.read,
        linkedevents.COLUMNS,
        time_zone="Europe/Helsinki",
        onward=linked_events_next,
    ),
    "rpde": Layout(_("OpenActive RPDE"), rpde.read, rpde.COLUMNS, onward=rpde_next, is_whole=False),
}

__all__ = ["LAYOUTS", "Defaults", "FileUnreadable", "Layout"]
