"""Navigation: the rooms in the masthead, the pages under a room, the links in the foot.

A room of the code enters its pages at start-up (`AppConfig.ready`), so that the frame names no room above it.
A room of the city without a page is not shown. Staff and providers, while they act as such, see a row of
rooms of their own instead of the residents'.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from learningcity.core.actors import Actor, Right

May = Callable[[HttpRequest], bool]

EVERYBODY, SIGNED_IN, STAFF, PROVIDER = "", "signed in", "staff", "provider"
"""The audiences: who sees a room or a page. SIGNED_IN is for pages only, in whatever row of rooms."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link: where it stands, what it says, the name of its address, and who sees it.

    `may(request)` says whether the reader could open the page; without it everybody of the audience can.
    """

    position: int
    key: str
    label: object
    url_name: str
    audience: str = EVERYBODY
    may: May | None = None

    @property
    def address(self) -> str:
        """The address of the page. Raises NoReverseMatch if no room brings it."""
        return reverse(self.url_name)


_rooms: dict[tuple[str, str], Entry] = {}
_pages: dict[str, dict[tuple[str, str], Entry]] = {}
_foot: dict[str, Entry] = {}


def audience_of(by: Actor) -> str:
    """Return whose row of rooms an actor sees: staff and providers have their own while they act as such."""
    return {Right.STAFF: STAFF, Right.PROVIDER: PROVIDER}.get(by.right, EVERYBODY)


def register_room(key: str, label: object, url_name: str, position: int, audience: str = EVERYBODY) -> None:
    """Enter a room of the city: its key (`data-room`), its label (lazy), its first page, and who sees it."""
    _rooms[audience, key] = Entry(position, key, label, url_name, audience)


def register_page(
    room: str,
    label: object,
    url_name: str,
    position: int,
    audience: str = EVERYBODY,
    may: May | None = None,
) -> None:
    """Enter a page under a room. Several code rooms may add pages to one room of the city."""
    _pages.setdefault(room, {})[audience, url_name] = Entry(position, room, label, url_name, audience, may)


def register_foot(label: object, url_name: str, position: int) -> None:
    """Enter a link in the foot of every page."""
    _foot[url_name] = Entry(position, "foot", label, url_name)


def rooms(audience: str = EVERYBODY) -> list[Entry]:
    """Return the rooms of an audience that have a page, in their order."""
    return sorted((entry for entry in _rooms.values() if entry.audience == audience), key=_order)


def pages(room: str, audience: str = EVERYBODY, *, is_signed_in: bool = False) -> list[Entry]:
    """Return the pages under a room that an audience sees, in their order."""
    seen = {EVERYBODY, audience, SIGNED_IN if is_signed_in else EVERYBODY}
    return sorted((entry for entry in _pages.get(room, {}).values() if entry.audience in seen), key=_order)


def label_of(room: str, audience: str = EVERYBODY) -> object:
    """Return the label of a room, for an audience that may not have it in its row: its key if nobody has."""
    entries = [*rooms(audience), *rooms(), *_rooms.values()]
    return next((entry.label for entry in entries if entry.key == room), room)


def foot() -> list[Entry]:
    """Return the links of the foot, in their order."""
    return sorted(_foot.values(), key=_order)


def _order(entry: Entry) -> tuple[int, str]:
    return entry.position, entry.url_name
