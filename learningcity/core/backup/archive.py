"""The archive of a backup: what it holds, and which archives are not touched.

A zip with `manifest.json` (format, migrations, and each entry with its size and digest), `tables/*.jsonl`,
`files/*`, `secret-key` and `audit-heads.log`.
"""

import json
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Self

from django.utils.translation import gettext as _

from learningcity.core.refusals import Refused

FORMAT = "learningcity-backup"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
KEY = "secret-key"
HEADS = "audit-heads.log"
FILES = "files/"

LONGEST_MANIFEST = 16 * 2**20
LONGEST_LINE = 64 * 2**20
CHUNK = 2**20
# Rows of tables pack to a tenth or so; what unfolds to hundreds of times its size was made to fill a disk.
UNFOLDED_AT_MOST = 300
UNFOLDED_ANYWAY = 256 * 2**20

TABLE_NAME = re.compile(r"tables/[a-z0-9_]+\.[a-z0-9_]+\.jsonl")
PLAIN_FILE_NAME = re.compile(r"files(/[^/\\\x00-\x1f:]+)+")


class NotABackup(Refused):
    """The file is no backup, or was cut or changed."""

    code = "not_a_backup"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an archive: its size in bytes and its SHA-256 digest."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class TableNote:
    """What the manifest says about a table: its model's label, its columns in order, and its rows."""

    label: str
    columns: list[str]
    rows: int

    @property
    def name(self) -> str:
        """The name of the entry that holds the rows."""
        return f"tables/{self.label}.jsonl"


@dataclass(slots=True)
class Manifest:
    """What an archive says about itself."""

    version: str
    taken_at: str
    migrations: list[list[str]]
    tables: list[TableNote] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    format: str = FORMAT
    format_version: int = FORMAT_VERSION


class Writer:
    """Write entries into an archive and note their sizes and digests."""

    def __init__(self, file: IO[bytes], manifest: Manifest) -> None:
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.manifest = manifest

    def add(self, name: str, pieces: Iterator[bytes]) -> int:
        """Add an entry; return how many pieces it had."""
        digest, size, count = sha256(), 0, 0
        with self.zip.open(zipfile.ZipInfo(name), "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece)
                digest.update(piece)
                size += len(piece)
                count += 1
        self.manifest.entries[name] = Entry(size, digest.hexdigest())
        return count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Finish the archive; add the manifest if all went well."""
        if kind is None:
            self.zip.writestr(MANIFEST, json.dumps(asdict(self.manifest), indent=1))
        self.zip.close()


def pieces_of(path: Path) -> Iterator[bytes]:
    """Yield a file in pieces."""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


class Archive:
    """An archive that was checked from its first to its last byte."""

    def __init__(self, path: Path) -> None:
        """Open and check an archive; raise NotABackup for anything else."""
        try:
            self.zip = zipfile.ZipFile(path)
        except OSError:
            raise NotABackup(
                _("%(path)s cannot be read. Check its name and its rights.") % {"path": path}
            ) from None
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise NotABackup(
                _("%(path)s is not a backup, or was cut off. Take another copy of it.") % {"path": path}
            ) from None
        self.path = path
        self.manifest = self.read_manifest()
        self.check_names()
        self.check_sizes()
        for name, entry in self.manifest.entries.items():
            self.check_entry(name, entry)

    def spoilt(self, where: str) -> NotABackup:
        """Return the refusal of an archive that was cut or changed."""
        return NotABackup(
            _("The backup %(path)s was changed or damaged (%(where)s). Take another copy of it.")
            % {"path": self.path, "where": where[:100]}
        )

    def read_manifest(self) -> Manifest:
        """Return what the archive says about itself."""
        try:
            if self.zip.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
                raise ValueError(MANIFEST)
            told = json.loads(self.zip.read(MANIFEST))
            newer = told["format"] == FORMAT and told["format_version"] > FORMAT_VERSION
            manifest = manifest_from(told)
        except UNREADABLE:
            raise self.spoilt(MANIFEST) from None
        if newer:
            raise newer_version(self.path)
        return manifest

    def check_names(self) -> None:
        """Raise NotABackup unless every entry is a plain file where a backup has one, and none is missing."""
        names = [info.filename for info in self.zip.infolist()]
        if len(set(names)) != len(names) or {*self.manifest.entries, MANIFEST} != set(names):
            raise self.spoilt(_("its list of contents"))
        for info in self.zip.infolist():
            if not is_plain(info):
                raise self.spoilt(info.filename)
        if any(table.name not in self.manifest.entries for table in self.manifest.tables):
            raise self.spoilt(_("its list of tables"))

    def check_sizes(self) -> None:
        """Raise NotABackup if the archive unfolds to more than it can honestly hold, or than the disk has."""
        unfolded = sum(info.file_size for info in self.zip.infolist())
        packed = self.path.stat().st_size
        if unfolded > max(UNFOLDED_ANYWAY, packed * UNFOLDED_AT_MOST):
            raise self.spoilt(_("it unfolds to far too much"))
        if unfolded > shutil.disk_usage(self.path.parent).free:
            raise NotABackup(
                _("The backup unfolds to %(size)s MB, more than the disk has free. Make room first.")
                % {"size": unfolded // 10**6}
            )

    def check_entry(self, name: str, entry: Entry) -> None:
        """Raise NotABackup unless an entry has the size and the digest that the manifest tells."""
        digest, size = sha256(), 0
        for piece in self.pieces(name):
            digest.update(piece)
            size += len(piece)
        if (size, digest.hexdigest()) != (entry.size, entry.digest):
            raise self.spoilt(name)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield an entry in pieces."""
        try:
            with self.zip.open(name) as file:
                while piece := file.read(CHUNK):
                    yield piece
        except UNREADABLE:
            raise self.spoilt(name) from None

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of an entry; none may be longer than any row can be."""
        with self.zip.open(name) as file:
            while line := file.readline(LONGEST_LINE):
                if not line.endswith(b"\n"):
                    raise self.spoilt(name)
                yield line

    def files(self) -> list[str]:
        """Return the names of the entries that are files of the city."""
        return [name for name in self.manifest.entries if name.startswith(FILES)]


UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    RecursionError,
    RuntimeError,
    NotImplementedError,
)


def newer_version(path: Path) -> NotABackup:
    """Return the refusal of an archive that a newer version made."""
    return NotABackup(
        _("The backup %(path)s was made by a newer version. Install that version, then restore again.")
        % {"path": path},
        code="newer_version",
    )


def manifest_from(told: dict[str, Any]) -> Manifest:
    """Return a manifest as told by an archive; raise ValueError, KeyError or TypeError for anything else."""
    if told["format"] != FORMAT:
        raise ValueError(told["format"])
    return Manifest(
        version=str(told["version"]),
        taken_at=str(told["taken_at"]),
        migrations=[[str(app), str(name)] for app, name in told["migrations"]],
        tables=[
            TableNote(str(table["label"]), [str(name) for name in table["columns"]], int(table["rows"]))
            for table in told["tables"]
        ],
        entries={
            str(name): Entry(int(entry["size"]), str(entry["digest"]))
            for name, entry in told["entries"].items()
        },
    )


def is_plain(info: zipfile.ZipInfo) -> bool:
    """Return whether an entry is an ordinary file, under a name that stays inside its folder."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG} or info.flag_bits & 0x1:
        return False
    name = info.filename
    if name in {MANIFEST, KEY, HEADS} or TABLE_NAME.fullmatch(name):
        return True
    return bool(PLAIN_FILE_NAME.fullmatch(name)) and not {".", ".."} & set(name.split("/"))
