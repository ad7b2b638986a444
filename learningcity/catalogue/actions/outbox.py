"""The outboxes: tell search index and change log, inside the same transaction, which offers changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from learningcity.catalogue.actions.rows import insert
from learningcity.catalogue.models import Offer, SearchChange, Series, Session, UnnumberedChange
from learningcity.people.models import Organisation

TOGETHER = 500


def note_change(offer_ids: Iterable[int], at: datetime) -> None:
    """Note that these offers were published, changed or withdrawn."""
    offers = list(offer_ids)
    insert(SearchChange, ("offer_id", "noted_at"), [(offer_id, at) for offer_id in offers])
    note_unnumbered(offers, at)


def note_unnumbered(offer_ids: Iterable[int], at: datetime) -> None:
    """Note a change for the feeds only."""
    insert(UnnumberedChange, ("offer_id", "noted_at"), [(offer_id, at) for offer_id in offer_ids])


def note_offers_at(venue_ids: Sequence[int], at: datetime) -> None:
    """Note every offer that is held at one of these venues: the index holds their names and points."""
    offers: set[int] = set()
    for start in range(0, len(venue_ids), TOGETHER):
        some = venue_ids[start : start + TOGETHER]
        offers.update(Series.objects.filter(venue__in=some).values_list("offer", flat=True))
        offers.update(Session.objects.filter(venue__in=some).values_list("series__offer", flat=True))
    note_change(sorted(offers), at)


def note_offers_of(organisation: Organisation, at: datetime) -> None:
    """Note every offer of an organisation: the index holds its name."""
    offers = Offer.objects.filter(provider__organisation=organisation, is_published=True).order_by("pk")
    note_change(offers.values_list("pk", flat=True), at)
