"""A fresh database that takes the place of the city's, whole or not at all."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import load_backend

from learningcity.core.backup.rows import tables_of


@contextmanager
def fresh_database() -> Iterator[None]:
    """Stand in a database without tables; at the end its content takes the place of the city's.

    If anything is raised, the city's database stays as it was.
    """
    if connection.vendor == "sqlite":
        with beside_the_file():
            yield
        return
    with transaction.atomic():
        drop_tables()
        yield
        count_on()


def drop_tables() -> None:
    """Drop our tables; the transaction brings them back if the restore fails."""
    ours = {model._meta.db_table for model in tables_of(apps)} | {MigrationRecorder.Migration._meta.db_table}
    there = ours & set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in sorted(there):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")


def count_on() -> None:
    """Let new rows get numbers after those that were restored."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables_of(apps))):
            cursor.execute(statement)


@contextmanager
def beside_the_file() -> Iterator[None]:
    """Stand in a new SQLite file; at the end copy it over the city's in one transaction."""
    file = settings.DATA / f"restore-{secrets.token_hex(8)}.sqlite3"
    city = connections[DEFAULT_DB_ALIAS]
    values = {**city.settings_dict, "NAME": str(file), "CONN_MAX_AGE": 0}
    fresh = load_backend(values["ENGINE"]).DatabaseWrapper(values, DEFAULT_DB_ALIAS)
    # Migrations of other packages know no other database than this one.
    connections[DEFAULT_DB_ALIAS] = fresh
    try:
        yield
        fresh.ensure_connection()
        city.ensure_connection()
        fresh.connection.backup(city.connection)
    finally:
        connections[DEFAULT_DB_ALIAS] = city
        fresh.close()
        for path in settings.DATA.glob(f"{file.name}*"):
            path.unlink()
