"""Make two offers one, and part them again."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.duplicates import propose_for
from learningcity.catalogue.actions.duplicates_fields import settle_fields
from learningcity.catalogue.actions.duplicates_links import (
    follow_clashes,
    follow_links,
    put_clashes_back,
    put_links_back,
)
from learningcity.catalogue.actions.duplicates_runs import bring_over, joined, take_back
from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.models import DuplicatePair, MatchKey, Offer, OfferMerge
from learningcity.catalogue.permissions import can_import
from learningcity.catalogue.queries.duplicates import is_latest
from learningcity.catalogue.signals import merge_undone, offers_merged
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused

UNDO_FOR = timedelta(days=365)
"""How long a merge is remembered and can be undone."""


class NotToMerge(Refused):
    """These two offers cannot become one as they are."""

    code = "offers_not_to_merge"


class NotToUndo(Refused):
    """The merge cannot be undone, or not yet."""

    code = "merge_not_to_undo"


@transaction.atomic
def merge_offers(kept: Offer, dropped: Offer, *, by: Actor, at: datetime) -> OfferMerge:
    """Make two offers one: the kept one stays, the dropped one is hidden and its address leads there.

    Series and sessions that are the same are joined, the others come over; in each field the best-ranked
    source wins; the rooms that listen let enrolments and what was saved follow. Raises PermissionDenied or
    NotToMerge.
    """
    if not can_import(by):
        raise PermissionDenied
    both = locked([kept.pk, dropped.pk])
    refuse_unfit(kept.pk, dropped.pk, both)
    kept, dropped = both[kept.pk], both[dropped.pk]
    merge = OfferMerge.objects.create(
        kept=kept,
        dropped=dropped,
        was_published=dropped.is_published,
        merged_at=at,
        undo_until=at + UNDO_FOR,
    )
    bring_over(merge)
    Offer.objects.filter(pk=dropped.pk).update(is_published=False)
    settle_fields(kept, at)
    MatchKey.objects.filter(offer_id=dropped.pk).delete()
    settle_pairs(kept, dropped, at)
    words = words_of(merge)
    links = follow_links(kept, dropped) | follow_clashes(words["sessions"])
    merge.moved = links | told(offers_merged.send(OfferMerge, **words, by=by, at=at))
    merge.save(update_fields=["moved"])
    mark_changed(both, at)
    record("catalogue.offers_merged", by=by, about=merge, at=at)
    return merge


@transaction.atomic
def undo_merge(merge: OfferMerge, *, by: Actor, at: datetime) -> None:
    """Part two offers again: each has what it had, and what came to the kept one since stays with it.

    Raises PermissionDenied or NotToUndo.
    """
    if not can_import(by):
        raise PermissionDenied
    both = locked([merge.kept_id, merge.dropped_id])
    merge = OfferMerge.objects.select_for_update().get(pk=merge.pk)
    merge.kept, merge.dropped = both[merge.kept_id], both[merge.dropped_id]
    refuse_late(merge, at)
    words = words_of(merge)
    take_back(merge)
    put_links_back(merge.dropped, merge.moved)
    put_clashes_back(merge.moved)
    merge.undone_at = at
    merge.save(update_fields=["undone_at"])
    Offer.objects.filter(pk=merge.dropped_id).update(is_published=merge.was_published)
    settle_fields(merge.kept, at)
    merge_undone.send(OfferMerge, **words, moved=merge.moved, by=by, at=at)
    first, second = sorted(both)
    DuplicatePair.objects.filter(first=first, second=second).update(
        state=DuplicatePair.State.OPEN, decided_at=None
    )
    mark_changed(both, at)
    record("catalogue.merge_undone", by=by, about=merge, at=at)
    propose_for(sorted(both), by=by, at=at)


def locked(offer_ids: Collection[int]) -> dict[int, Offer]:
    """Return offers locked, always in the same order."""
    offers = Offer.objects.select_for_update(of=("self",)).select_related("source")
    return {offer.pk: offer for offer in offers.filter(pk__in=offer_ids).order_by("pk")}


def refuse_unfit(kept_id: int, dropped_id: int, both: dict[int, Offer]) -> None:
    """Raise NotToMerge unless these are two offers, neither merged away, and the kept one is published."""
    if kept_id == dropped_id:
        raise NotToMerge(_("This is one and the same offer. Choose two."))
    if OfferMerge.objects.filter(dropped__in=both, undone_at=None).exists():
        raise NotToMerge(_("One of the two has become part of another offer already. Open the list anew."))
    if any(offer.is_draft for offer in both.values()):
        raise NotToMerge(_("One of the two is a draft. Publish it first, or delete it."))
    if not both[kept_id].is_published:
        raise NotToMerge(_("The offer that stays is withdrawn. Keep the other one, or publish it first."))


def refuse_late(merge: OfferMerge, at: datetime) -> None:
    """Raise NotToUndo if the merge is undone already, is forgotten, or stands below a later one."""
    if merge.undone_at is not None:
        raise NotToUndo(_("Somebody has undone this already. Open the list anew."))
    if at >= merge.undo_until:
        raise NotToUndo(_("The time to undo this is over. Enter the offer anew if it has to come back."))
    if not is_latest(merge):
        raise NotToUndo(_("One of the two offers was merged again since. Undo the later merge first."))


def words_of(merge: OfferMerge) -> dict[str, Any]:
    """Return what the rooms hear of a merge."""
    same = joined(merge)
    return {
        "kept": merge.kept,
        "dropped": merge.dropped,
        "merge": merge.public_id,
        "series": same.series,
        "sessions": same.sessions,
    }


def told(answers: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    """Return what the rooms moved, as one mapping.

    Raises ValueError if two use one name: a mistake in the code.
    """
    found: dict[str, Any] = {}
    for _receiver, answer in answers:
        for name, moved in (answer or {}).items():
            if name in found:
                raise ValueError(f"Two receivers of offers_merged say {name!r}.")
            found[name] = moved
    return found


def settle_pairs(kept: Offer, dropped: Offer, at: datetime) -> None:
    """Note the pair as one; pairs of the dropped offer that nobody decided go with it."""
    first, second = sorted((kept.pk, dropped.pk))
    DuplicatePair.objects.filter(first=first, second=second).update(
        state=DuplicatePair.State.SAME, decided_at=at
    )
    of_dropped = Q(first=dropped) | Q(second=dropped)
    DuplicatePair.objects.filter(of_dropped, state=DuplicatePair.State.OPEN).delete()


def mark_changed(offer_ids: Collection[int], at: datetime) -> None:
    """Let readers of changes, and the search index, see the offers anew."""
    Offer.objects.filter(pk__in=offer_ids).update(changed_at=at)
    note_change(sorted(offer_ids), at)
