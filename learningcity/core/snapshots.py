"""A snapshot of the database: one moment, read as long as it takes, while everybody else goes on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections, transaction
from django.db.utils import load_backend

ALIAS = "snapshot"


@contextmanager
def snapshot() -> Iterator[str]:
    """Open a snapshot; give the alias under which querysets read it: `.using(alias)`."""
    settings = {**connection.settings_dict, "CONN_MAX_AGE": 0}
    if connection.vendor == "sqlite":
        # A transaction that only reads must not take the place of the one writer.
        settings["OPTIONS"] = {**settings["OPTIONS"], "transaction_mode": "DEFERRED"}
    connections[ALIAS] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, ALIAS)
    try:
        with transaction.atomic(using=ALIAS):
            if connection.vendor == "postgresql":
                with connections[ALIAS].cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
