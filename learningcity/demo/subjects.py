"""What is taught in the demonstration city, and by which invented organisations: the tables in `data/`."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that is taught: `cents` is the usual price, `weeks` the number of meetings of a whole run."""

    title: str
    summary: str
    field: str
    form: str
    level: str
    places: frozenset[str]
    audience: str
    cents: int
    weeks: int
    minutes: int
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Organisation:
    """An invented organisation; `share` is its weight among all, `fields` are those it knows."""

    name: str
    kind: str
    places: frozenset[str]
    share: int
    languages: tuple[str, ...]
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Translation:
    """A title and a summary in another language."""

    language: str
    title: str
    summary: str


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one of our tables."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def subjects() -> list[Subject]:
    """Return all subjects."""
    return [
        Subject(
            title=row["title"],
            summary=row["summary"],
            field=row["field"],
            form=row["form"],
            level=row["level"],
            places=frozenset(row["places"].split()),
            audience=row["audience"],
            cents=int(row["price"]),
            weeks=int(row["weeks"]),
            minutes=int(row["minutes"]),
            skills=tuple(row["skills"].split("|")),
        )
        for row in rows("subjects.csv")
    ]


def organisations() -> list[Organisation]:
    """Return all invented organisations."""
    return [
        Organisation(
            name=row["name"],
            kind=row["kind"],
            places=frozenset(row["places"].split()),
            share=int(row["share"]),
            languages=tuple(row["languages"].split()),
            fields=frozenset(row["fields"].split()),
        )
        for row in rows("providers.csv")
    ]


def translations() -> dict[str, list[Translation]]:
    """Return the translations of each title."""
    found: dict[str, list[Translation]] = defaultdict(list)
    for row in rows("translations.csv"):
        found[row["title"]].append(Translation(row["language"], row["translated"], row["summary"]))
    return found
