"""The records of a JSON file, one after the other, without holding the whole file in memory."""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from learningcity.catalogue.importers.reading import (
    MOST_BYTES,
    MOST_ROWS,
    FileUnreadable,
    opened,
    parts_of,
    unreadable,
)

CHUNK = 256 * 1024
LONGEST_RECORD = 2 * 1024 * 1024
START_OF_LIST = re.compile(
    r'\s*(?:\{.*?"(?:data|@graph|items|contents|dataFeedElement)"\s*:\s*)?\[', re.DOTALL
)
SPACE = re.compile(r"\s*")


class Window:
    """The part of a text between what was read and what was not needed yet."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self.text = ""
        self.at = 0
        self.bytes = 0
        self.is_last = False

    def grow(self) -> None:
        """Read on. Raises FileUnreadable for what is not UTF-8, or too much."""
        chunk = self.file.read(CHUNK)
        self.bytes += len(chunk)
        self.is_last = not chunk
        try:
            more = self.decoder.decode(chunk, final=self.is_last)
        except UnicodeDecodeError:
            raise unreadable(
                _("The file is not text in UTF-8. Save it as such and import it again.")
            ) from None
        self.text = self.text[self.at :] + more
        self.at = 0
        if self.bytes > MOST_BYTES or len(self.text) > LONGEST_RECORD + CHUNK:
            raise unreadable(_("The file, or a record of it, is too large. Divide it and import the parts."))

    def next_sign(self) -> str:
        """Go to the next sign that is no space, and return it; nothing at the end."""
        while True:
            found = SPACE.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if self.is_last:
                return ""
            self.grow()


def items(path: Path) -> Iterator[Any]:
    """Yield the records of a list, or of the list under `data`, `items`, `contents` or `@graph` in an object.

    A folder holds the pages of one list. Raises FileUnreadable for text that is cut, no JSON, not UTF-8, or
    has a record over 2 MB.
    """
    for part in parts_of(path):
        yield from Page(part)


class Page:
    """One file with a list. `outside` holds what stands beside the list, once its records were read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.outside: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Any]:
        with opened(self.path) as file:
            yield from self.records(Window(file))

    def records(self, window: "Window") -> Iterator[Any]:
        """Yield the records of the list in this window."""
        head = open_list(window)
        number = 0
        while window.next_sign() != "]":
            number += 1
            if number > MOST_ROWS:
                raise unreadable(
                    _("The file has more than %(most)s records. Divide it and import the parts.")
                    % {"most": MOST_ROWS}
                )
            yield next_record(window, number)
            step_over_comma(window, number)
        window.at += 1
        self.outside = around(head, rest_of(window), number)


def open_list(window: Window) -> str:
    """Go into the list and return what stands before it. Raises FileUnreadable without a list."""
    window.grow()
    window.next_sign()
    found = START_OF_LIST.match(window.text, window.at)
    if not found:
        raise unreadable(_("The file is no JSON with a list of records. See whether it is of this layout."))
    window.at = found.end()
    return found.group()


def next_record(window: Window, number: int) -> Any:
    """Return the record at the window's place and go behind it. Raises FileUnreadable."""
    while True:
        try:
            record, window.at = json.JSONDecoder().raw_decode(window.text, window.at)
        except RecursionError:
            raise broken(number) from None
        except ValueError:
            # The record may only be cut by the window.
            if window.is_last:
                raise broken(number) from None
            window.grow()
        else:
            return record


def step_over_comma(window: Window, number: int) -> None:
    """Go to the next record, or to the end of the list. Raises FileUnreadable if neither follows."""
    sign = window.next_sign()
    window.at += sign == ","
    if sign not in {",", "]"} or (sign == "," and window.next_sign() == "]"):
        raise broken(number)


def rest_of(window: Window) -> str:
    """Return what stands behind the list. Raises FileUnreadable."""
    while not window.is_last:
        window.grow()
    return window.text[window.at :]


def around(head: str, rest: str, number: int) -> dict[str, Any]:
    """Return what stands around a list. Raises FileUnreadable for a file that goes on, or breaks off."""
    try:
        outside = json.loads(f"{head}]{rest}")
    except (ValueError, RecursionError):
        raise broken(number) from None
    return outside if isinstance(outside, dict) else {}


def broken(number: int) -> FileUnreadable:
    """Return the refusal of a file that is no JSON at a record."""
    return unreadable(
        _("The file is cut, or no JSON, at record %(number)s. Fetch it again; nothing was imported.")
        % {"number": number}
    )
