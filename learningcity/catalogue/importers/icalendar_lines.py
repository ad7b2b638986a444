"""iCalendar as a stream (RFC 5545, 3.1): unfolded lines, their parameters and values, and blocks of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from learningcity.catalogue.importers.reading import FileUnreadable, lines, opened, parts_of, unreadable

NAME = re.compile(r'([A-Za-z0-9-]{1,60})((?:;[A-Za-z0-9-]{1,60}=(?:"[^"]*"|[^;:"])*)*):')
PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^;:"]*)')
ESCAPED = re.compile(r"\\([\\;,nN])")
LONGEST_BLOCK = 2 * 1024 * 1024
BLOCKS = ("BEGIN:VEVENT", "BEGIN:VTIMEZONE")


@dataclass(frozen=True, slots=True)
class Property:
    """One line: its value as it stands, and its parameters (names in capitals)."""

    value: str
    parameters: dict[str, str]

    @property
    def text(self) -> str:
        """The value as words."""
        return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value).strip()


@dataclass(slots=True)
class Block:
    """One component: its place among those of its kind, its own properties, and all its lines."""

    number: int
    kind: str
    properties: dict[str, list[Property]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        """Return a property, the first of its name."""
        found = self.properties.get(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        """Return the words of a property, empty if it is not there."""
        found = self.first(name)
        return found.text if found else ""


def blocks(path: Path) -> Iterator[Block]:
    """Yield the events and time zones of a calendar. Raises FileUnreadable for what is none."""
    for part in parts_of(path):
        with opened(part) as file:
            yield from blocks_of(unfolded(lines(file)))


def blocks_of(texts: Iterator[str]) -> Iterator[Block]:
    """Yield the blocks of one file."""
    if next(texts, "").strip().upper() != "BEGIN:VCALENDAR":
        raise unreadable(_("The file is no calendar: it does not begin with BEGIN:VCALENDAR."))
    number, is_over = 0, False
    for text in texts:
        kind = text.strip().upper()
        is_over = is_over or kind == "END:VCALENDAR"
        if kind in BLOCKS:
            number += kind == "BEGIN:VEVENT"
            yield filled(Block(number, kind.removeprefix("BEGIN:"), lines=[text]), texts)
    if not is_over:
        raise breaks_off(number)


def filled(block: Block, texts: Iterator[str]) -> Block:
    """Return a block with all its lines. Raises FileUnreadable if it has no end."""
    depth, size = 1, 0
    for text in texts:
        word = text.strip().upper()
        block.lines.append(text)
        size += len(text)
        if size > LONGEST_BLOCK:
            raise unreadable(_("Entry %(number)s of the calendar is too long.") % {"number": block.number})
        depth += word.startswith("BEGIN:") - word.startswith("END:")
        if depth == 0:
            return block
        if depth == 1:
            take(block, text)
    raise breaks_off(block.number)


def breaks_off(number: int) -> FileUnreadable:
    """Return the refusal of a calendar without its end."""
    return unreadable(
        _("The calendar breaks off at entry %(number)s. Fetch it again; nothing was imported.")
        % {"number": number}
    )


def unfolded(texts: Iterator[str]) -> Iterator[str]:
    """Yield whole lines: one that begins with a space continues the one before."""
    held, is_first = "", True
    for text in texts:
        text = text.rstrip("\r\n")
        if text[:1] in (" ", "\t"):
            held += text[1:]
            if len(held) > LONGEST_BLOCK:
                raise unreadable(_("A line of the calendar is too long."))
            continue
        if not is_first:
            yield held
        held, is_first = text, False
    if not is_first:
        yield held


def take(block: Block, text: str) -> None:
    """Take one line into a block; what is no property is passed over."""
    found = NAME.match(text)
    if not found:
        return
    parameters = {name.upper(): value.strip('"') for name, value in PARAMETER.findall(found[2])}
    block.properties.setdefault(found[1].upper(), []).append(Property(text[found.end() :], parameters))
