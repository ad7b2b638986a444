"""What rooms answer when a person asks for their data or their erasure, and what is kept how long and why.

Each room declares what it keeps about people with `keep(...)` at start-up; the retention page lists it, and a
convention test compares it with the tables.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class ExportPart:
    """A part of what the city holds about a person: `rows` are plain values for people and machines."""

    key: str
    label: object
    rows: Sequence[Mapping[str, Any]]


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
