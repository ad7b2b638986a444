"""Offers that may be one, and those that became one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from learningcity.catalogue.models import DuplicatePair, FieldOrigin, Offer, OfferMerge, SourceRank

LONGEST_CHAIN = 20


def dropped_into(kept: Offer) -> list[Offer]:
    """Return the offers that were merged into this one, and those that had been merged into them."""
    found: list[Offer] = []
    wanted: Collection[int] = [kept.pk]
    while wanted:
        merges = OfferMerge.objects.filter(kept__in=wanted, undone_at=None)
        dropped = (
            Offer.objects.filter(pk__in=merges.values("dropped")).select_related("source").order_by("pk")
        )
        found += dropped
        wanted = [offer.pk for offer in dropped]
    return found


def survivors_of(offer_ids: Collection[int]) -> dict[int, int]:
    """Return for each offer that was merged away the one that stands for it now."""
    found = {pk: pk for pk in offer_ids}
    for _step in range(LONGEST_CHAIN):
        merges = OfferMerge.objects.filter(dropped__in=set(found.values()), undone_at=None)
        onward = dict(merges.values_list("dropped", "kept"))
        if not onward:
            break
        found = {pk: onward.get(now, now) for pk, now in found.items()}
    return {pk: now for pk, now in found.items() if pk != now}


def survivor_of(public_id: UUID) -> Offer | None:
    """Return the offer that stands for one that was merged away; None if it was not."""
    pk = Offer.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    survivor = survivors_of([pk]).get(pk) if pk else None
    return Offer.objects.get(pk=survivor) if survivor else None


def merge_into(offer: Offer) -> OfferMerge | None:
    """Return the merge by which an offer was dropped, if it was."""
    return OfferMerge.objects.filter(dropped=offer, undone_at=None).first()


def open_pairs() -> "QuerySet[DuplicatePair]":
    """Return the pairs that wait for a person, the likeliest first."""
    return _with_offers(DuplicatePair.objects.filter(state=DuplicatePair.State.OPEN)).order_by(
        "-weight", "-pk"
    )


def decided_pairs() -> "QuerySet[DuplicatePair]":
    """Return the pairs that somebody called different, the latest first."""
    different = DuplicatePair.objects.filter(state=DuplicatePair.State.DIFFERENT)
    return _with_offers(different).order_by("-decided_at", "-pk")


def standing_merges(*, at: datetime) -> "QuerySet[OfferMerge]":
    """Return the merges that can still be undone, the latest first."""
    standing = OfferMerge.objects.filter(undone_at=None, undo_until__gt=at)
    return standing.select_related("kept", "dropped").order_by("-merged_at", "-pk")


def pair_with_id(public_id: UUID) -> DuplicatePair | None:
    """Return a pair with its offers."""
    return _with_offers(DuplicatePair.objects.filter(public_id=public_id)).first()


def pair_of(one: Offer, other: Offer) -> DuplicatePair | None:
    """Return what is known of two offers as a pair."""
    first, second = sorted((one.pk, other.pk))
    return DuplicatePair.objects.filter(first=first, second=second).first()


def merge_with_id(public_id: UUID) -> OfferMerge | None:
    """Return a merge with its offers."""
    return OfferMerge.objects.select_related("kept", "dropped").filter(public_id=public_id).first()


def ranks() -> "QuerySet[SourceRank]":
    """Return whose word counts in which field, the best first."""
    return SourceRank.objects.select_related("source").order_by("field", "rank", "source__name", "pk")


def merged_into(offer_ids: Collection[int]) -> dict[int, UUID]:
    """Return for each offer that was merged away the public identifier of the one that stands for it."""
    now = survivors_of(offer_ids)
    identifiers = dict(Offer.objects.filter(pk__in=now.values()).values_list("pk", "public_id"))
    return {pk: identifiers[survivor] for pk, survivor in now.items()}


def is_latest(merge: OfferMerge) -> bool:
    """Whether no later merge stands that touched either of the two offers."""
    both = [merge.kept_id, merge.dropped_id]
    later = OfferMerge.objects.filter(Q(kept__in=both) | Q(dropped__in=both), undone_at=None, pk__gt=merge.pk)
    return not later.exists()


@dataclass(frozen=True, slots=True)
class Origin:
    """A field of an offer, and the source from which its value is."""

    field: str
    source: str


def origins_of(offer_id: int) -> list[Origin]:
    """Return the fields of an offer whose value is from another source than the offer."""
    rows = FieldOrigin.objects.filter(offer=offer_id).exclude(source=F("offer__source"))
    found = rows.order_by("pk").values_list("field", "source__name")
    # Words in other languages are kept language by language ("text es"), and told as one field.
    named = (("texts" if field.startswith("text ") else field, source) for field, source in found)
    return [Origin(field, source) for field, source in dict.fromkeys(named)]


def _with_offers(pairs: "QuerySet[DuplicatePair]") -> "QuerySet[DuplicatePair]":
    return pairs.select_related("first__source", "second__source")
