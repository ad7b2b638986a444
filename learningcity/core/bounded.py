"""Packed files that come from outside: opened within bounds, so that a small file cannot fill the machine.

Gzip, bzip2, zip, workbooks (.xlsx) and OpenStreetMap extracts (.osm.pbf). Everything else about them is for
their reader to check: this module answers only "may this be unfolded".
"""

import bz2
import gzip
import io
import itertools
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from learningcity.core.refusals import Refused

CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a file may unfold: `anyway` bytes in any case, else `ratio` times its size up to `largest`."""

    largest: int = 300_000_000
    ratio: int = 100
    anyway: int = 32_000_000
    members: int = 2_000

    def over(self, packed: int) -> int:
        """Return how many bytes a packed file of this size may unfold to."""
        return min(self.largest, max(self.anyway, packed * self.ratio))


USUAL = Bounds()
# Tags of a map repeat themselves: an extract as XML packs to a thirtieth.
EXTRACT = Bounds(largest=40_000_000_000, ratio=60, anyway=256_000_000)

GZIP, BZIP2 = b"\x1f\x8b", b"BZh"
ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    GZIP,
    BZIP2,
    b"7z\xbc\xaf",
    b"Rar!",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
)
PLAIN_NAME = re.compile(r"[^/\\\x00-\x1f:*?\"<>|]+(/[^/\\\x00-\x1f:*?\"<>|]+)*/?")

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
    InvalidFileException,
)


class UnfoldsTooFar(Refused):
    """The file unfolds to more than it can honestly hold."""

    code = "unfolds_too_far"


class NotWhole(Refused):
    """The file is cut short, damaged, or not what its kind says."""

    code = "not_whole"


class UnsafeArchive(Refused):
    """The archive holds what would be written elsewhere, or other archives."""

    code = "unsafe_archive"


def too_far() -> UnfoldsTooFar:
    """Return the refusal of a file that unfolds too far."""
    return UnfoldsTooFar(_("This file unfolds to far too much. Get it again from where it comes."))


def not_whole() -> NotWhole:
    """Return the refusal of a file that cannot be read."""
    return NotWhole(_("The file is damaged or cut short. Get it again and compare its size."))


def size_of(file: IO[bytes]) -> int:
    """Return the size of an open file, and stand at its start."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return size


def stream_of(file: IO[bytes]) -> IO[bytes] | None:
    """Return what a gzip or bzip2 file holds, as a stream; None for a file that is neither."""
    start = file.read(3)
    file.seek(0)
    if start.startswith(GZIP):
        return gzip.GzipFile(fileobj=file)
    return bz2.BZ2File(file) if start == BZIP2 else None


def check_stream(file: IO[bytes], bounds: Bounds = USUAL) -> None:
    """Unfold a gzip or bzip2 file once, keeping nothing; anything else passes.

    Raises UnfoldsTooFar or NotWhole.
    """
    most, found = bounds.over(size_of(file)), 0
    stream = stream_of(file)
    if stream is None:
        return
    try:
        while piece := stream.read(CHUNK):
            found += len(piece)
            if found > most:
                raise too_far()
    except DAMAGED:
        raise not_whole() from None
    finally:
        file.seek(0)


def unfolded(file: IO[bytes], bounds: Bounds = USUAL) -> bytes:
    """Return the content of a file, unpacked if it is gzip or bzip2. Raises UnfoldsTooFar or NotWhole."""
    packed = size_of(file)
    stream = stream_of(file)
    most = bounds.largest if stream is None else bounds.over(packed)
    try:
        content = (stream or file).read(most + 1)
    except DAMAGED:
        raise not_whole() from None
    if len(content) > most:
        raise too_far()
    return content


@contextmanager
def open_zip(
    file: IO[bytes], bounds: Bounds = USUAL, *, is_nested: bool = False
) -> Iterator[zipfile.ZipFile]:
    """Open a zip whose list of contents is honest; `member` reads from it.

    Unless `is_nested`, it may hold no archives. Raises UnfoldsTooFar, NotWhole or UnsafeArchive.
    """
    packed = size_of(file)
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGED:
        raise not_whole() from None
    with archive:
        members = archive.infolist()
        if len(members) > bounds.members or sum(one.file_size for one in members) > bounds.over(packed):
            raise too_far()
        check_places(members, packed)
        check_names(members)
        if not is_nested:
            check_not_nested(archive, members)
        yield archive


def check_places(members: list[zipfile.ZipInfo], packed: int) -> None:
    """Raise UnfoldsTooFar if members share their bytes: the trick of bombs that need no nesting."""
    ordered = sorted(members, key=lambda one: one.header_offset)
    starts = [one.header_offset for one in ordered[1:]] + [packed]
    for one, end in zip(ordered, starts, strict=True):
        if one.header_offset + 30 + one.compress_size > end:
            raise too_far()


def check_names(members: list[zipfile.ZipInfo]) -> None:
    """Raise UnsafeArchive for what is not a plain file under a name that stays inside its folder."""
    names = [one.filename for one in members]
    for one in members:
        kind = stat.S_IFMT(one.external_attr >> 16)
        is_plain = kind in {0, stat.S_IFREG, stat.S_IFDIR} and not one.flag_bits & 0x1
        parts = one.filename.split("/")
        if not is_plain or not PLAIN_NAME.fullmatch(one.filename) or {".", ".."} & set(parts):
            raise unsafe()
    if len({name.casefold() for name in names}) != len(names):
        raise unsafe()


def unsafe() -> UnsafeArchive:
    """Return the refusal of an archive that would write outside its folder, or hides something."""
    return UnsafeArchive(
        _("This archive holds locked files, archives, or names that lead elsewhere. Pack only the files.")
    )


def check_not_nested(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Raise UnsafeArchive if a member is an archive itself."""
    for one in members:
        if not one.is_dir() and head_of(archive, one).startswith(ARCHIVES):
            raise unsafe()


def head_of(archive: zipfile.ZipFile, one: zipfile.ZipInfo, length: int = 8) -> bytes:
    """Return the first bytes of a member. Raises NotWhole."""
    try:
        with archive.open(one) as content:
            return content.read(length)
    except DAMAGED:
        raise not_whole() from None


def member(archive: zipfile.ZipFile, name: str, *, largest: int) -> bytes:
    """Return one file of an archive that `open_zip` opened. Raises UnfoldsTooFar or NotWhole."""
    try:
        with archive.open(name) as content:
            found = content.read(largest + 1)
    except DAMAGED:
        raise not_whole() from None
    if len(found) > largest:
        raise too_far()
    return found


def sheet_rows(
    file: IO[bytes], bounds: Bounds = USUAL, *, most_rows: int = 100_000, most_columns: int = 200
) -> list[list[object]]:
    """Return the values of the first sheet of a workbook (.xlsx), row by row.

    Empty rows at its end and empty cells at the end of a row are left out. Formulas are not computed: their
    last result counts. Raises UnfoldsTooFar, NotWhole or UnsafeArchive.
    """
    with open_zip(file, bounds) as archive:
        for one in archive.infolist():
            # No program writes a document type into a workbook: it hides entities that multiply.
            if b"<!" in head_of(archive, one, 4096).replace(b"\x00", b"").replace(b"<!--", b""):
                raise unsafe()
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        cells = sheet.iter_rows(max_row=most_rows + 1, max_col=most_columns, values_only=True)
        rows = [trimmed(row) for row in itertools.islice(cells, most_rows + 1)]
        book.close()
    except (*DAMAGED, SyntaxError):
        raise not_whole() from None
    if len(rows) > most_rows:
        raise too_far()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def trimmed(row: tuple[object, ...]) -> list[object]:
    """Return a row without the empty cells at its end."""
    width = max((place for place, cell in enumerate(row, start=1) if cell is not None), default=0)
    return list(row[:width])


def check_extract(path: Path, bounds: Bounds = EXTRACT) -> None:
    """Check an OpenStreetMap extract, packed in whatever way, before a library unfolds it.

    What is neither packed nor .osm.pbf passes: its reader says what it is. Raises UnfoldsTooFar or NotWhole.
    """
    with path.open("rb") as file:
        start = file.read(32)
        if b"OSMHeader" in start:
            check_pbf(file, bounds)
        else:
            check_stream(file, bounds)


LONGEST_HEADER = 64 * 2**10
LARGEST_BLOB = 32 * 2**20
RAW_SIZE, DATA_SIZE = 2, 3


def check_pbf(file: IO[bytes], bounds: Bounds = EXTRACT) -> None:
    """Check what the blobs of an .osm.pbf say about their size, against the format and in sum.

    The readers of the format unfold a blob to the size that it tells, and no further.
    Raises UnfoldsTooFar or NotWhole.
    """
    most, found = bounds.over(size_of(file)), 0
    while length := file.read(4):
        size = int.from_bytes(length, "big")
        if len(length) < 4 or size > LONGEST_HEADER:
            raise not_whole()
        data_size = numbers_in(read_whole(file, size)).get(DATA_SIZE, 0)
        if data_size > LARGEST_BLOB:
            raise too_far()
        raw_size = numbers_in(read_whole(file, data_size)).get(RAW_SIZE, data_size)
        found += raw_size
        if raw_size > LARGEST_BLOB or found > most:
            raise too_far()
    file.seek(0)


def read_whole(file: IO[bytes], size: int) -> bytes:
    """Return so many bytes of a file. Raises NotWhole if it ends before."""
    found = file.read(size)
    if len(found) < size:
        raise not_whole()
    return found


def numbers_in(message: bytes) -> dict[int, int]:
    """Return the numbers that a protocol buffer message holds, the largest by field. Raises NotWhole."""
    numbers: dict[int, int] = {}
    place = 0
    while place < len(message):
        key, place = varint(message, place)
        kind = key & 7
        if kind == 0:
            value, place = varint(message, place)
            numbers[key >> 3] = max(value, numbers.get(key >> 3, 0))
        elif kind == 2:
            length, place = varint(message, place)
            place += length
        elif kind in {1, 5}:
            place += 8 if kind == 1 else 4
        else:
            raise not_whole()
    if place > len(message):
        raise not_whole()
    return numbers


def varint(message: bytes, place: int) -> tuple[int, int]:
    """Return a number of a message and where the next one begins. Raises NotWhole."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            raise not_whole()
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise not_whole()
