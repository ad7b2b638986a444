"""OpenActive RPDE (Realtime Paged Data Exchange 1.0): pages of items that were updated or deleted, in order.

A feed tells what changed since a point: what it does not name has not changed. An item that comes twice
counts as it comes last. `next` of the last page is where the next reading begins.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.arrivals import Arrival, Gone
from learningcity.catalogue.actions.drafts import Rejected
from learningcity.catalogue.importers.json_stream import items
from learningcity.catalogue.importers.nodes import Node
from learningcity.catalogue.importers.reading import Defaults
from learningcity.catalogue.importers.schema_things import COLUMNS, Thing

__all__ = ["COLUMNS", "read"]

STATES = ("updated", "deleted")


def read(path: Path, defaults: Defaults) -> Iterator[Arrival]:
    """Yield what changed, each item once. Raises FileUnreadable."""
    newest: dict[str, int] = {}
    for row, item in enumerate(items(path), 1):
        newest[key_of(item)] = row
    for row, item in enumerate(items(path), 1):
        key = key_of(item)
        if not key:
            yield Rejected(row, "id", _("The item has no id. Ask the publisher to give it one."))
        elif newest[key] == row:
            yield from arrivals(row, item, key, defaults)


def arrivals(row: int, item: Node, key: str, defaults: Defaults) -> Iterator[Arrival]:
    """Yield what one item says."""
    state, data = item.get("state"), item.get("data")
    if state == "deleted":
        yield Gone(row, key)
    elif state not in STATES or not isinstance(data, dict):
        sentence = _("The item is neither updated with its data nor deleted. Ask the publisher to mend it.")
        yield Rejected(row, "state", sentence, key)
    else:
        thing = Thing(row, data, defaults, key=key)
        if thing.is_read:
            yield from thing.arrivals()
        else:
            yield Gone(row, key)


def key_of(item: Any) -> str:
    """Return the id of an item, with its kind: two kinds may count alike."""
    if not isinstance(item, dict) or not isinstance(item.get("id"), str | int):
        return ""
    return f"{item.get('kind') or 'item'}:{item['id']}"[:200]
