"""After an import: what it brought to offers that were made one with others."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from learningcity.catalogue.actions.duplicates_fields import settle_fields
from learningcity.catalogue.actions.duplicates_runs import bring_over
from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.models import Offer, OfferMerge


def follow_merges(offer_ids: Collection[int], at: datetime) -> None:
    """Bring merges up to date after these offers were written, inside the caller's transaction.

    New dates of dropped offers come over, dropped offers stay hidden, and each field is settled anew.
    """
    merges = OfferMerge.objects.filter(undone_at=None).select_related("kept__source", "dropped__source")
    touched = list(merges.filter(Q(dropped__in=offer_ids) | Q(kept__in=offer_ids)).order_by("pk"))
    for merge in touched:
        if merge.dropped.is_published:
            OfferMerge.objects.filter(pk=merge.pk).update(was_published=True)
            Offer.objects.filter(pk=merge.dropped_id).update(is_published=False)
        bring_over(merge)
    kept = {merge.kept_id: merge.kept for merge in touched}
    for offer in kept.values():
        settle_fields(offer, at)
    note_change(sorted(kept), at)
