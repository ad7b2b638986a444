"""Let transactional tests empty the database, although the audit trail refuses it.

Use it in `tests/conftest.py` as a fixture that lasts the session: `with flushable_trail(): yield`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.migrations.loader import MigrationLoader

EMPTY = BaseDatabaseOperations.execute_sql_flush


@contextmanager
def flushable_trail() -> Iterator[None]:
    """Drop the triggers whenever a test empties the tables, and put them back afterwards."""
    patch = pytest.MonkeyPatch()
    patch.setattr(BaseDatabaseOperations, "execute_sql_flush", empty_without_triggers)
    yield
    patch.undo()


def empty_without_triggers(operations: BaseDatabaseOperations, sql_list: list[str]) -> Any:
    """Empty the tables as Django does, with the audit trail unguarded meanwhile."""
    with unguarded_trail(operations.connection):
        return EMPTY(operations, sql_list)


@contextmanager
def unguarded_trail(connection: BaseDatabaseWrapper | None = None) -> Iterator[None]:
    """Drop the triggers of the audit trail, as somebody with the keys of the database could."""
    connection = connection or connections["default"]
    triggers = MigrationLoader(None).disk_migrations["core", "0002_audit_triggers"].operations[0]
    editor = PlainEditor(connection)
    triggers.reverse_code(None, editor)
    try:
        yield
    finally:
        triggers.code(None, editor)


@dataclass(frozen=True)
class PlainEditor:
    """What the migration needs of a schema editor, without its checks: tampering leaves loose ends."""

    connection: BaseDatabaseWrapper

    def execute(self, statement: str) -> None:
        """Run one statement."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
