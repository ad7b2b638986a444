"""`learningcity data backup|restore`."""

from pathlib import Path

from django.utils.translation import gettext as _

from learningcity.core.backup import back_up_data, restore_data
from learningcity.core.backup.archive import Manifest
from learningcity.core.commands import Answer, Call, RoomCommand
from learningcity.core.tables import prepare_tables


class Command(RoomCommand):
    """The city's data as a whole."""

    help = "Back up database, files and keys into one file, and restore them."
    needs_tables = False

    def add_verbs(self) -> None:
        """Declare the verbs."""
        backup = self.verb("backup", self.backup, help="Write everything into one new file.")
        backup.add_argument("file", type=Path)
        restore = self.verb("restore", self.restore, help="Restore everything from one file.")
        restore.add_argument("file", type=Path)
        restore.add_argument("--replace", action="store_true", help="Lose what is there.")

    def backup(self, call: Call, *, file: Path) -> Answer:
        """Write a backup."""
        prepare_tables()
        manifest = back_up_data(file, by=call.by, at=call.at, progress=call.progress)
        words = _("%(rows)s rows and %(files)s files are in %(path)s. It holds the secret key: keep it safe.")
        return Answer(data_of(manifest, file), words % data_of(manifest, file))

    def restore(self, call: Call, *, file: Path, replace: bool) -> Answer:
        """Restore a backup."""
        manifest = restore_data(file, replace=replace, by=call.by, at=call.at, progress=call.progress)
        words = _("%(rows)s rows and %(files)s files were restored from %(path)s. Start the city anew.")
        return Answer(data_of(manifest, file), words % data_of(manifest, file))


def data_of(manifest: Manifest, file: Path) -> dict[str, object]:
    """Return what an archive holds."""
    return {
        "path": str(file),
        "taken_at": manifest.taken_at,
        "rows": sum(table.rows for table in manifest.tables),
        "files": len(manifest.entries) - len(manifest.tables),
    }
