"""A person's word on two offers that may be one."""

from datetime import datetime
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.duplicates import as_rows
from learningcity.catalogue.actions.duplicates_merging import locked, merge_offers
from learningcity.catalogue.models import DuplicatePair, Offer, OfferMerge
from learningcity.catalogue.permissions import can_import
from learningcity.catalogue.queries.duplicates_listings import listings
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.engines.duplicates import compare


class Decision(StrEnum):
    """What two offers are: one, of which the first or the second stays, or two."""

    FIRST = "first"
    SECOND = "second"
    DIFFERENT = "different"


class PairDecided(Refused):
    """Somebody else was faster, or the pair is gone."""

    code = "pair_decided"


class NotToCompare(Refused):
    """These are not two offers that can be compared."""

    code = "offers_not_to_compare"


@transaction.atomic
def decide_pair(pair: DuplicatePair, decision: Decision, *, by: Actor, at: datetime) -> OfferMerge | None:
    """Decide a pair: merge its offers, or remember that they are two; return the merge if there is one.

    Raises PermissionDenied, PairDecided, or NotToMerge.
    """
    if not can_import(by):
        raise PermissionDenied
    # Whoever merges by hand locks the offers too: of two people, one comes second.
    both = locked([pair.first_id, pair.second_id])
    now = DuplicatePair.objects.select_for_update().filter(pk=pair.pk).first()
    if now is None or now.state != DuplicatePair.State.OPEN:
        raise PairDecided(_("Somebody has decided this pair already. Go on with the next one."))
    if decision is Decision.DIFFERENT:
        now.state, now.decided_at = DuplicatePair.State.DIFFERENT, at
        now.save(update_fields=["state", "decided_at"])
        record("catalogue.offers_called_different", by=by, about=now, at=at)
        return None
    kept, dropped = both[now.first_id], both[now.second_id]
    if decision is Decision.SECOND:
        kept, dropped = dropped, kept
    return merge_offers(kept, dropped, by=by, at=at)


@transaction.atomic
def ask_again(pair: DuplicatePair, *, by: Actor, at: datetime) -> None:
    """Take back that two offers are different: the pair waits for a person again.

    Raises PermissionDenied or PairDecided.
    """
    if not can_import(by):
        raise PermissionDenied
    different = DuplicatePair.objects.filter(pk=pair.pk, state=DuplicatePair.State.DIFFERENT)
    if not different.update(state=DuplicatePair.State.OPEN, decided_at=None):
        raise PairDecided(_("Somebody has taken this back already. Open the list anew."))
    record("catalogue.pair_opened_again", by=by, about=pair, at=at)


@transaction.atomic
def compare_two(first: Offer, second: Offer, *, by: Actor, at: datetime) -> DuplicatePair:
    """Bring two offers before a person that nobody proposed, and return them as a pair to decide.

    What was called different before is open again. Raises PermissionDenied or NotToCompare.
    """
    if not can_import(by):
        raise PermissionDenied
    both = locked([first.pk, second.pk])
    if len(both) < 2:
        raise NotToCompare(
            _("This is one and the same offer. Give the address of another one."), field="second"
        )
    known = listings(list(both), at=at, with_past=True)
    if len(known) < 2:
        raise NotToCompare(
            _("One of the two is not published. Publish it first, or leave it."), field="second"
        )
    one, other = (known[pk] for pk in sorted(both))
    match = compare(one.listing, other.listing)
    pair, _is_new = DuplicatePair.objects.update_or_create(
        first_id=one.listing.pk,
        second_id=other.listing.pk,
        defaults={
            "state": DuplicatePair.State.OPEN,
            "decided_at": None,
            "weight": round(match.weight * 100),
            "reasons": as_rows(match),
            "first_digest": one.digest,
            "second_digest": other.digest,
            "found_at": at,
        },
    )
    record("catalogue.offers_compared", by=by, about=pair, at=at)
    return pair
