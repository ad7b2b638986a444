"""A person's word on two offers that may be one."""

from datetime import datetime
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.duplicates_merging import locked, merge_offers
from learningcity.catalogue.models import DuplicatePair, OfferMerge
from learningcity.catalogue.permissions import can_import
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused


class Decision(StrEnum):
    """What two offers are: one, of which the first or the second stays, or two."""

    FIRST = "first"
    SECOND = "second"
    DIFFERENT = "different"


class PairDecided(Refused):
    """Somebody else was faster, or the pair is gone."""

    code = "pair_decided"


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
