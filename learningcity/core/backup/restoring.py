"""Restore a backup: all of it, or nothing."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.sql import emit_post_migrate_signal
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit.recording import record
from learningcity.core.audit.sealing import heads_file
from learningcity.core.backup.archive import FILES, HEADS, KEY, Archive, Manifest, TableNote, newer_version
from learningcity.core.backup.places import fresh_database
from learningcity.core.backup.rows import Table, tables_of
from learningcity.core.progress import Progress
from learningcity.core.refusals import Refused
from learningcity.core.signals import data_restored

# Tables that are filled by making them.
FILLED_AT_ONCE = {"contenttypes.contenttype", "auth.permission", "core.scheduledrun"}


class NotEmpty(Refused):
    """There is a city already."""

    code = "not_empty"


def restore_data(
    path: Path, *, replace: bool = False, by: Actor, at: datetime, progress: Progress
) -> Manifest:
    """Put a backup in the place of the (empty) database, files, key and heads; all of it or nothing.

    With `replace` what is there is lost. Other rooms hear `data_restored` and build anew what they derive
    from the database. Raises NotABackup for archives that are foreign, hostile, damaged or newer than we are,
    and NotEmpty.
    """
    archive = Archive(path)
    if not replace:
        check_empty()
    with unpacked(archive) as folder, ExitStack() as undoing:
        with fresh_database():
            fill_database(archive, progress)
            for name, place in places_of(archive.manifest).items():
                exchange = Exchange(folder / name, place)
                undoing.callback(exchange.undo)
                exchange.make()
        undoing.pop_all()
    record("core.data_restored", by=by, at=at)
    data_restored.send(sender=None, at=at)
    return archive.manifest


def check_empty() -> None:
    """Raise NotEmpty if the database has rows, or the folder of the city's files has files."""
    there = set(connection.introspection.table_names())
    for model in tables_of(apps):
        is_there = model._meta.db_table in there and model._meta.label_lower not in FILLED_AT_ONCE
        if is_there and model._base_manager.exists():
            raise NotEmpty(already_there(_("the database")))
    root = Path(settings.MEDIA_ROOT)
    if root.exists() and any(root.iterdir()):
        raise NotEmpty(already_there(str(root)))


def already_there(what: str) -> str:
    """Return the sentence that refuses to restore over a city."""
    return _(
        "There is a city in %(what)s already. Restore with another --data folder and database, "
        "or say --replace to lose what is there."
    ) % {"what": what}


def fill_database(archive: Archive, progress: Progress) -> None:
    """Make the tables as they were when the backup was taken, fill them, and bring them up to date.

    Raises NotABackup if the rows do not fit the tables, or if the tables are newer than this version.
    """
    executor = MigrationExecutor(connection)
    applied = {(app, name) for app, name in archive.manifest.migrations}
    graph = executor.loader.graph
    if applied - set(graph.nodes):
        raise newer_version(archive.path)
    last = [node for node in applied if not applied & {child.key for child in graph.node_map[node].children}]
    executor.migrate(sorted(last))
    models = {model._meta.label_lower: model for model in tables_of(executor.loader.project_state(last).apps)}
    if set(models) != {table.label for table in archive.manifest.tables}:
        raise archive.spoilt(_("its list of tables"))
    with transaction.atomic():
        # Rows may point to rows that follow; PostgreSQL holds new keys to be immediate until told otherwise.
        connection.check_constraints()
        for table in progress.steps(archive.manifest.tables, label=_("Tables")):
            fill_table(archive, table, models[table.label])
        check_rows(archive)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def fill_table(archive: Archive, table: TableNote, model: type) -> None:
    """Fill one table; raise NotABackup if its rows do not fit."""
    try:
        count = Table(model, table.columns).fill(archive.lines(table.name))
    except (ValueError, TypeError, ValidationError, DatabaseError, RecursionError):
        raise archive.spoilt(table.name) from None
    if count != table.rows:
        raise archive.spoilt(table.name)


def check_rows(archive: Archive) -> None:
    """Raise NotABackup if a row points to one that is missing."""
    try:
        connection.check_constraints()
    except DatabaseError:
        raise archive.spoilt(_("rows that point nowhere")) from None


def places_of(manifest: Manifest) -> dict[str, Path]:
    """Return where the parts of a backup belong. A key that came from the environment is in no backup."""
    places = {FILES.rstrip("/"): Path(settings.MEDIA_ROOT), HEADS: heads_file()}
    return places | ({KEY: settings.DATA / KEY} if KEY in manifest.entries else {})


@contextmanager
def unpacked(archive: Archive) -> Iterator[Path]:
    """Unpack the files of a backup into a folder beside their places; remove it afterwards."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="restore-", dir=settings.DATA) as name:
        folder = Path(name)
        for entry in (*archive.files(), KEY, HEADS):
            if entry in archive.manifest.entries:
                unpack(archive, entry, folder / entry)
        yield folder


def unpack(archive: Archive, entry: str, path: Path) -> None:
    """Write one entry to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("wb") as file:
        for piece in archive.pieces(entry):
            file.write(piece)


class Exchange:
    """A file or folder that takes the place of another, until undone."""

    def __init__(self, new: Path, place: Path) -> None:
        self.new, self.place = new, place
        self.old = new.with_name(f"{new.name}.old")
        self.is_made = False

    def make(self) -> None:
        """Put the new one in its place; what was there is lost when the folder of the new one is removed."""
        if self.place.exists():
            shutil.move(self.place, self.old)
        self.is_made = True
        if self.new.exists():
            shutil.move(self.new, self.place)

    def undo(self) -> None:
        """Put back what was there."""
        if not self.is_made:
            return
        if self.place.exists():
            shutil.move(self.place, self.new)
        if self.old.exists():
            shutil.move(self.old, self.place)
