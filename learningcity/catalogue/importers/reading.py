"""Read files of others as a stream, within bounds, in UTF-8; refuse what is not so with one sentence."""

import csv
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from learningcity.catalogue.importers.walks import DaysLeft
from learningcity.core.refusals import Refused

MOST_BYTES = 512 * 1024 * 1024
MOST_ROWS = 1_000_000
LONGEST_LINE = 1024 * 1024
DELIMITERS = ",;\t"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class FileUnreadable(Refused):
    """The file cannot be read as what it is said to be; nothing of it is imported."""

    code = "file_unreadable"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a file does not say: the zone of its times, its language, its currency, who offers.

    `today` bounds rules that never end. Without it, and without a provider, layouts that need them say so.
    `days` counts down what following rules may cost: take new ones for each reading.
    """

    time_zone: str
    language: str
    currency: str
    provider: str = ""
    today: date = date.max
    days: DaysLeft = field(default_factory=DaysLeft, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table; `number` is the row as a spreadsheet counts it, the header being row 1.

    `cells` holds those that are not empty. A torn row has more or fewer cells than the header.
    """

    number: int
    cells: dict[str, str]
    is_torn: bool


def unreadable(sentence: str) -> FileUnreadable:
    """Return the refusal of a file."""
    return FileUnreadable(sentence, field="file")


def opened(path: Path) -> BinaryIO:
    """Open a file of bearable size. Raises FileUnreadable."""
    try:
        size = path.stat().st_size
        file = path.open("rb")
    except (OSError, ValueError):
        raise unreadable(
            _("The file “%(file)s” cannot be opened. See whether the name is right and you may read it.")
            % {"file": path.name}
        ) from None
    if size > MOST_BYTES:
        file.close()
        raise unreadable(
            _("The file has %(size)s MB; %(most)s are allowed. Divide it and import the parts.")
            % {"size": size // 2**20, "most": MOST_BYTES // 2**20}
        )
    return file


def parts_of(path: Path) -> list[Path]:
    """Return the files of which a reading is made: one file, or the pages that a folder holds, in order."""
    return sorted(path.iterdir()) if path.is_dir() else [path]


def lines(file: BinaryIO) -> Iterator[str]:
    """Yield the lines of a text in UTF-8, with or without byte order mark. Raises FileUnreadable."""
    read = number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        read += len(line)
        # A pipe has no size beforehand.
        if len(line) == LONGEST_LINE or read > MOST_BYTES:
            raise unreadable(
                _("Line %(line)s is too long. See whether this is a text file of this layout.")
                % {"line": number}
            )
        yield decoded(line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line, number)


def decoded(line: bytes, number: int) -> str:
    """Return a line as text. Raises FileUnreadable if it is not UTF-8."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise unreadable(
            _("Row %(row)s is not text in UTF-8. Save the file as “CSV UTF-8” and import it again.")
            % {"row": number}
        )
    return text


def rows(path: Path, *, needed: Collection[str], check: Callable[[str], object] = bool) -> Iterator[Row]:
    """Yield the records of a table whose first row names the columns; comma, semicolon or tab divide cells.

    Empty rows are passed over; `check` may refuse the name of a column. Raises FileUnreadable.
    """
    with opened(path) as file:
        texts = lines(file)
        first = next(texts, "")
        delimiter = max(DELIMITERS, key=first.count)
        header = header_of(first, delimiter, needed)
        for name in header:
            check(name)
        reader = csv.reader(texts, delimiter=delimiter, strict=True)
        for number, cells in numbered(reader, first=2):
            if any(cell.strip() for cell in cells):
                filled = {name: cell for name, cell in zip(header, cells, strict=False) if cell}
                yield Row(number, filled, is_torn=len(cells) != len(header))


def header_of(line: str, delimiter: str, needed: Collection[str]) -> list[str]:
    """Return the names of the columns. Raises FileUnreadable if one is missing or stands twice."""
    reader = numbered(csv.reader([line], delimiter=delimiter, strict=True), first=1)
    header = [cell.strip() for _number, cells in reader for cell in cells]
    missing = [name for name in needed if name not in header]
    if missing:
        raise unreadable(
            _("The first row names no column “%(column)s”. Add it, or choose the layout that the file has.")
            % {"column": missing[0]}
        )
    twice = [name for name in header if header.count(name) > 1]
    if twice:
        raise unreadable(
            _("The first row names the column “%(column)s” twice. Rename or delete one of the two.")
            % {"column": twice[0][:40]}
        )
    return header


def numbered(reader: Iterator[list[str]], *, first: int) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with their numbers. Raises FileUnreadable for torn quotation marks, or too many rows."""
    number = first
    while (cells := next_row(reader, number)) is not None:
        if number > MOST_ROWS:
            raise unreadable(
                _("The file has more than %(most)s rows. Divide it and import the parts.")
                % {"most": MOST_ROWS}
            )
        yield number, cells
        number += 1


def next_row(reader: Iterator[list[str]], number: int) -> list[str] | None:
    """Return the next row, or nothing at the end. Raises FileUnreadable."""
    try:
        return next(reader, None)
    except csv.Error:
        raise unreadable(
            _("Row %(row)s cannot be read: a quotation mark is missing or in a wrong place. Mend the row.")
            % {"row": number}
        ) from None
