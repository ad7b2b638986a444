"""Read offers from files of others: each layout yields drafts, or rejected rows, one after the other.

A layout never writes. A row it cannot read is a `Rejected`; a file it cannot read at all is a refusal
(`FileUnreadable`), and then nothing of it is imported.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from learningcity.catalogue.actions.drafts import OfferDraft, Rejected
from learningcity.catalogue.importers import korean, linkedevents, own
from learningcity.catalogue.importers.reading import Defaults, FileUnreadable

Read = Callable[[Path, Defaults], Iterator[OfferDraft | Rejected]]


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout of files: how it is read, how it calls our fields, and its time zone if it has one."""

    read: Read
    columns: Mapping[str, str]
    time_zone: str = ""


LAYOUTS = {
    "csv": Layout(own.read, own.COLUMNS),
    "korean": Layout(korean.read, korean.COLUMNS, time_zone="Asia/Seoul"),
    "linkedevents": Layout(linkedevents.read, linkedevents.COLUMNS, time_zone="Europe/Helsinki"),
}

__all__ = ["LAYOUTS", "Defaults", "FileUnreadable", "Layout"]
