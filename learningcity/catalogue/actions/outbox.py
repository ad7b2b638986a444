"""The outbox: tell the search index, inside the same transaction, which offers have to be read anew."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from learningcity.catalogue.actions.rows import insert
from learningcity.catalogue.models import Offer, SearchChange, Series, Session
from learningcity.people.models import Organisation

TOGETHER = 500


def note_change(offer_ids: Iterable[int], at: datetime) -> None:
    """Note that these offers were published, changed or withdrawn."""
    insert(SearchChange, ("offer_id", "noted_at"), [(offer_id, at) for offer_id in offer_ids])


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
