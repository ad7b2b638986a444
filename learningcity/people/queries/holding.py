"""What one table holds about a person: how it is found, shown, and what an erasure does with it.

One declaration serves the page "My data", the download and the erasure, so that none of them can forget a
table that another one knows. `holdings` lists those of people, `holdings_outside` those of core and of the
libraries.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.storage import Storage
from django.db.models import Model, QuerySet

from learningcity.core.files import file_columns
from learningcity.core.personal import Coded, ExportFile, ExportPart, plain_row
from learningcity.people.models import Person
from learningcity.people.queries.erasure import addresses_of, related_ids
from learningcity.people.queries.field_words import FIELD_WORDS, OTHER_PERSON, RIGHTS, YOU
from learningcity.people.queries.history_words import CHANNELS

SECRETS = frozenset({"code_digest", "digest", "key", "password", "session_hash", "session_key"})
"""What would open a door: kept as digests, or known to machines only. Never shown, never downloaded."""
OTHERS = frozenset(
    {
        "asked_by", "created_by", "decided_by", "entered_by", "given_by", "invited_by", "kept_by",
        "looked_by", "printed_by", "recipient", "owner", "set_by",
    }
)  # fmt: skip
"""Opaque ids of persons: shown as "you" or "another person" where it matters, never as they are."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """A person as the tables know them: by key, by opaque id, by addresses, by name."""

    person: Person
    own: str
    addresses: tuple[str, ...]
    related: tuple[str, ...]


def concerned(person: Person) -> Concerned:
    """Return how the tables know a person."""
    return Concerned(person, str(person.public_id), tuple(addresses_of(person)), tuple(related_ids(person)))


@dataclass(frozen=True, slots=True)
class Cut:
    """What stays after an erasure: `blanks` empties what could name somebody."""

    why: object
    lasts: timedelta | None
    blanks: Mapping[str, Any] = field(default_factory=dict)
    is_for_rest_only: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of record about a person."""

    key: str
    label: object
    rows: Callable[[Concerned], "QuerySet[Any]"]
    without: Collection[str] = ()
    more: Callable[[Any, Concerned], Mapping[str, Any]] | None = None
    change: str = ""
    cut: Cut | None = None
    is_shown: bool = True


def part_of(holding: Holding, who: Concerned) -> ExportPart:
    """Return what one table holds about a person, with its files."""
    without = SECRETS | OTHERS | set(holding.without)
    found = holding.rows(who)
    rows = list(found.order_by("pk"))
    more = holding.more
    return ExportPart(
        key=holding.key,
        label=holding.label,
        rows=[worded(plain_row(row, without=without, **(more(row, who) if more else {}))) for row in rows],
        labels=labels_of(found.model),
        change=holding.change,
        files=[file for row in rows for file in files_of(row)],
    )


def worded(row: dict[str, Any]) -> dict[str, Any]:
    """Give words to the codes of rights and channels, which core keeps without."""
    words = {"right": RIGHTS, "channel": CHANNELS}
    for name, known in words.items():
        code = row.get(name)
        if code in known and not isinstance(code, Coded):
            row[name] = Coded(code, known[code])
    return row


def labels_of(model: type[Model]) -> dict[str, object]:
    """Return what the values of a table are called."""
    named = {column.name: column.verbose_name for column in model._meta.concrete_fields}
    return {**named, **FIELD_WORDS}


def files_of(row: Model) -> list[ExportFile]:
    """Return the files that belong to a record."""
    return [
        ExportFile(value.name, partial(content_of, value.storage, value.name))
        for column in file_columns(type(row))
        if (value := getattr(row, column.attname)) and value.storage.exists(value.name)
    ]


def content_of(storage: Storage, name: str) -> bytes:
    """Return what a file holds."""
    with storage.open(name) as file:
        return file.read()


def doer(public_id: str, who: Concerned) -> Coded:
    """Return who did something, without naming anybody else."""
    return Coded("self", YOU) if public_id == who.own else Coded("other", OTHER_PERSON)
