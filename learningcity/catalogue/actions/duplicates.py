"""Look for offers that may be one, and keep the pairs for a person to decide."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, Window
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.duplicates_following import follow_merges
from learningcity.catalogue.actions.rows import insert
from learningcity.catalogue.models import DuplicatePair, ImportRun, MatchKey, Offer, OfferMerge
from learningcity.catalogue.permissions import can_import
from learningcity.catalogue.queries.duplicates_listings import Listed, listings
from learningcity.core.actors import Actor
from learningcity.core.progress import SILENT, Progress
from learningcity.engines.duplicates import ENOUGH, Match, compare, could_be_one, keys, kind_of

TOGETHER = 500
LARGEST_SHELF = 20_000
MOST_ALIKE = 60
"""A key that more offers share tells nothing: "the library on Saturday at ten"."""

HARDLY_ANYBODY = 3
"""A key that so few share tells as much as two."""

Pair = tuple[int, int]


@transaction.atomic
def propose_for(offer_ids: Collection[int], *, by: Actor, at: datetime) -> int:
    """Compare these offers with all that are like them; return how many new pairs wait for a person.

    A pair that is no longer alike goes, unless somebody decided it; a pair called different comes up again
    only when both offers have changed since. Merges of these offers follow what was written. Raises
    PermissionDenied.
    """
    if not can_import(by):
        raise PermissionDenied
    shelf = Shelf(at, fed_sources())
    follows = OfferMerge.objects.filter(undone_at=None).exists()
    found = 0
    for batch in parts_of(sorted(offer_ids), TOGETHER):
        if follows:
            follow_merges(batch, at)
        found += propose_batch(batch, shelf)
    return found


def propose_all(*, by: Actor, at: datetime, progress: Progress = SILENT) -> int:
    """Compare all published offers; return how many new pairs wait for a person. Raises PermissionDenied.

    Each part is written by itself: whoever stops it keeps what was found.
    """
    if not can_import(by):
        raise PermissionDenied
    found = 0
    for batch in progress.steps(batches_of_all(), label=_("Offers")):
        found += propose_for(batch, by=by, at=at)
    return found


def batches_of_all() -> Iterator[list[int]]:
    """Yield the rows of all published offers, some at a time."""
    last = 0
    published = Offer.objects.filter(is_published=True).order_by("pk")
    while batch := list(published.filter(pk__gt=last).values_list("pk", flat=True)[:TOGETHER]):
        yield batch
        last = batch[-1]


def parts_of(rows: Iterable[int], size: int) -> Iterator[list[int]]:
    """Yield the rows, so many at a time."""
    whole = list(rows)
    return (whole[start : start + size] for start in range(0, len(whole), size))


def fed_sources() -> frozenset[int]:
    """Return the sources that were imported: such a source tells its own offers apart."""
    return frozenset(ImportRun.objects.values_list("source_id", flat=True).distinct())


@dataclass
class Shelf:
    """What was read to be compared, kept for the next offers; emptied when it is full."""

    at: datetime
    fed: frozenset[int]
    known: dict[int, Listed] = field(default_factory=dict)

    def read(self, offer_ids: Sequence[int]) -> dict[int, Listed]:
        """Read these offers, and put them on the shelf."""
        if len(self.known) > LARGEST_SHELF:
            self.known.clear()
        found = listings(offer_ids, at=self.at)
        for listed in found.values():
            listed.group = listed.group if listed.group in self.fed else 0
        self.known |= found
        return found

    def read_missing(self, offer_ids: Iterable[int]) -> None:
        """Read those of these offers that are not there."""
        for some in parts_of(sorted(set(offer_ids) - self.known.keys()), TOGETHER):
            self.known |= listings(some, at=self.at)


def propose_batch(offer_ids: Sequence[int], shelf: Shelf) -> int:
    """Compare some offers; return how many new pairs there are."""
    mine = shelf.read(offer_ids)
    MatchKey.objects.filter(offer_id__in=offer_ids).delete()
    rows = [(pk, key, listed.group) for pk, listed in mine.items() for key in keys(listed.listing)]
    insert(MatchKey, ("offer_id", "key", "group"), rows)
    pairs = candidates(rows)
    shelf.read_missing(pk for pair in pairs for pk in pair)
    matches: dict[Pair, Match] = {}
    known = shelf.known
    for one, other in pairs:
        if one in known and other in known and could_be_one(known[one].listing, known[other].listing):
            match = compare(known[one].listing, known[other].listing)
            if match.is_enough:
                matches[one, other] = match
    return write_pairs(offer_ids, matches, known, shelf.at)


def candidates(rows: Iterable[tuple[int, int, int]]) -> list[Pair]:
    """Return the pairs to compare: of offers given with their keys and group, and any others.

    They share keys of two kinds, or one that hardly anybody has.
    """
    by_group: dict[int, dict[int, list[int]]] = {}
    for offer_id, key, group in rows:
        by_group.setdefault(group, {}).setdefault(key, []).append(offer_id)
    shared: dict[Pair, int] = {}
    for group, by_key in by_group.items():
        wanted = {offer_id for offer_ids in by_key.values() for offer_id in offer_ids}
        for key, other, number in sharing(wanted, group):
            for one in by_key[key]:
                if one != other:
                    pair = (min(one, other), max(one, other))
                    shared[pair] = shared.get(pair, 0) | 1 << kind_of(key) | (number <= HARDLY_ANYBODY)
    return sorted(pair for pair, kinds in shared.items() if kinds & 1 or kinds.bit_count() > 1)


def sharing(offer_ids: Collection[int], group: int) -> Iterable[tuple[int, int, int]]:
    """Return the keys of these offers with each offer of another group that has them, and how many these are.

    Keys that too many have are left out.
    """
    mine = MatchKey.objects.filter(offer_id__in=offer_ids)
    others = MatchKey.objects.filter(key__in=mine.values("key"))
    if group:
        others = others.exclude(group=group)
    counted = others.annotate(number=Window(Count("pk"), partition_by="key"))
    return counted.filter(number__lte=MOST_ALIKE).values_list("key", "offer_id", "number")


def write_pairs(
    offer_ids: Sequence[int], matches: Mapping[Pair, Match], known: Mapping[int, Listed], at: datetime
) -> int:
    """Keep the pairs found; return how many are new. What a person decided stands."""
    touched = DuplicatePair.objects.filter(Q(first__in=offer_ids) | Q(second__in=offer_ids))
    there = {(pair.first_id, pair.second_id): pair for pair in touched}
    # A pair that weighs less was brought up by a person.
    gone = [
        pair.pk
        for ids, pair in there.items()
        if pair.state == pair.State.OPEN and pair.weight >= ENOUGH * 100 and ids not in matches
    ]
    DuplicatePair.objects.filter(pk__in=gone, state=DuplicatePair.State.OPEN).delete()
    new: list[DuplicatePair] = []
    again: list[DuplicatePair] = []
    for (one, other), match in matches.items():
        pair = there.get((one, other)) or DuplicatePair(first_id=one, second_id=other, found_at=at)
        if is_settled(pair, known):
            continue
        pair.state, pair.decided_at = DuplicatePair.State.OPEN, None
        pair.weight, pair.reasons = round(match.weight * 100), as_rows(match)
        pair.first_digest, pair.second_digest = known[one].digest, known[other].digest
        (again if pair.pk else new).append(pair)
    DuplicatePair.objects.bulk_create(new, TOGETHER, ignore_conflicts=True)
    DuplicatePair.objects.bulk_update(again, WRITTEN, TOGETHER)
    return len(new)


WRITTEN = ("state", "decided_at", "weight", "reasons", "first_digest", "second_digest")


def is_settled(pair: DuplicatePair, known: Mapping[int, Listed]) -> bool:
    """Return whether a person's word on a pair still stands: until both offers have changed."""
    if pair.state == DuplicatePair.State.OPEN:
        return False
    return (
        pair.first_digest == known[pair.first_id].digest or pair.second_digest == known[pair.second_id].digest
    )


def as_rows(match: Match) -> list[list[str | float]]:
    """Return the reasons as plain lists: what was compared, the answer, its weight."""
    return [[reason.comparison, reason.answer, reason.weight] for reason in match.reasons]
