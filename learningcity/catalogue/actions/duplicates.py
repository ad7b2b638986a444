"""Look for offers that may be one, and keep the pairs for a person to decide."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.collecting import seldom_collecting
from learningcity.catalogue.actions.duplicates_candidates import KeysOfOthers, Pair, Row, candidates
from learningcity.catalogue.actions.duplicates_following import follow_merges
from learningcity.catalogue.actions.rows import insert
from learningcity.catalogue.models import DuplicatePair, ImportRun, MatchKey, Offer, OfferMerge
from learningcity.catalogue.permissions import can_import
from learningcity.catalogue.queries.duplicates_listings import Listed, listings
from learningcity.core.actors import Actor
from learningcity.core.progress import SILENT, Progress
from learningcity.engines.duplicates import ENOUGH, Match, compare, could_be_one, keys

TOGETHER = 1000
LARGEST_SHELF = 20_000
MANY = 3000
"""From so many offers of one source it is quicker to read the keys of all others once."""


@transaction.atomic
def propose_for(offer_ids: Collection[int], *, by: Actor, at: datetime) -> int:
    """Compare these offers with all that are like them; return how many new pairs wait for a person.

    A pair that is no longer alike goes, unless somebody decided it; a pair called different comes up again
    only when both offers have changed since. Merges of these offers follow what was written. Raises
    PermissionDenied.
    """
    if not can_import(by):
        raise PermissionDenied
    return proposed(offer_ids, Shelf(at, fed_sources(), is_for_many=len(offer_ids) >= MANY))


def propose_all(*, by: Actor, at: datetime, progress: Progress = SILENT) -> int:
    """Compare all published offers; return how many new pairs wait for a person. Raises PermissionDenied.

    Each part is written by itself: whoever stops it keeps what was found.
    """
    if not can_import(by):
        raise PermissionDenied
    shelf = Shelf(at, fed_sources())
    found = 0
    with seldom_collecting():
        for batch in progress.steps(batches_of_all(), label=_("Offers")):
            with transaction.atomic():
                # Since the last part, others may have written.
                shelf.known.clear()
                found += proposed(batch, shelf)
    return found


def proposed(offer_ids: Collection[int], shelf: "Shelf") -> int:
    """Compare these offers; return how many new pairs there are."""
    follows = OfferMerge.objects.filter(undone_at=None).exists()
    found = 0
    for batch in parts_of(sorted(offer_ids), TOGETHER):
        if follows:
            follow_merges(batch, shelf.at)
        found += propose_batch(batch, shelf)
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
    """Offers of others that were read to be compared, kept for the next ones; emptied when it is full."""

    at: datetime
    fed: frozenset[int]
    is_for_many: bool = False
    known: dict[int, Listed] = field(default_factory=dict)
    keys: KeysOfOthers | None = None

    def read(self, offer_ids: Sequence[int]) -> dict[int, Listed]:
        """Read offers that are about to be compared anew."""
        found = listings(offer_ids, at=self.at)
        for listed in found.values():
            listed.group = listed.group if listed.group in self.fed else 0
        return found

    def others(self, offer_ids: Collection[int], mine: Mapping[int, Listed]) -> dict[int, Listed]:
        """Return those of these offers that are not mine and can be compared, read or from the shelf."""
        if len(self.known) > LARGEST_SHELF:
            self.known.clear()
        # What is compared anew may have changed since it came on the shelf.
        for pk in mine.keys() & self.known.keys():
            del self.known[pk]
        wanted = set(offer_ids) - mine.keys()
        for some in parts_of(sorted(wanted - self.known.keys()), TOGETHER):
            self.known |= listings(some, at=self.at)
        return {pk: self.known[pk] for pk in wanted & self.known.keys()}

    def candidates(self, rows: Sequence[Row]) -> list[Pair]:
        """Return the pairs to compare, of offers given with their keys and group, and any others."""
        groups = {group for _offer, _key, group in rows}
        if not self.is_for_many or len(groups) != 1 or 0 in groups:
            # Their keys change while they are compared with one another.
            self.keys = None
            return candidates(rows)
        [group] = groups
        if self.keys is None or self.keys.group != group:
            self.keys = KeysOfOthers.read(group)
            self.is_for_many = self.keys is not None
        return self.keys.candidates(rows) if self.keys else candidates(rows)


def propose_batch(offer_ids: Sequence[int], shelf: Shelf) -> int:
    """Compare some offers; return how many new pairs there are."""
    mine = shelf.read(offer_ids)
    rows = [(pk, key, listed.group) for pk, listed in mine.items() for key in keys(listed.listing)]
    keep_keys(offer_ids, rows)
    there = pairs_of(offer_ids)
    # What was found from the side of the other offer stays while it weighs enough.
    pairs = sorted({*shelf.candidates(rows), *there})
    known = mine | shelf.others({pk for pair in pairs for pk in pair}, mine)
    matches: dict[Pair, Match] = {}
    for one, other in pairs:
        if one in known and other in known and could_be_one(known[one].listing, known[other].listing):
            match = compare(known[one].listing, known[other].listing)
            if match.is_enough:
                matches[one, other] = match
    return write_pairs(there, matches, known, shelf.at)


def pairs_of(offer_ids: Sequence[int]) -> dict[Pair, DuplicatePair]:
    """Return the pairs that are known of these offers."""
    known = DuplicatePair.objects.filter(Q(first__in=offer_ids) | Q(second__in=offer_ids))
    return {(pair.first_id, pair.second_id): pair for pair in known}


def keep_keys(offer_ids: Sequence[int], rows: Iterable[tuple[int, int, int]]) -> None:
    """Write the keys of these offers where they are others than before."""
    before: dict[int, set[tuple[int, int, int]]] = {}
    known = MatchKey.objects.filter(offer_id__in=offer_ids)
    for row in known.values_list("offer_id", "key", "group"):
        before.setdefault(row[0], set()).add(row)
    now: dict[int, set[tuple[int, int, int]]] = {pk: set() for pk in before}
    for row in rows:
        now.setdefault(row[0], set()).add(row)
    changed = {pk for pk, said in now.items() if said != before.get(pk)}
    MatchKey.objects.filter(offer_id__in=changed & before.keys()).delete()
    # In their order, so that neighbours of the index are written together.
    fresh = sorted((row for pk in changed for row in now[pk]), key=itemgetter(1))
    insert(MatchKey, ("offer_id", "key", "group"), fresh)


def write_pairs(
    there: Mapping[Pair, DuplicatePair],
    matches: Mapping[Pair, Match],
    known: Mapping[int, Listed],
    at: datetime,
) -> int:
    """Keep the pairs found, beside those that are there; return how many are new. A person's word stands."""
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
