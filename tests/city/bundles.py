"""City bundles as folders that tests write, break and compare."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.core import serializers

from learningcity.city.models import (
    Area,
    AreaSet,
    City,
    PopulationCount,
    PopulationGroup,
    PopulationTable,
    TravelNetwork,
    Venue,
    Walk,
)
from learningcity.core.actors import operator

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "city-bundle.md"
BLOCK = re.compile(r"\*\*`tiny/(.+?)`\*\*\n\n```\w*\n(.*?)```", re.DOTALL)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OPERATOR = operator()
TABLES = (City, AreaSet, Area, PopulationTable, PopulationGroup, PopulationCount, Venue, TravelNetwork, Walk)


@dataclass(frozen=True)
class Folder:
    """The folder of a bundle."""

    path: Path

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file of the bundle."""
        data = content if isinstance(content, bytes) else content.encode()
        (self.path / name).write_bytes(data)

    def read(self, name: str) -> str:
        """Return the text of a file of the bundle."""
        return (self.path / name).read_text(encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Replace words in a file of the bundle that must stand there."""
        text = self.read(name)
        assert old in text
        self.write(name, text.replace(old, new))

    def without(self, *starts: str) -> None:
        """Take tables out of the manifest, by the start of their header: `[streets]`, `[[areas`."""
        parts = re.split(r"(?m)^(?=\[)", self.read("bundle.toml"))
        self.write("bundle.toml", "".join(p for p in parts if not p.startswith(starts)))


def guide_example(path: Path) -> Folder:
    """Write the worked example of the guide and return its folder."""
    path.mkdir()
    folder = Folder(path)
    for name, content in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        folder.write(name, content)
    return folder


def dump() -> str:
    """Return every row of the city's tables as text, but for the moment of loading and the digest."""
    rows = [row for table in TABLES for row in table.objects.order_by("pk")]
    return re.sub(r'"(loaded_at|bundle_digest)": "[^"]*"', "", serializers.serialize("json", rows, indent=1))
