"""Tables for spreadsheets (CSV and XLSX), in which no cell is read as a formula.

A text that begins like a formula (`= + - @`, tab, return) would be computed when the file is opened: in CSV
it gets an apostrophe in front, in XLSX every text is stored as text. Numbers stay numbers.
"""

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Cell = object
Row = Sequence[Cell]

BOM = "\ufeff"
LONGEST_CELL = 32_767
LONGEST_TITLE = 31

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a text must not begin with: the signs of the OWASP list, and their full-width twins."""

UNSEEN = frozenset({"Cf", "Zs", "Zl", "Zp"})

# What XML 1.0 cannot hold, single halves of a character, and marks that turn the order of the text around.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def as_csv(head: Row, rows: Iterable[Row]) -> bytes:
    """Return a table as CSV: UTF-8 with its mark at the start, commas, double quotes."""
    return b"".join(csv_pieces(head, rows))


def csv_pieces(head: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield a table as CSV, row by row, for answers that are streamed."""
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    line.write(BOM)
    for row in _all(head, rows):
        writer.writerow([_in_csv(cell) for cell in row])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def as_xlsx(title: str, head: Row, rows: Iterable[Row]) -> bytes:
    """Return a table as a workbook with one sheet; rows are written as they come."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    sheet.freeze_panes = "A2"
    sheet.append([_in_xlsx(sheet, cell, Font(bold=True)) for cell in head])
    for row in rows:
        sheet.append([_in_xlsx(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def looks_like_formula(text: str) -> bool:
    """Return whether a spreadsheet may compute a text; some drop spaces and unseen signs at its start.

    >>> [looks_like_formula(text) for text in ("=1+1", " @A1", "a=b", "")]
    [True, True, False, False]
    """
    seen = text.lstrip("".join({sign for sign in text if unicodedata.category(sign) in UNSEEN}))
    return text.startswith(FORMULA) or seen.startswith(FORMULA)


def guarded(text: str) -> str:
    """Return a text that a spreadsheet shows as it is: an apostrophe stands before what looks like a formula.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("a=b")
    ("'=1+1", "''=1+1", 'a=b')
    """
    return f"'{text}" if looks_like_formula(text.lstrip("'")) else text


def unguarded(text: str) -> str:
    """Return the text that was guarded; any other text as it is.

    >>> unguarded("'=1+1"), unguarded("'twas")
    ('=1+1', "'twas")
    """
    is_guarded = text.startswith("'") and looks_like_formula(text.lstrip("'"))
    return text[1:] if is_guarded else text


def _all(head: Row, rows: Iterable[Row]) -> Iterator[Row]:
    yield head
    yield from rows


def _text(cell: Cell) -> str:
    """Return a cell as one text without control characters."""
    return UNWRITABLE.sub("", str(cell))[:LONGEST_CELL]


def _is_number(cell: Cell) -> bool:
    is_number = isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)
    return is_number and math.isfinite(cell)


def _in_csv(cell: Cell) -> str:
    if cell is None:
        return ""
    if _is_number(cell):
        return str(cell)
    text = _text(cell.isoformat() if isinstance(cell, date | datetime) else cell)
    return f"'{text}"[:LONGEST_CELL] if looks_like_formula(text) else text


def _in_xlsx(sheet: WriteOnlyWorksheet, cell: Cell, font: Font | None = None) -> WriteOnlyCell:
    written = WriteOnlyCell(sheet)
    if font:
        written.font = font
    if cell is None:
        return written
    if _is_number(cell) or isinstance(cell, date | bool):
        written.value = cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell
        return written
    written.value = _text(cell)
    # Set after the value: openpyxl takes a text that begins with "=" for a formula.
    written.data_type = "s"
    written.quotePrefix = looks_like_formula(written.value)
    return written


def _sheet_title(title: str) -> str:
    plain = re.sub(r"[\[\]:*?/\\']", " ", _text(title)).strip()
    return plain[:LONGEST_TITLE] or "1"
