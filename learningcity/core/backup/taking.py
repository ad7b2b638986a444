"""Take a backup while the city goes on working."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from learningcity import __version__
from learningcity.core.actors import Actor
from learningcity.core.audit.recording import record
from learningcity.core.audit.sealing import heads_file
from learningcity.core.backup.archive import FILES, HEADS, KEY, Manifest, TableNote, Writer, pieces_of
from learningcity.core.backup.rows import columns_of, lines_of, tables_of
from learningcity.core.progress import Progress
from learningcity.core.refusals import Refused
from learningcity.core.snapshots import snapshot


class CannotWrite(Refused):
    """The backup cannot be written there."""

    code = "cannot_write"


def back_up_data(path: Path, *, by: Actor, at: datetime, progress: Progress) -> Manifest:
    """Write database, files, secret key and heads of the audit trail into one archive (mode 0600).

    The database is read in one snapshot; nobody has to wait. The file appears whole or not at all. Raises
    CannotWrite.
    """
    with whole_file(path) as file, snapshot() as alias:
        applied = MigrationRecorder(connections[alias]).applied_migrations()
        manifest = Manifest(
            version=__version__, taken_at=at.isoformat(), migrations=[list(node) for node in sorted(applied)]
        )
        with Writer(file, manifest) as writer:
            add_tables(writer, alias, progress)
            for name, source in progress.steps(list(loose_files()), label=_("Files")):
                writer.add(name, pieces_of(source))
    record("core.data_backed_up", by=by, at=at)
    return manifest


def add_tables(writer: Writer, alias: str, progress: Progress) -> None:
    """Add every table to an archive."""
    for model in progress.steps(list(tables_of(apps)), label=_("Tables")):
        note = TableNote(model._meta.label_lower, [field.attname for field in columns_of(model)], 0)
        rows = writer.add(note.name, lines_of(model, alias))
        writer.manifest.tables.append(TableNote(note.label, note.columns, rows))


def loose_files() -> Iterator[tuple[str, Path]]:
    """Yield the files that belong to the city, with their names in the archive."""
    for name, path in ((KEY, settings.DATA / KEY), (HEADS, heads_file())):
        if path.exists():
            yield name, path
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield FILES + path.relative_to(root).as_posix(), path


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a private file that gets its name only when all is written; never in the place of another.

    Raises CannotWrite.
    """
    if path.exists():
        raise CannotWrite(_("%(path)s exists already. Choose another name.") % {"path": path})
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(descriptor)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(
            _("The backup cannot be written to %(path)s (%(why)s). Choose another place.")
            % {"path": path, "why": error.strerror}
        ) from None
