"""Everything that the city holds about a person: for the page, for machines, for reading."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext

from learningcity.core.personal import Coded, ExportFile, ExportPart
from learningcity.people.models import Login, Person
from learningcity.people.queries.erasure import entries_of
from learningcity.people.signals import person_exported

ROWS_SHOWN = 10
IN_ORDER = ("person", "history")
"""Parts whose rows come in the order in which they are read; of all others the newest comes last."""


@dataclass(frozen=True, slots=True)
class Export:
    """What the city holds about a person at a moment, part by part, all entries of the person together."""

    person: Person
    at: datetime
    parts: Sequence[ExportPart]

    @property
    def files(self) -> list[ExportFile]:
        """The files that belong to the parts."""
        return [file for part in self.parts for file in part.files]

    def without(self, keys: Collection[str]) -> "Export":
        """Return the export without some parts."""
        return Export(self.person, self.at, [part for part in self.parts if part.key not in keys])

    def data(self) -> dict[str, Any]:
        """Return everything as plain data for machines."""
        return {
            "format": "learningcity.person/1",
            "exported_at": self.at,
            "person": str(self.person.public_id),
            "parts": [
                {"key": part.key, "label": str(part.label), "rows": [dict(row) for row in part.rows]}
                for part in self.parts
            ],
            "files": [file.path for file in self.files],
        }


def export_of(person: Person, *, at: datetime) -> Export:
    """Return everything that the rooms hold about a person, with the entries that were merged into theirs."""
    found: dict[str, ExportPart] = {}
    for entry in entries_of(person):
        for part in parts_about(entry, at=at):
            found[part.key] = joined(found[part.key], part) if part.key in found else part
    return Export(person, at, list(found.values()))


def parts_about(entry: Person, *, at: datetime) -> list[ExportPart]:
    """Return what the rooms answer about one entry: who it is first, then what the rooms above know."""
    answers: list[tuple[Any, Any]] = person_exported.send(sender=Person, person=entry, at=at)
    # Rooms above listen first, so that an erasure finds in them what leads to the person.
    return [part for _receiver, parts in reversed(answers) for part in parts or ()]


def joined(one: ExportPart, other: ExportPart) -> ExportPart:
    """Return a part with the rows of two entries."""
    return ExportPart(
        one.key,
        one.label,
        [*one.rows, *other.rows],
        labels={**other.labels, **one.labels},
        change=one.change,
        files=[*one.files, *other.files],
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of a row in words."""

    label: object
    value: str


def facts_of(row: Mapping[str, Any], labels: Mapping[str, object]) -> list[Fact]:
    """Return what a row says to people: codes in words, without what is empty."""
    return [
        Fact(labels.get(name, name), in_words(value)) for name, value in row.items() if not is_empty(value)
    ]


def is_empty(value: object) -> bool:
    """Return whether a value says nothing; no is an answer, and so is zero."""
    return value is None or (isinstance(value, str | list | dict) and not value)


def in_words(value: object) -> str:
    """Return a value as people read it."""
    if isinstance(value, Coded):
        return str(value.words)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return date_format(
            localtime(value), pgettext("a moment in words, as a Django date format", "j F Y, H:i")
        )
    if isinstance(value, date):
        return date_format(value, pgettext("a day in words, as a Django date format", "j F Y"))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {in_words(part)}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(in_words(part) for part in value)
    return str(value)


@dataclass(frozen=True, slots=True)
class Section:
    """A part as people read it: the newest rows, as facts, and how many more there are."""

    key: str
    label: object
    rows: Sequence[Sequence[Fact]]
    more: int
    change: str


def sections_of(export: Export, *, rows_each: int | None = ROWS_SHOWN) -> list[Section]:
    """Return the parts of an export for people; None shows every row."""
    return [section_of(part, rows_each) for part in export.parts]


def section_of(part: ExportPart, rows_each: int | None) -> Section:
    """Return one part for people: a single entry as it is, of many the newest ones first."""
    rows = list(part.rows) if part.key in IN_ORDER else list(part.rows)[::-1]
    shown = rows if rows_each is None else rows[:rows_each]
    return Section(
        part.key,
        part.label,
        [facts_of(row, part.labels) for row in shown],
        len(rows) - len(shown),
        part.change,
    )


def person_of_login(email: str) -> Person | None:
    """Return the person who signs in with an address."""
    login = Login.objects.filter(email=email.strip().lower()).select_related("person").first()
    return login.person if login else None
