"""Rows of tables as lines of JSON, in a form that fits every database."""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import connection, models
from django.utils.duration import duration_string

ROWS_AT_ONCE = 2000


def tables_of(apps: Apps) -> Iterator[type[models.Model]]:
    """Yield every model with a table of its own, many-to-many tables included."""
    for model in apps.get_models(include_auto_created=True, include_swapped=False):
        if model._meta.managed and not model._meta.proxy:
            yield model


def columns_of(model: type[models.Model]) -> list[models.Field]:
    """Return the columns that hold what was written; the database computes the others again."""
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def lines_of(model: type[models.Model], alias: str) -> Iterator[bytes]:
    """Yield each row as one line: a list of the values of its columns."""
    names = [field.attname for field in columns_of(model)]
    rows = model._base_manager.using(alias).order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        yield json.dumps(row, default=neutral, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def neutral(value: object) -> str:
    """Return a value that JSON does not know as text."""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_string(value)
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"A backup cannot hold {type(value)}.")


class Table:
    """A table that is filled from lines."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        """Raise ValueError unless these are the columns of the table."""
        self.model = model
        fields = {field.attname: field for field in columns_of(model)}
        if sorted(fields) != sorted(columns):
            raise ValueError("columns")
        self.fields = [fields[name] for name in columns]

    def fill(self, lines: Iterable[bytes]) -> int:
        """Put the rows in the place of those that are there; return how many.

        Raises ValueError, TypeError or ValidationError if a line does not fit the table, and DatabaseError if
        the database does not take it.
        """
        quote = connection.ops.quote_name
        table = quote(self.model._meta.db_table)
        names = ", ".join(quote(str(field.column)) for field in self.fields)
        marks = ", ".join(["%s"] * len(self.fields))
        count = 0
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
            insert = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
            for rows in in_batches(map(self.values, lines)):
                cursor.executemany(insert, rows)
                count += len(rows)
        return count

    def values(self, line: bytes) -> list[Any]:
        """Return a line as values for the database."""
        row = json.loads(line)
        if not isinstance(row, list):
            raise TypeError("a row is a list")
        return [self.prepared(field, value) for field, value in zip(self.fields, row, strict=True)]

    def prepared(self, field: models.Field, value: Any) -> Any:
        """Return a value as the database takes it."""
        if value is None and isinstance(field, models.JSONField) and not field.null:
            return field.get_db_prep_value(None, connection)
        if value is None:
            return None
        return field.get_db_prep_save(field.to_python(value), connection)


def in_batches(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    """Yield the rows in lists of a size that databases like."""
    batch: list[list[Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
