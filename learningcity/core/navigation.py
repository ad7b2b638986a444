"""Navigation: the rooms in the masthead, the pages under a room, the links in the foot.

A room of the code enters its pages at start-up (`AppConfig.ready`), so that the frame names no room above it.
A room of the city without a page is not shown.
"""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Entry:
    """One link: where it stands, what it says, the name of its address."""

    position: int
    key: str
    label: object
    url_name: str

    @property
    def address(self) -> str:
        """The address of the page. Raises NoReverseMatch if no room brings it."""
        return reverse(self.url_name)


_rooms: dict[str, Entry] = {}
_pages: dict[str, dict[str, Entry]] = {}
_foot: dict[str, Entry] = {}


def register_room(key: str, label: object, url_name: str, position: int) -> None:
    """Enter a room of the city: its key (`data-room`), its label (lazy) and its first page."""
    _rooms[key] = Entry(position, key, label, url_name)


def register_page(room: str, label: object, url_name: str, position: int) -> None:
    """Enter a page under a room. Several code rooms may add pages to one room of the city."""
    _pages.setdefault(room, {})[url_name] = Entry(position, room, label, url_name)


def register_foot(label: object, url_name: str, position: int) -> None:
    """Enter a link in the foot of every page."""
    _foot[url_name] = Entry(position, "foot", label, url_name)


def rooms() -> list[Entry]:
    """Return the rooms that have a page, in their order."""
    return sorted(_rooms.values(), key=_order)


def pages(room: str) -> list[Entry]:
    """Return the pages under a room, in their order."""
    return sorted(_pages.get(room, {}).values(), key=_order)


def foot() -> list[Entry]:
    """Return the links of the foot, in their order."""
    return sorted(_foot.values(), key=_order)


def _order(entry: Entry) -> tuple[int, str]:
    return entry.position, entry.url_name
