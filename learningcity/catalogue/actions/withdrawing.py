"""Withdraw what a source no longer names: unpublished, its dates to come cancelled, nothing deleted."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Self

from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.models import Offer, Session, Source
from learningcity.catalogue.signals import session_changed
from learningcity.core.actors import Actor

TOGETHER = 500
FEWEST = 3
"""Fewer than these may go by themselves, whatever share they are, as long as others stay."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """The published offers of a source that a run would withdraw, beside all that were published before."""

    offers: tuple[int, ...]
    published: int
    share: int
    digest: str
    """Stands for exactly these offers: who lets them go, lets no others go."""

    @classmethod
    def found(
        cls,
        source: Source,
        *,
        published: int,
        named: Container[str],
        said_gone: Container[str],
        is_whole: bool,
    ) -> Self:
        """Return what leaves: what is said to be gone; from a whole source, also what it does not name."""
        going, keys = [], sha256()
        rows = source.offers.filter(is_published=True).order_by("source_key").values_list("pk", "source_key")
        for pk, key in rows.iterator():
            if key in said_gone or (is_whole and key not in named):
                going.append(pk)
                keys.update(f"{key}\n".encode())
        return cls(tuple(going), published, source.most_gone, keys.hexdigest())

    @property
    def is_too_much(self) -> bool:
        """Whether more than the share would go: three offers or more, or all there are; any, if none may."""
        going = len(self.offers)
        is_much = going >= FEWEST or going >= self.published or not self.share
        return is_much and going * 100 > self.published * self.share


def withdraw(offer_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Unpublish these offers and cancel their dates to come. Called by actions that checked the right to."""
    for start in range(0, len(offer_ids), TOGETHER):
        some = offer_ids[start : start + TOGETHER]
        # Without a digest the offer is written anew, and published, when its source names it again.
        Offer.objects.filter(pk__in=some).update(is_published=False, source_digest="", changed_at=at)
        cancel_dates(some, by=by, at=at)
        note_change(some, at)


def cancel_dates(offer_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Cancel the dates to come, and tell those who hold places in them."""
    dates = Session.objects.filter(series__offer__in=offer_ids, ends_at__gt=at)
    for session in dates.exclude(status=Session.Status.CANCELLED).select_related("series"):
        before = {"status": session.status}
        session.status = Session.Status.CANCELLED
        session.save(update_fields=["status"])
        session_changed.send(Session, session=session, before=before, by=by, at=at)
