"""Tables of rooms above that name persons and follow a merge. Rooms enter theirs at start-up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from learningcity.people.models import Person


def row_id(person: Person) -> int:
    """Return the key of the person's row."""
    return person.pk


@dataclass(frozen=True, slots=True)
class Table:
    """A column that names a person, by the value that `name_of` gives."""

    model: type[Model]
    column: str
    name_of: Callable[[Person], Any] = row_id

    @property
    def label(self) -> str:
        """Return how a merge notes the rows it moved."""
        return f"{self.model._meta.label_lower}.{self.column}"

    def rows(self, name: object) -> "QuerySet[Any]":
        """Return the rows that name a person."""
        return self.model._default_manager.filter(**{self.column: name})


IDS_A_STATEMENT = 900

_followed: list[Table] = []


def follow(*tables: Table) -> None:
    """Let tables of a room above follow merges. Rooms enter theirs at start-up; twice is once."""
    _followed.extend(table for table in tables if table not in _followed)


def followed() -> tuple[Table, ...]:
    """Return the tables that rooms above entered."""
    return tuple(_followed)


def rename(table: Table, ids: list[int], old: object, new: object) -> None:
    """Let those rows that still name one entry name the other."""
    for start in range(0, len(ids), IDS_A_STATEMENT):
        some = ids[start : start + IDS_A_STATEMENT]
        table.rows(old).filter(pk__in=some).update(**{table.column: new})
