"""Write checked offers into the tables, many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from uuid import UUID

from learningcity.catalogue.actions.directory import Directory
from learningcity.catalogue.actions.drafts import OfferDraft
from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.actions.planning import Plan, plan_again, plan_new
from learningcity.catalogue.actions.providers import identifier
from learningcity.catalogue.models import (
    Offer,
    OfferAccess,
    OfferConcept,
    OfferPrice,
    OfferSkill,
    OfferText,
    Series,
)

PARTS = (OfferText, OfferPrice, OfferAccess, OfferSkill, OfferConcept)

OFFER_FIELDS = [
    "provider",
    "source_digest",
    "title",
    "summary",
    "description",
    "language",
    "taught_in",
    "form",
    "field",
    "level",
    "mode",
    "audience",
    "age_from",
    "age_to",
    "hours",
    "website",
    "confirmed_on",
    "changed_at",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """A checked draft, its provider and digest; `known` is the row it is written over, if there is one."""

    draft: OfferDraft
    provider_id: int
    digest: str
    known: Offer | None = None


def digest_of(draft: OfferDraft) -> str:
    """Return the digest by which a source's offer is seen to be the same as before."""
    return sha256(repr(draft).encode()).hexdigest()


def write_offers(
    entries: Sequence[Entry], *, directory: Directory, currency: str, at: datetime, with_series: bool = True
) -> list[Offer]:
    """Write offers with all their parts, note them for the search index, and return their rows in order.

    Without `with_series` the series of offers that exist stay as they are.
    """
    offers = [offer_row(entry, directory=directory, at=at) for entry in entries]
    new = [offer for offer in offers if offer.pk is None]
    known = [offer for offer in offers if offer.pk is not None]
    Offer.objects.bulk_create(new)
    if known:
        Offer.objects.bulk_create(
            known, update_conflicts=True, unique_fields=["id"], update_fields=OFFER_FIELDS
        )
        for part in PARTS:
            part.objects.filter(offer__in=known).delete()
    write_parts(offers, entries, currency=currency)
    if with_series:
        plan_of(offers, entries, directory=directory, at=at).write()
    note_change([offer.pk for offer in offers], at)
    return offers


def offer_row(entry: Entry, *, directory: Directory, at: datetime) -> Offer:
    """Return the row of an offer, filled from its draft."""
    draft = entry.draft
    offer = entry.known or Offer(
        public_id=offer_identifier(directory.source.key, draft.key),
        source=directory.source,
        source_key=draft.key,
        created_at=at,
    )
    offer.provider_id = entry.provider_id
    offer.source_digest = entry.digest
    offer.title = draft.title
    offer.summary = draft.summary
    offer.description = draft.description
    offer.language = draft.language
    offer.taught_in = list(draft.taught_in)
    offer.form = draft.form
    offer.field = draft.field
    offer.level = draft.level
    offer.mode = draft.mode
    offer.audience = draft.audience
    offer.age_from = draft.age_from
    offer.age_to = draft.age_to
    offer.hours = draft.hours
    offer.website = draft.website
    offer.confirmed_on = draft.confirmed_on or at.date()
    offer.changed_at = at
    return offer


def offer_identifier(source_key: str, key: str) -> UUID:
    """Return an offer's public identifier: the same source and key give the same one everywhere."""
    return identifier("offer", source_key, key)


def write_parts(offers: Sequence[Offer], entries: Sequence[Entry], *, currency: str) -> None:
    """Write texts, prices, access facts, skills and concepts."""
    pairs = [(offer.pk, entry.draft) for offer, entry in zip(offers, entries, strict=True)]
    OfferText.objects.bulk_create(
        OfferText(
            offer_id=pk,
            language=text.language,
            title=text.title,
            summary=text.summary,
            description=text.description,
            is_machine_made=text.is_machine_made,
        )
        for pk, draft in pairs
        for text in draft.texts
    )
    OfferPrice.objects.bulk_create(
        OfferPrice(offer_id=pk, group=price.group, cents=price.cents, currency=price.currency or currency)
        for pk, draft in pairs
        for price in draft.prices
    )
    OfferAccess.objects.bulk_create(
        OfferAccess(offer_id=pk, feature=fact.feature, is_there=fact.is_there, note=fact.note)
        for pk, draft in pairs
        for fact in draft.access
    )
    OfferSkill.objects.bulk_create(
        OfferSkill(offer_id=pk, words=words, position=position)
        for pk, draft in pairs
        for position, words in enumerate(dict.fromkeys(draft.skills), 1)
    )
    OfferConcept.objects.bulk_create(
        OfferConcept(offer_id=pk, address=address)
        for pk, draft in pairs
        for address in dict.fromkeys(draft.concepts)
    )


def plan_of(offers: Sequence[Offer], entries: Sequence[Entry], *, directory: Directory, at: datetime) -> Plan:
    """Return what has to be written of the offers' series and sessions."""
    plan = Plan()
    existing = series_of([entry.known.pk for entry in entries if entry.known])
    for offer, entry in zip(offers, entries, strict=True):
        add = partial(plan_again, existing=existing.get(offer.pk, []), at=at) if entry.known else plan_new
        add(plan, entry.draft.series, offer_id=offer.pk, offer=offer.public_id, venue=directory.venue_id)
    return plan


def series_of(offer_ids: list[int]) -> dict[int, list[Series]]:
    """Return the series of these offers with their sessions, by offer."""
    found: dict[int, list[Series]] = {}
    if offer_ids:
        for series in Series.objects.filter(offer__in=offer_ids).prefetch_related("sessions"):
            found.setdefault(series.offer_id, []).append(series)
    return found
