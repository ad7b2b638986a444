"""What rooms answer when a person asks for their data or their erasure, and what is kept how long and why.

Each room declares what it keeps about people with `keep(...)` at start-up; the retention page lists it, and a
convention test compares it with the tables.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

RELATIONS = (models.ForeignKey, models.ManyToManyField)


class Coded(str):
    """A code for machines that knows its words for people."""

    words: object

    def __new__(cls, code: object, words: object) -> "Coded":
        """Return the code with its words."""
        made = super().__new__(cls, code)
        made.words = words
        return made


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file that belongs to a part: its path in the archive, and how to read it."""

    path: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class ExportPart:
    """A part of what the city holds about a person: `rows` are plain values for people and machines.

    `labels` name the values of the rows for people; `change` is the name of the address where the person
    changes them by hand, if there is one.
    """

    key: str
    label: object
    rows: Sequence[Mapping[str, Any]]
    labels: Mapping[str, object] = field(default_factory=dict)
    change: str = ""
    files: Sequence[ExportFile] = ()


@dataclass(frozen=True, slots=True)
class ErasedPart:
    """What an erasure did to one kind of record: how many went; what is kept, why, and until when."""

    label: object
    removed: int = 0
    kept: int = 0
    why_kept: object = ""
    kept_until: date | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of personal data: which tables, for what, on which ground, for how long.

    `models` are labels in small letters ("people.contact"). All texts are translatable sentences.
    """

    key: str
    label: object
    models: Sequence[str]
    purpose: object
    ground: object
    period: object
    after: object
    position: int = field(default=50)


_kept: dict[str, Kept] = {}


def keep(kept: Kept) -> None:
    """Declare one kind of personal data. Declaring the same key again replaces it."""
    _kept[kept.key] = kept


def kept() -> list[Kept]:
    """Return everything that is kept about people, in the order of the retention page."""
    return sorted(_kept.values(), key=lambda entry: (entry.position, entry.key))


def plain_row(row: models.Model, *, without: Collection[str] = (), **more: Any) -> dict[str, Any]:
    """Return the values of a record as an export shows them, and `more`; keys to other tables are left out.

    `without` names what is not the person's to see: digests of secrets, opaque ids of others.
    """
    plain = {
        field.name: plain_value(row, field)
        for field in row._meta.concrete_fields
        if not field.primary_key and not isinstance(field, RELATIONS) and field.name not in without
    }
    return plain | more


def plain_value(row: models.Model, field: "models.Field[Any, Any]") -> Any:
    """Return one value of a record: a code with its words, a file's path, else the value itself."""
    value = getattr(row, field.attname)
    if field.choices and value not in ("", None):
        return Coded(value, getattr(row, f"get_{field.name}_display")())
    if isinstance(field, models.FileField):
        return value.name or ""
    return value
