"""The files of the search index: read by many, written by one, replaced as a whole.

`settings.SEARCH_INDEX` holds one folder per generation of the index and the file `current`, which names the
generation in use. A rebuild fills a new folder and then replaces `current` in one step; who reads the old
generation goes on until its next question.
"""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from tantivy import Document, FieldType, Index, Query, Searcher

from learningcity.catalogue.adapters.fields import FORMAT, schema
from learningcity.core.refusals import Refused

SMALL_HEAP = 64_000_000
LARGE_HEAP = 512_000_000
TRIES = 10
POINTER = "current"
META = "meta.json"


class SearchNotReady(Refused):
    """There is no index that can be read: it was never built, was damaged, or is of another format."""

    code = "search_not_ready"

    def __init__(self) -> None:
        super().__init__(_("The search is being prepared. Try again in a minute."))


class IndexBusy(Refused):
    """Another process writes to the index."""

    code = "index_busy"


class Entry(NamedTuple):
    """What the index holds of one offer; no document: nothing."""

    offer_id: int
    document: Document | None


@dataclass(frozen=True, slots=True)
class Opened:
    """An index opened for reading. `stamp` changes with every write; `languages` are those of its texts."""

    stamp: tuple[object, ...]
    index: Index
    searcher: Searcher
    languages: tuple[str, ...]


class _Reading:
    """The reader of this process, shared by its threads."""

    lock = Lock()
    opened: Opened | None = None


def opened() -> Opened:
    """Return the index as it stands on disk now. Raises SearchNotReady."""
    known = _Reading.opened
    try:
        if known and known.stamp == _stamp():
            return known
    except OSError:
        raise SearchNotReady from None
    with _Reading.lock:
        _Reading.opened = _open_anew(_Reading.opened)
        return _Reading.opened


def is_ready() -> bool:
    """Whether there is an index that can be read."""
    try:
        opened()
    except SearchNotReady:
        return False
    return True


def _stamp() -> tuple[object, ...]:
    pointer = settings.SEARCH_INDEX / POINTER
    state = pointer.stat()
    known = _Reading.opened
    seen = (str(pointer), state.st_ino, state.st_mtime_ns)
    generation = known.stamp[3] if known and known.stamp[:3] == seen else pointer.read_text()
    meta = (settings.SEARCH_INDEX / str(generation) / META).stat()
    return (*seen, generation, meta.st_ino, meta.st_mtime_ns, meta.st_size)


def _open_anew(known: Opened | None) -> Opened:
    # A generation may be replaced between reading its name and opening it, on a busy machine more than once.
    for _attempt in range(TRIES):
        try:
            stamp = _stamp()
            if known and known.stamp == stamp:
                return known
            return _open(stamp, known)
        except (OSError, ValueError):
            continue
    raise SearchNotReady


def _open(stamp: tuple[object, ...], known: Opened | None) -> Opened:
    generation = str(stamp[3])
    if generation.partition("-")[0] != FORMAT:
        raise SearchNotReady
    if known and known.stamp[:4] == stamp[:4]:
        index = known.index
    else:
        index = Index.open(str(settings.SEARCH_INDEX / generation))
        index.config_reader("manual", 0)
    index.reload()
    searcher = index.searcher()
    return Opened(stamp, index, searcher, _languages(searcher))


def _languages(searcher: Searcher) -> tuple[str, ...]:
    counted = searcher.aggregate(Query.all_query(), {"n": {"terms": {"field": "written_in", "size": 1000}}})
    return tuple(sorted(bucket["key"] for bucket in counted["n"]["buckets"]))


@contextmanager
def sole_writer(*, wait: bool) -> Iterator[None]:
    """Be the only one who writes to the index. Raises IndexBusy if somebody else is, and we do not wait.

    The lock belongs to the process: it ends with it, however it ends.
    """
    folder = settings.SEARCH_INDEX
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "writer.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise IndexBusy(
                _("The search index is being written by another process. Try again in a minute.")
            ) from None
        yield


def write(entries: Iterable[Entry]) -> None:
    """Replace what the index holds of these offers. When this returns, it is on disk. Call as sole writer."""
    index = opened().index
    writer = index.writer(SMALL_HEAP, 1)
    for entry in entries:
        # By a query: a deletion by term takes every number for a signed one, and finds nothing.
        writer.delete_documents_by_query(Query.term_query(schema(), "id", entry.offer_id))
        if entry.document:
            writer.add_document(entry.document)
    writer.commit()
    writer.wait_merging_threads()


def replace_all(entries: Iterable[Entry]) -> int:
    """Build a new index from these entries and put it in the place of the old one. Call as sole writer."""
    folder = settings.SEARCH_INDEX
    generation = f"{FORMAT}-{token_hex(6)}"
    (folder / generation).mkdir()
    writer = Index(schema(), path=str(folder / generation), sort_by_field="spot").writer(LARGE_HEAP, 1)
    count = 0
    for entry in entries:
        if entry.document:
            writer.add_document(entry.document)
            count += 1
    writer.commit()
    writer.wait_merging_threads()
    _point_to(folder, generation)
    _remove_others(folder, generation)
    return count


def _point_to(folder: Path, generation: str) -> None:
    fresh = folder / f"{POINTER}.{generation}"
    with fresh.open("w") as handle:
        handle.write(generation)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(folder / POINTER)


def _remove_others(folder: Path, generation: str) -> None:
    for other in folder.iterdir():
        if other.is_dir() and other.name != generation:
            # A reader may have opened a file of it a moment ago; what is left goes with the next rebuild.
            shutil.rmtree(other, ignore_errors=True)


def stale_offers(at: datetime, *, limit: int) -> list[int]:
    """Return offers of which a session has begun or ended since they were indexed, at most `limit`."""
    now = opened()
    moment = int(at.timestamp())
    query = Query.range_query(now.index.schema, "stale_at", FieldType.Unsigned, 0, moment)
    hits = now.searcher.search(query, limit, count=False).hits
    return [
        int(number) for number in now.searcher.fast_field_values("id", [hit[1] for hit in hits]) if number
    ]
