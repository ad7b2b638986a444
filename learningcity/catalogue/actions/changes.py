"""Number the changes of the open catalogue, one after another, and drop what is told no longer.

Whoever changes an offer writes an unnumbered change in the same transaction (`actions.outbox.note_change`).
Numbers are given here, after the commit and one sweep at a time: taken earlier, they would become visible out
of order, and a reader would pass by a change that was still on its way.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from learningcity.catalogue.actions.outbox import note_unnumbered
from learningcity.catalogue.models import Change, ChangeCount, Offer, UnnumberedChange
from learningcity.catalogue.queries.licences import open_source_rows
from learningcity.core.actors import Actor
from learningcity.people.permissions import is_city_staff

BATCH = 2000
CHUNK = 500
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def number_changes(*, by: Actor, at: datetime) -> int:
    """Give numbers to all changes that were committed; return how many entries of the log were written.

    The first time, and after a restore, the log is begun with every offer. Raises PermissionDenied.
    """
    if not is_city_staff(by):
        raise PermissionDenied
    written = 0
    while _is_something_to_number():
        written += _sweep(at)
    return written


@transaction.atomic
def forget_removals(*, older_than: timedelta, by: Actor, at: datetime) -> int:
    """Drop removals that were told for the stated period; readers from before them must start again.

    Return how many were dropped. Raises PermissionDenied.
    """
    if not is_city_staff(by):
        raise PermissionDenied
    count = ChangeCount.objects.select_for_update().first()
    if count is None:
        return 0
    old = Change.objects.filter(is_removed=True, changed_at__lt=at - older_than)
    newest = old.order_by("-number").values_list("number", flat=True).first()
    if newest is None:
        return 0
    dropped, _by_table = old.delete()
    ChangeCount.objects.filter(pk=count.pk).update(complete_from=max(count.complete_from, newest))
    return dropped


@transaction.atomic
def begin_log_anew(*, by: Actor, at: datetime) -> None:
    """Drop the log: the next sweep begins it with every offer, and every reader starts again.

    Needed after a restore: the numbers of the time that was lost were told to readers.
    Raises PermissionDenied.
    """
    if not is_city_staff(by):
        raise PermissionDenied
    ChangeCount.objects.select_for_update().all().delete()
    Change.objects.all().delete()


def _is_something_to_number() -> bool:
    """Look before locking: most sweeps find nothing, and must not take the place of the one writer."""
    count = ChangeCount.objects.values_list("open_sources", flat=True).first()
    return count is None or UnnumberedChange.objects.exists() or count != open_source_rows()


@transaction.atomic
def _sweep(at: datetime) -> int:
    count = _locked_count(at)
    _note_opened_and_closed(count, at)
    waiting = list(UnnumberedChange.objects.order_by("pk").values_list("pk", "offer_id")[:BATCH])
    offers = list(dict.fromkeys(offer for _pk, offer in waiting))
    # An identifier may belong to a new row by now, and a statement writes each entry once.
    changes = list({change.public_id: change for change in _changes_of(offers, count, at)}.values())
    Change.objects.bulk_create(
        changes,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["public_id"],
        update_fields=["offer_id", "number", "is_removed", "changed_at"],
    )
    for some in _chunks([pk for pk, _offer in waiting]):
        UnnumberedChange.objects.filter(pk__in=some).delete()
    if changes:
        count.last_number, count.numbered_at = max(change.number for change in changes), at
    count.save()
    return len(changes)


def _locked_count(at: datetime) -> ChangeCount:
    """Return the one row of the count, locked; begin the log if there is none."""
    count = ChangeCount.objects.select_for_update().first()
    if count is not None:
        return count
    try:
        with transaction.atomic():
            return _begun(at)
    except IntegrityError:
        # Another sweep was first.
        return ChangeCount.objects.select_for_update().get()


def _begun(at: datetime) -> ChangeCount:
    """Begin the log: at a number above all that were told before, and with every published offer."""
    first = int((at - EPOCH) / timedelta(microseconds=1))
    count = ChangeCount.objects.create(
        last_number=first, complete_from=first, open_sources=open_source_rows(), numbered_at=at
    )
    note_unnumbered(
        Offer.objects.filter(is_published=True).order_by("pk").values_list("pk", flat=True).iterator(), at
    )
    return count


def _note_opened_and_closed(count: ChangeCount, at: datetime) -> None:
    """Note every offer of the sources that got another licence: one that opens them, or closes them."""
    now_open = open_source_rows()
    if now_open != count.open_sources:
        turned = set(now_open) ^ set(count.open_sources)
        note_unnumbered(
            Offer.objects.filter(source__in=turned).values_list("pk", flat=True).order_by("pk"), at
        )
        count.open_sources = now_open


def _changes_of(offers: Sequence[int], count: ChangeCount, at: datetime) -> Iterator[Change]:
    """Yield the numbered changes of these offers; nothing of those that were never told and are not open."""
    open_sources = set(count.open_sources)
    told: dict[int, tuple[UUID, bool]] = {}
    found: dict[int, tuple[UUID, bool]] = {}
    for some in _chunks(offers):
        known = Change.objects.filter(offer_id__in=some).values_list("offer_id", "public_id", "is_removed")
        told |= {offer: (public_id, is_removed) for offer, public_id, is_removed in known}
        rows = Offer.objects.filter(pk__in=some).values_list("pk", "public_id", "is_published", "source_id")
        found |= {pk: (public_id, shown and source in open_sources) for pk, public_id, shown, source in rows}
    number = count.last_number
    for offer in offers:
        if offer not in found and offer not in told:
            continue
        public_id, is_open = found.get(offer) or (told[offer][0], False)
        if not is_open and (offer not in told or told[offer][1]):
            continue
        number += 1
        yield Change(
            offer_id=offer, public_id=public_id, number=number, is_removed=not is_open, changed_at=at
        )


def _chunks(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
