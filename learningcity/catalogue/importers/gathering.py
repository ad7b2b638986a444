"""Bring a feed into a folder, page by page, before anything is written: bounded in size, time and pages."""

from pathlib import Path

from django.utils.translation import gettext as _

from learningcity.catalogue.importers import Layout
from learningcity.catalogue.importers.json_stream import Page
from learningcity.catalogue.importers.reading import MOST_BYTES, FileUnreadable
from learningcity.core.fetching import FetchRefused, fetch
from learningcity.core.fetching.lines import Deadline

LONGEST_SECONDS = 900.0
PAGE_SECONDS = 60.0
MOST_PAGES = 20_000
MARKUP = ("text/html", "application/xhtml+xml")
ACCEPT = {"Accept": "*/*", "User-Agent": "LearningCity"}


class FeedAnswersBadly(FileUnreadable):
    """The feed's machine answers, but not with data."""

    code = "feed_answers_badly"


def gather(address: str, layout: Layout, folder: Path, *, seconds: float = LONGEST_SECONDS) -> str:
    """Fetch a feed into an empty folder and return where the next reading begins, if the layout tells.

    Raises FetchRefused or FileUnreadable.
    """
    deadline, left, seen = Deadline(seconds), MOST_BYTES, set[str]()
    for number in range(MOST_PAGES):
        seen.add(address)
        path = folder / f"{number:06}"
        left -= bring(address, layout, path, largest=left, deadline=deadline)
        if layout.onward is None or not is_json(path):
            return ""
        count, outside = read_through(path)
        onward = layout.onward(outside, address, count)
        if not layout.is_whole and (not count or onward in seen):
            return onward or address
        if not onward:
            return ""
        if onward in seen:
            raise FeedAnswersBadly(
                _("The pages of the feed lead in a circle. Ask its publisher to mend it."), field="address"
            )
        address = onward
    raise FeedAnswersBadly(
        _("The feed has more than %(most)s pages. Give the address of a part of it.") % {"most": MOST_PAGES},
        field="address",
    )


def bring(address: str, layout: Layout, path: Path, *, largest: int, deadline: Deadline) -> int:
    """Fetch one page into a file and return its size. Raises FetchRefused or FeedAnswersBadly."""
    try:
        seconds = deadline.left()
    except TimeoutError:
        raise FetchRefused("fetch_too_slow") from None
    # One long file may take its time; many pages each take little.
    seconds = seconds if layout.onward is None else min(seconds, PAGE_SECONDS)
    with path.open("wb") as file:
        answer = fetch(address, headers=ACCEPT, largest=max(largest, 0), timeout=seconds, into=file)
    if not answer.is_fine:
        raise FeedAnswersBadly(
            _("The feed answers with status %(status)s. Check its address, or ask its publisher.")
            % {"status": answer.status},
            field="address",
        )
    if not layout.is_page and (answer.content_type in MARKUP or starts_with_markup(path)):
        raise FeedAnswersBadly(
            _("The address answers with a page of the web, not with data. Give the address of the data."),
            field="address",
        )
    return path.stat().st_size


def starts_with_markup(path: Path) -> bool:
    """Return whether a file begins like a page of the web."""
    with path.open("rb") as file:
        start = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def is_json(path: Path) -> bool:
    """Return whether a file begins like JSON, which alone has pages."""
    with path.open("rb") as file:
        return file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def read_through(path: Path) -> tuple[int, dict[str, object]]:
    """Return how many records a page has, and what stands around them. Raises FileUnreadable."""
    page = Page(path)
    count = sum(1 for _record in page)
    return count, page.outside
