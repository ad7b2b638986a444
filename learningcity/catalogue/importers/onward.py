"""From one page of a feed to the next: where each kind of feed says that it is."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

Onward = Callable[[dict[str, Any], str, int], str]
"""Given what stands around a page's list, its address and how many records it has: the address of the next
page, which is the same address, or nothing, at the end."""


def linked_events_next(outside: dict[str, Any], address: str, count: int) -> str:
    """Return the next page that `meta` names."""
    meta = outside.get("meta")
    place = meta.get("next") if isinstance(meta, dict) else None
    return joined(address, place)


def rpde_next(outside: dict[str, Any], address: str, count: int) -> str:
    """Return the next page; a page without items is the last, and its `next` the begin of another reading."""
    return joined(address, outside.get("next"))


def by_number(outside: dict[str, Any], address: str, count: int) -> str:
    """Return the page with the next number.

    >>> by_number({"page_number": 1, "total_pages": 2}, "https://example.org/services?per_page=5", 5)
    'https://example.org/services?per_page=5&page=2'
    """
    page, last = outside.get("page_number"), outside.get("total_pages")
    if type(page) is not int or type(last) is not int or page >= last or not count:
        return ""
    parts = urlsplit(address)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "page"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("page", str(page + 1))])))


def joined(address: str, place: object) -> str:
    """Return an address that may be said in relation to that of the page."""
    try:
        return urljoin(address, place) if isinstance(place, str) and place else ""
    except ValueError:
        return ""
