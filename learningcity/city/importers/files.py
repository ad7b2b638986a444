"""The files of a bundle: found inside its folder, opened within bounds, read as text or rows."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from learningcity.city.importers.refusal import BundleRefused, quoted
from learningcity.core.bounded import Bounds, NotWhole, UnfoldsTooFar, check_extract, unfolded

LARGEST_BYTES = 300_000_000
LONGEST_CELL = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its number as a spreadsheet shows it (the header is row 1), and its cells."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the name of its file, its columns in order, its rows."""

    file: str
    columns: list[str]
    rows: list[Row]

    def refusal(self, sentence: str, *, row: int | None = None, column: str = "") -> BundleRefused:
        """Return the refusal of a row or a cell."""
        return BundleRefused(sentence, file=self.file, row=row, column=column)

    def needs(self, column: str) -> str:
        """Return the name of a column that must exist."""
        if column not in self.columns:
            raise self.refusal(
                _("There is no column “%(column)s”, but: %(columns)s. Correct bundle.toml or the file.")
                % {"column": quoted(column), "columns": _some(self.columns)},
                row=1,
            )
        return column


def file_in(folder: Path, name: str) -> Path:
    """Return the path of a file of the bundle. Raises BundleRefused if it is missing or lies outside."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise BundleRefused(
            _("The file lies outside the bundle. Put it into the folder of the bundle."), file=name
        )
    if not path.is_file():
        raise BundleRefused(
            _("There is no such file in the bundle. Add it, or correct its name in bundle.toml."), file=name
        )
    return path


def bytes_of(path: Path, *, largest: int | None = None) -> bytes:
    """Return the content of a file, unpacked if it is gzipped, within bounds."""
    bound = LARGEST_BYTES if largest is None else largest
    try:
        with path.open("rb") as file:
            return unfolded(file, Bounds(largest=bound, anyway=bound))
    except (NotWhole, OSError) as error:
        raise BundleRefused(
            _("The file is damaged or cut short. Fetch it again and compare its size."), file=path.name
        ) from error
    except UnfoldsTooFar:
        raise BundleRefused(
            _("The file holds more than %(bound)s bytes. Cut it to the city.") % {"bound": bound},
            file=path.name,
        ) from None


def extract_of(path: Path) -> Path:
    """Return the path of an OpenStreetMap extract whose parts unfold to no more than maps do."""
    try:
        check_extract(path)
    except (NotWhole, OSError) as error:
        raise BundleRefused(
            _("The extract is cut short or damaged. Download it again and compare its size."), file=path.name
        ) from error
    except UnfoldsTooFar as error:
        raise BundleRefused(
            _("The extract unfolds to far more than a map holds. Download it from another place."),
            file=path.name,
        ) from error
    return path


def text_of(path: Path, *, largest: int | None = None) -> str:
    """Return the text of a UTF-8 file."""
    content = bytes_of(path, largest=largest)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BundleRefused(
            _("The file is not in UTF-8. Save it with the encoding UTF-8."),
            file=path.name,
            row=content[: error.start].count(b"\n") + 1,
        ) from error


def sheet_of(path: Path) -> Sheet:
    """Return a CSV file (comma, double quotes, header) as a table; empty rows are left out."""
    reader = csv.reader(io.StringIO(text_of(path), newline=""), strict=True)
    lines = _lines(reader, path.name)
    _number, columns = next(lines, (1, []))
    if not any(columns):
        raise BundleRefused(_("The file is empty. It needs a header and rows."), file=path.name)
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise BundleRefused(
            _("The column “%(column)s” stands here twice. Give each column its own name.")
            % {"column": quoted(twice)},
            file=path.name,
            row=1,
        )
    return Sheet(path.name, columns, [_row(path.name, columns, number, cells) for number, cells in lines])


def _lines(reader: Iterable[list[str]], file: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1 or any(cell.strip() for cell in cells):
                yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise BundleRefused(
            _("This row cannot be read: a quotation mark is out of place, or a cell too long."),
            file=file,
            row=number + 1,
        ) from error


def _row(file: str, columns: list[str], number: int, cells: list[str]) -> Row:
    if len(cells) != len(columns):
        raise BundleRefused(
            _("The row has %(found)s cells, the header %(expected)s. Add or remove cells.")
            % {"found": len(cells), "expected": len(columns)},
            file=file,
            row=number,
        )
    return Row(number, dict(zip(columns, cells, strict=True)))


def _some(names: list[str], most: int = 12) -> str:
    shown = ", ".join(quoted(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown}, …"
