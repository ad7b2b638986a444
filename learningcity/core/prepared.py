"""Questions to the database that are composed once and asked many times, each time with other values.

Composing a question with several tables takes Django longer than the database takes to answer it; for what
every act asks (who may act for whom), it is composed once in a process.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value goes among the parameters of a statement."""

    name: str
    field: "Field[Any, Any]"


class Asked(Expression):
    """A value that is given when the question is asked; `field` says how it is written for the database."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.place = Place(name, field)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Sequence[Any]]:
        """Keep a place for the value."""
        return "%s", [self.place]


class Question:
    """Whether there is a row: `compose` returns the rows meant, with `Asked` where a value is to come.

    A question that `locks` keeps all the rows from being changed by others until the transaction ends.
    """

    def __init__(self, compose: "Callable[[], QuerySet[Any]]", *, locks: bool = False) -> None:
        self.compose = compose
        self.locks = locks
        self.name = f"learningcity_question_{next(_numbers)}"
        self.composed: dict[str, tuple[str, Sequence[Any]]] = {}

    def is_true(self, **values: object) -> bool:
        """Ask with these values."""
        sql, parameters = self.composed.get(connection.vendor) or self.compose_for(connection.vendor)
        with connection.cursor() as cursor:
            if keeps_plans():
                sql = self.planned(cursor, sql)
            cursor.execute(sql, [written(parameter, values) for parameter in parameters])
            return cursor.fetchone() is not None

    def compose_for(self, vendor: str) -> tuple[str, Sequence[Any]]:
        """Compose the statement for a kind of database, and keep it."""
        rows = self.compose()
        query = rows.select_for_update(of=("self",)).values("pk").query if self.locks else rows.query.exists()
        self.composed[vendor] = query.get_compiler(connection=connection).as_sql()
        return self.composed[vendor]

    def planned(self, cursor: Any, sql: str) -> str:
        """Return the statement that asks by the plan of this connection; let PostgreSQL plan it once."""
        known = _planned.setdefault(connection.connection, set())
        parts = sql.split("%s")
        if self.name not in known:
            numbered = "".join(f"{part}${number}" for number, part in enumerate(parts[:-1], start=1))
            cursor.execute(f"PREPARE {self.name} AS {numbered}{parts[-1]}")
            known.add(self.name)
        return f"EXECUTE {self.name}({', '.join(['%s'] * (len(parts) - 1))})"


_numbers = count(1)
_planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def keeps_plans() -> bool:
    """Return whether plans are kept by this connection.

    PostgreSQL takes longer to plan a question with several tables than to answer it. Where a pool hands out
    another session for each transaction, nothing that belongs to a session can be kept.
    """
    return connection.vendor == "postgresql" and not connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]


def written(parameter: object, values: dict[str, object]) -> object:
    """Return a parameter as the database reads it."""
    if not isinstance(parameter, Place):
        return parameter
    return parameter.field.get_db_prep_value(values[parameter.name], connection)
