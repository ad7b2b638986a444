"""Files that belong to records: they go with them, after the transaction, and are swept up if that failed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.apps import apps
from django.core.files.storage import Storage
from django.db import models, transaction
from django.utils.timezone import is_naive, make_aware

YOUNGEST_ORPHAN = timedelta(days=1)
"""A younger file may belong to a record whose transaction has not ended yet."""


def file_columns(model: type[models.Model]) -> list[models.FileField]:
    """Return the columns of a table that name files."""
    return [column for column in model._meta.concrete_fields if isinstance(column, models.FileField)]


def delete_with_files(rows: "models.QuerySet[models.Model]") -> int:
    """Delete records, and their files when the transaction has succeeded; return how many records went."""
    for column in file_columns(rows.model):
        for name in rows.exclude(**{column.name: ""}).values_list(column.name, flat=True):
            transaction.on_commit(partial(column.storage.delete, name))
    _all, by_table = rows.delete()
    return by_table.get(rows.model._meta.label, 0)


def sweep_files(*, at: datetime) -> list[str]:
    """Delete the files that no record names any more; return their paths.

    A process may die after a record went and before its file did.
    """
    swept = []
    for column in all_file_columns():
        for name in orphans(column, at=at):
            column.storage.delete(name)
            swept.append(name)
    return swept


def all_file_columns() -> Iterator[models.FileField]:
    """Yield every column of every table that names files in a folder of its own."""
    for model in apps.get_models():
        for column in file_columns(model):
            if isinstance(column.upload_to, str) and column.upload_to.strip("/"):
                yield column


def orphans(column: models.FileField, *, at: datetime) -> list[str]:
    """Return the files in a column's folder that no record names and that are not young."""
    named = set(
        column.model._default_manager.exclude(**{column.name: ""}).values_list(column.name, flat=True)
    )
    folder = column.upload_to.rstrip("/")
    return [
        name
        for name in files_in(column.storage, folder)
        if name not in named and modified_at(column.storage, name) < at - YOUNGEST_ORPHAN
    ]


def files_in(storage: Storage, folder: str) -> Iterator[str]:
    """Yield the paths of all files under a folder; none if there is no such folder."""
    if not storage.exists(folder):
        return
    folders, files = storage.listdir(folder)
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from files_in(storage, f"{folder}/{name}")


def modified_at(storage: Storage, name: str) -> datetime:
    """Return when a file was last written."""
    moment = storage.get_modified_time(name)
    return make_aware(moment) if is_naive(moment) else moment
