"""The shipped vocabulary of skills and occupations (ESCO), as tables and ready to be compared with texts."""

import csv
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from learningcity.engines.matching import Entry, Group, Grouped, Vocabulary, Weights

FOLDER = Path(__file__).parent.parent / "data" / "esco"
VERSION = "1.2.0"
LANGUAGE = "en"
SKILLS = "http://data.europa.eu/esco/skill/"
OCCUPATIONS = "http://data.europa.eu/esco/occupation/"
WEIGHTS_OF_OCCUPATIONS = Weights(label=1.5, words=1.5, label_length=0.5, rarity=1.0, coverage=0.0)

_one_builds = Lock()


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A skill of the table. `collections` are those of the vocabulary: digital, green, language …"""

    uri: str
    label: str
    kind: str
    collections: tuple[str, ...]
    words: str
    description: str


@dataclass(frozen=True, slots=True)
class OccupationRow:
    """An occupation of the table; its skills by their position in the table of skills."""

    uri: str
    isco: str
    label: str
    other_labels: tuple[str, ...]
    description: str
    essential: tuple[int, ...]
    optional: tuple[int, ...]


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a shipped table."""
    with lzma.open(FOLDER / name, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def skill_rows() -> list[SkillRow]:
    """Return all skills of the vocabulary, in its order."""
    return [
        SkillRow(
            uri=SKILLS + row["id"],
            label=row["label"],
            kind=row["kind"],
            collections=tuple(row["collections"].split("|")) if row["collections"] else (),
            words=row["words"],
            description=row["description"],
        )
        for row in rows("skills.csv.xz")
    ]


def occupation_rows() -> list[OccupationRow]:
    """Return all occupations of the vocabulary, in its order."""
    return [
        OccupationRow(
            uri=OCCUPATIONS + row["id"],
            isco=row["isco"],
            label=row["label"],
            other_labels=tuple(row["other_labels"].split("|")),
            description=row["description"],
            essential=tuple(map(int, row["essential"].split())),
            optional=tuple(map(int, row["optional"].split())),
        )
        for row in rows("occupations.csv.xz")
    ]


@dataclass(frozen=True, slots=True)
class SkillsInText:
    """The vocabulary, ready: what a text teaches, and the labels by which the reasons are told."""

    grouped: Grouped
    occupations: tuple[str, ...]


def skills_in_text() -> SkillsInText:
    """Return the vocabulary ready to be compared; built once in a process, which takes some seconds."""
    with _one_builds:
        return _built()


@cache
def _built() -> SkillsInText:
    skills, occupations = skill_rows(), occupation_rows()
    entries = [Entry(one.label, one.words, one.description) for one in skills]
    groups = [Entry(one.label, " ".join(one.other_labels), one.description) for one in occupations]
    return SkillsInText(
        grouped=Grouped(
            Vocabulary(entries, LANGUAGE),
            Vocabulary(groups, LANGUAGE, WEIGHTS_OF_OCCUPATIONS),
            [Group(one.essential, one.optional) for one in occupations],
        ),
        occupations=tuple(one.label for one in occupations),
    )
