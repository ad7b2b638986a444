"""The tables of the database: made at first use, checked at every later one."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from learningcity.core.refusals import Refused


class TablesNotReady(Refused):
    """The tables belong to another version of the programme."""

    code = "tables_not_ready"


def prepare_tables() -> None:
    """Make the tables of an empty database.

    Raises TablesNotReady if there are tables, but not those of this version: changing them is the operator's
    decision.
    """
    if not connection.introspection.table_names():
        call_command("migrate", verbosity=0, interactive=False)
    elif not tables_are_ready():
        raise TablesNotReady(
            _("The database needs changes for this version. Make a backup, then run: learningcity migrate")
        )


def tables_are_ready() -> bool:
    """Return whether every migration of this version has been applied."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
