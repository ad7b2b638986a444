"""Write checked offers into the tables, many at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from hashlib import sha256
from operator import attrgetter
from typing import Any
from uuid import UUID

from learningcity.catalogue.actions.directory import Directory
from learningcity.catalogue.actions.drafts import OfferDraft, SeriesDraft, SessionDraft
from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.actions.planning import Plan, plan_again, plan_new
from learningcity.catalogue.actions.providers import identifier
from learningcity.catalogue.actions.rows import insert, update
from learningcity.catalogue.models import (
    Offer,
    OfferAccess,
    OfferConcept,
    OfferPrice,
    OfferSkill,
    OfferText,
    Series,
)
from learningcity.catalogue.queries.duplicates_homes import as_their_source_knows

PARTS = (OfferText, OfferPrice, OfferAccess, OfferSkill, OfferConcept)

OFFER_COLUMNS = (
    "provider_id",
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
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A checked draft, its provider and digest; `known` is the row it is written over, if there is one.

    `with_series` says whether the series of an offer that exists are written too.
    """

    draft: OfferDraft
    provider_id: int
    digest: str
    known: Offer | None = None
    with_series: bool = True


OF_THE_SERIES = 24
"""The last signs of an offer's digest, which stand for its series alone."""


def digest_of(draft: OfferDraft) -> str:
    """Return the digest by which a source's offer is seen to be the same as before."""
    series = repr([of_series(one) for one in draft.series]).encode()
    said = sha256(repr(of_offer(draft)).encode())
    said.update(series)
    return said.hexdigest()[:-OF_THE_SERIES] + sha256(series).hexdigest()[:OF_THE_SERIES]


def getter(kind: type, *without: str) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that reads the fields of a draft at once: far faster than its `repr`."""
    return attrgetter(*(one.name for one in fields(kind) if one.name not in without))


of_offer = getter(OfferDraft, "series", "row")
of_run = getter(SeriesDraft, "sessions")
of_date = getter(SessionDraft)


def of_series(draft: SeriesDraft) -> tuple[Any, ...]:
    """Return all that a draft says of a run."""
    return (*of_run(draft), *map(of_date, draft.sessions))


def write_offers(
    entries: Sequence[Entry],
    *,
    directory: Directory,
    currency: str,
    at: datetime,
    with_series: bool = True,
    as_drafts: bool = False,
) -> list[int]:
    """Write offers with all their parts, note them for the search index, and return their rows in order.

    Without `with_series` the series of offers that exist stay as they are. New ones are published, unless
    `as_drafts`.
    """
    source = directory.source
    new = [entry for entry in entries if entry.known is None]
    known = {entry.draft.key: entry.known.pk for entry in entries if entry.known}
    insert(
        Offer,
        ("public_id", "source_id", "source_key", "is_published", "is_draft", "created_at", *OFFER_COLUMNS),
        [
            (
                offer_identifier(source.key, one.draft.key),
                source.pk,
                one.draft.key,
                not as_drafts,
                as_drafts,
                at,
                *values(one, at),
            )
            for one in new
        ],
    )
    update(Offer, OFFER_COLUMNS, [(*values(one, at), one.known.pk) for one in entries if one.known])
    for part in PARTS:
        if known:
            part.objects.filter(offer__in=known.values()).delete()
    fresh = source.offers.filter(source_key__in=[entry.draft.key for entry in new])
    rows = known | dict(fresh.values_list("source_key", "pk"))
    pairs = [(rows[entry.draft.key], entry) for entry in entries]
    write_parts(pairs, currency=currency)
    if with_series:
        planned = [(pk, entry) for pk, entry in pairs if entry.with_series]
        plan_of(planned, directory=directory, at=at).write(by=directory.by, at=at)
    note_change(rows.values(), at)
    return [pk for pk, _entry in pairs]


def values(entry: Entry, at: datetime) -> tuple[Any, ...]:
    """Return what a draft says of an offer, in the order of the columns."""
    draft = entry.draft
    return (
        entry.provider_id,
        entry.digest,
        draft.title,
        draft.summary,
        draft.description,
        draft.language,
        list(draft.taught_in),
        draft.form,
        draft.field,
        draft.level,
        draft.mode,
        draft.audience,
        draft.age_from,
        draft.age_to,
        draft.hours,
        draft.website,
        draft.confirmed_on or at.date(),
        at,
    )


def offer_identifier(source_key: str, key: str) -> UUID:
    """Return an offer's public identifier: the same source and key give the same one everywhere."""
    return identifier("offer", source_key, key)


def write_parts(pairs: Sequence[tuple[int, Entry]], *, currency: str) -> None:
    """Write texts, prices, access facts, skills and concepts of offers, given with their rows."""
    drafts = [(pk, entry.draft) for pk, entry in pairs]
    insert(
        OfferText,
        ("offer_id", "language", "title", "summary", "description", "is_machine_made"),
        [
            (pk, text.language, text.title, text.summary, text.description, text.is_machine_made)
            for pk, draft in drafts
            for text in draft.texts
        ],
    )
    insert(
        OfferPrice,
        ("offer_id", "group", "cents", "currency"),
        [
            (pk, price.group, price.cents, price.currency or currency)
            for pk, draft in drafts
            for price in draft.prices
        ],
    )
    insert(
        OfferAccess,
        ("offer_id", "feature", "is_there", "note"),
        [(pk, fact.feature, fact.is_there, fact.note) for pk, draft in drafts for fact in draft.access],
    )
    insert(
        OfferSkill,
        ("offer_id", "words", "position"),
        [
            (pk, words, position)
            for pk, draft in drafts
            for position, words in enumerate(dict.fromkeys(draft.skills), 1)
        ],
    )
    insert(
        OfferConcept,
        ("offer_id", "address"),
        [(pk, address) for pk, draft in drafts for address in dict.fromkeys(draft.concepts)],
    )


def plan_of(pairs: Sequence[tuple[int, Entry]], *, directory: Directory, at: datetime) -> Plan:
    """Return what has to be written of the runs of offers."""
    plan = Plan()
    named = {pk: {one.key for one in entry.draft.series} for pk, entry in pairs if entry.known}
    existing = as_their_source_knows(series_of(list(named)), named) if named else {}
    for pk, entry in pairs:
        draft, known = entry.draft, entry.known
        public_id = known.public_id if known else offer_identifier(directory.source.key, draft.key)
        add = partial(plan_again, existing=existing.get(pk, []), at=at) if known else plan_new
        add(plan, draft.series, offer_id=pk, offer=public_id, venue=directory.venue_id)
    return plan


def series_of(offer_ids: list[int]) -> dict[int, list[Series]]:
    """Return the series of these offers with their sessions, by offer."""
    found: dict[int, list[Series]] = {}
    if offer_ids:
        for series in Series.objects.filter(offer__in=offer_ids).prefetch_related("sessions"):
            found.setdefault(series.offer_id, []).append(series)
    return found
