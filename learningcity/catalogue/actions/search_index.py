"""Keep the search index in step with the database.

Changes wait in the outbox until the index holds them on disk. Whoever dies in between loses nothing: the
change is still there, and indexing an offer twice does no harm.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import PermissionDenied

from learningcity.catalogue.adapters.documents import entries_of
from learningcity.catalogue.adapters.index import (
    IndexBusy,
    is_ready,
    replace_all,
    sole_writer,
    stale_offers,
    write,
)
from learningcity.catalogue.models import Offer, SearchChange
from learningcity.core.actors import Actor
from learningcity.core.progress import SILENT, Progress
from learningcity.people.permissions import is_city_staff

BATCH = 2000
CHUNK = 500


def follow_changes(*, by: Actor, at: datetime) -> int:
    """Bring the search index up to date, or build it if there is none that can be read.

    Return how many entries were written; 0 while another process is writing, which does the same work.
    Raises PermissionDenied.
    """
    if not is_city_staff(by):
        raise PermissionDenied
    try:
        with sole_writer(wait=False):
            if not is_ready():
                return _rebuild(at, SILENT)
            return _drain(at) + _refresh(at)
    except IndexBusy:
        return 0


def rebuild_search_index(*, by: Actor, at: datetime, progress: Progress = SILENT) -> int:
    """Build the search index anew from the database while searches go on; return how many offers it holds.

    Raises PermissionDenied.
    """
    if not is_city_staff(by):
        raise PermissionDenied
    with sole_writer(wait=True):
        return _rebuild(at, progress)


def _rebuild(at: datetime, progress: Progress) -> int:
    # What is noted while we build may have been read too early: only what was noted before is settled.
    settled = list(SearchChange.objects.values_list("pk", flat=True))
    offers = Offer.objects.filter(is_published=True).order_by("pk").values_list("pk", flat=True)
    with progress.bar(label="search index", total=offers.count()) as advance, uncollected():
        count = replace_all(entries_of(offers.iterator(BATCH), at, advance))
    _forget(settled)
    return count


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of cycles from walking, again and again, over millions of rows that hold none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _drain(at: datetime) -> int:
    done = 0
    while changes := list(SearchChange.objects.order_by("pk").values_list("pk", "offer_id")[:BATCH]):
        offers = list(dict.fromkeys(offer for _pk, offer in changes))
        write(entries_of(offers, at))
        _forget([pk for pk, _offer in changes])
        done += len(offers)
    return done


def _refresh(at: datetime) -> int:
    done: set[int] = set()
    while stale := set(stale_offers(at, limit=BATCH)) - done:
        write(entries_of(sorted(stale), at))
        done |= stale
    return len(done)


def _forget(changes: list[int]) -> None:
    for start in range(0, len(changes), CHUNK):
        SearchChange.objects.filter(pk__in=changes[start : start + CHUNK]).delete()
