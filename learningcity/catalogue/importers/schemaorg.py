"""schema.org in JSON-LD: files with a list of things, or pages that carry them in their scripts."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.arrivals import Arrival
from learningcity.catalogue.importers.json_stream import items
from learningcity.catalogue.importers.nodes import get, many, nodes
from learningcity.catalogue.importers.reading import Defaults, decoded, opened, parts_of, unreadable
from learningcity.catalogue.importers.schema_things import COLUMNS, Thing

__all__ = ["COLUMNS", "read"]

LARGEST_WHOLE = 8 * 1024 * 1024
"""A larger file must be a list, which is read record by record."""
HOLDERS = ("@graph", "itemListElement", "dataFeedElement", "item", "mainEntity")
LD_JSON = "application/ld+json"


def read(path: Path, defaults: Defaults) -> Iterator[Arrival]:
    """Yield the courses, events and resources of a file or page. Raises FileUnreadable."""
    row = 0
    for part in parts_of(path):
        for node in things(part):
            row += 1
            thing = Thing(row, node, defaults)
            if thing.is_read:
                yield from thing.arrivals()
        if not row:
            raise unreadable(
                _("Nothing here is marked as schema.org JSON-LD. Give the address of a page or file that is.")
            )


def things(path: Path) -> Iterator[Any]:
    """Yield the nodes of one file."""
    with opened(path) as file:
        start = file.read(LARGEST_WHOLE + 1)
    is_markup = start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    if len(start) > LARGEST_WHOLE:
        if is_markup:
            raise unreadable(_("The page is too large to be read. Give the address of its data."))
        for one in items(path):
            yield from inside(one, depth=3)
    elif is_markup:
        for script in scripts_of(decoded(start, 1)):
            yield from expanded(script)
    else:
        yield from expanded(decoded(start, 1))


def expanded(text: str) -> Iterator[Any]:
    """Yield the nodes of one piece of JSON-LD. Raises FileUnreadable."""
    try:
        root = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        raise unreadable(
            _("The file is cut, or no JSON. Fetch it again, or give the address of the data itself.")
        ) from None
    yield from inside(root, depth=3)


def inside(node: Any, *, depth: int) -> Iterator[Any]:
    """Yield the things in lists, graphs and lists of items; a thing that is none of these by itself."""
    if isinstance(node, list):
        for one in node:
            yield from inside(one, depth=depth)
        return
    holders = [get(node, name) for name in HOLDERS]
    inner = [one for holder in holders for one in many(holder) if isinstance(one, dict | list)]
    if inner and depth:
        for one in inner:
            yield from inside(one, depth=depth - 1)
    elif nodes(node):
        yield node


class Scripts(HTMLParser):
    """Collect what stands in the scripts of a page that hold JSON-LD."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a script."""
        kind = (dict(attrs).get("type") or "").partition(";")[0].strip().lower()
        if tag == "script" and kind == LD_JSON:
            self.is_inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        """End a script."""
        if tag == "script":
            self.is_inside = False

    def handle_data(self, data: str) -> None:
        """Keep what a script holds."""
        if self.is_inside:
            self.found[-1] += data


def scripts_of(page: str) -> list[str]:
    """Return the JSON-LD of a page, one piece for each script."""
    scripts = Scripts()
    scripts.feed(page)
    scripts.close()
    return [one for one in scripts.found if one.strip()]
