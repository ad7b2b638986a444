"""What a drawn chart or map shows: one sentence, one drawing, the same as a table.

Plain values for the templates in `charts/`; a room fills them from one query, so that the drawing and the
table can never differ. Positions come from `maps`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from learningcity.core.maps import Box

# The shades of the room's hue in the stylesheet, lightest first: darker means more.
SHADES = ("", "b0", "b3", "b2", "b1")


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column; `is_number` sets its cells at the end."""

    label: object
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is about (with an address, if it has a page), then its cells."""

    head: object
    cells: Sequence[object]
    address: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; `columns[0]` heads the rows' heads."""

    caption: object
    columns: Sequence[Column]
    rows: Sequence[Row]

    @property
    def numbers(self) -> list[bool]:
        """For each cell of a row, whether it is a number."""
        return [column.is_number for column in self.columns[1:]]

    @property
    def lines(self) -> list[tuple[Row, list[tuple[object, bool]]]]:
        """The rows, each cell with whether it is a number. Raises ValueError if a row has other columns."""
        return [(row, list(zip(row.cells, self.numbers, strict=True))) for row in self.rows]


@dataclass(frozen=True, slots=True)
class MapArea:
    """One area on a map: its name, the `d` of its path, its shade (1 to 4; 0: hatched), its words."""

    name: object
    path: str
    level: int
    words: object = ""

    @property
    def shade(self) -> str:
        """The class of its shade, "" if hatched."""
        return SHADES[self.level]


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One line of the key: a shade and what it means."""

    level: int
    words: object

    @property
    def shade(self) -> str:
        """The class of its shade, "" if hatched."""
        return SHADES[self.level]


@dataclass(frozen=True, slots=True)
class AreaMap:
    """A map of areas in shades: `charts/area_map.html`. `key` is unique on its page."""

    key: str
    sentence: object
    box: Box
    areas: Sequence[MapArea]
    legend: Sequence[KeyEntry]
    table: Table


@dataclass(frozen=True, slots=True)
class Pin:
    """One numbered place on a map; the list beside it has the same number."""

    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """A small map of numbered places: `charts/place_map.html`. `land` and `streets`: the `d` of SVG paths."""

    label: object
    box: Box
    pins: Sequence[Pin]
    land: Sequence[str] = ()
    streets: str = ""
