"""Statements about one row that are composed once in a process: lock a row, insert one, write columns of one.

Composing them takes Django longer than the database takes to run them, and what everybody waits for (the
last places of a course) is held locked meanwhile. Nothing but the composing is left out: values are written
and read as the fields say, and the database checks what it always checks.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.db import connection, connections
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


class Insert(Generic[Row]):
    """The insert of a row, under a key that the database gives."""

    def __init__(self, model: type[Row]) -> None:
        self.model = model
        self.fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        self.composed: dict[str, str] = {}

    def write(self, row: Row) -> Row:
        """Write a new row, inside the caller's transaction, and give it its key."""
        here = connections[connection.alias]
        sql = self.composed.get(here.vendor) or self.compose_for(here.vendor)
        values = [field.get_db_prep_save(getattr(row, field.attname), here) for field in self.fields]
        with here.cursor() as cursor:
            cursor.execute(sql, values)
            row.pk = cursor.fetchone()[0]
        row._state.adding, row._state.db = False, here.alias
        return row

    def compose_for(self, vendor: str) -> str:
        """Compose the statement for a kind of database, and keep it."""
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in self.fields)
        places = ", ".join(["%s"] * len(self.fields))
        # Only names of our own tables and columns stand in the text.
        self.composed[vendor] = (
            f"INSERT INTO {quote(self.model._meta.db_table)} ({columns}) "  # noqa: S608
            f"VALUES ({places}) RETURNING {quote(key_of(self.model))}"
        )
        return self.composed[vendor]


class Update(Generic[Row]):
    """The change of some columns of a row."""

    def __init__(self, model: type[Row], columns: Sequence[str]) -> None:
        self.model = model
        self.fields = [model._meta.get_field(name) for name in columns]
        self.composed: dict[str, str] = {}

    def write(self, row: Row) -> None:
        """Write the columns of a row that exists, inside the caller's transaction."""
        here = connections[connection.alias]
        sql = self.composed.get(here.vendor) or self.compose_for(here.vendor)
        values = [field.get_db_prep_save(getattr(row, field.attname), here) for field in self.fields]
        with here.cursor() as cursor:
            cursor.execute(sql, [*values, row.pk])

    def compose_for(self, vendor: str) -> str:
        """Compose the statement for a kind of database, and keep it."""
        quote = connection.ops.quote_name
        changes = ", ".join(f"{quote(str(field.column))} = %s" for field in self.fields)
        # Only names of our own tables and columns stand in the text.
        self.composed[vendor] = (
            f"UPDATE {quote(self.model._meta.db_table)} SET {changes} "  # noqa: S608
            f"WHERE {quote(key_of(self.model))} = %s"
        )
        return self.composed[vendor]


class Lock(Generic[Row]):
    """A row as it is now, locked until the transaction ends."""

    def __init__(self, model: type[Row]) -> None:
        self.model = model
        self.names = [field.attname for field in model._meta.concrete_fields]
        self.composed: dict[str, tuple[str, Any, Any]] = {}

    def read(self, key: object) -> Row:
        """Return the row with this key. Raises DoesNotExist."""
        here = connections[connection.alias]
        sql, compiler, converters = self.composed.get(here.vendor) or self.compose_for(here.vendor)
        with here.cursor() as cursor:
            cursor.execute(sql, [key])
            found = cursor.fetchall()
        if not found:
            raise self.model.DoesNotExist  # type: ignore[attr-defined]
        values = next(iter(compiler.apply_converters(found, converters)))
        return self.model.from_db(here.alias, self.names, values)

    def compose_for(self, vendor: str) -> tuple[str, Any, Any]:
        """Compose the statement for a kind of database, and keep it with what its values are read by."""
        rows = self.model._base_manager.select_for_update(of=("self",)).filter(pk=0)
        compiler: Any = rows.query.get_compiler(connection=connections[connection.alias])
        sql = compiler.as_sql()[0]
        columns = [column for column, _sql, _alias in compiler.select]
        self.composed[vendor] = (sql, compiler, compiler.get_converters(columns))
        return self.composed[vendor]


def key_of(model: type[Model]) -> str:
    """Return the column of the primary key."""
    return str(model._meta.pk.column) if model._meta.pk else ""
