"""Offers whole, as feeds give them away: with provider, source, runs and dates as they hold, batch by batch.

A batch takes a fixed number of questions, and the memory of one batch is all that a feed needs.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from learningcity.catalogue.models import Offer, OfferConcept, OfferText, Series, Session
from learningcity.catalogue.queries.effective import EffectiveSession, effective_sessions, marked
from learningcity.catalogue.queries.licences import GivenSource, open_sources_named
from learningcity.catalogue.queries.offers import zone
from learningcity.catalogue.queries.open_data import open_offers_whole, open_providers_of
from learningcity.catalogue.queries.open_records import OpenOffer, OpenProvider
from learningcity.city.models import Venue

BATCH = 100


@dataclass(frozen=True, slots=True)
class GivenSession:
    """One date as it holds, in the zone in which it was planned. `venue` is None online or if not known."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    is_online: bool
    venue: Venue | None
    room: str
    trainer: str
    status: str
    reason: str
    is_overlaid: bool


@dataclass(frozen=True, slots=True)
class GivenSeries:
    """One run with its dates, the earliest first."""

    id: UUID
    key: str
    name: str
    venue: Venue | None
    room: str
    places: int | None
    places_left: int | None
    enrol_from_on: date | None
    enrol_until_on: date | None
    runs_from_on: date | None
    runs_until_on: date | None
    sessions: list[GivenSession] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WholeOffer:
    """One offer with everything that is known of it and may be passed on."""

    offer: OpenOffer
    provider: OpenProvider
    source: GivenSource
    concepts: list[str]
    series: list[GivenSeries]
    created_at: datetime

    @property
    def sessions(self) -> list[GivenSession]:
        """All dates, the earliest first."""
        # Moments of one zone are compared by the wall clock, which shows one hour twice a year.
        return sorted(
            (session for series in self.series for session in series.sessions),
            key=lambda session: (session.starts_at.astimezone(UTC), session.id),
        )


def all_open_offers(*, at: datetime, source: str | None = None) -> Iterator[WholeOffer]:
    """Yield every offer that may be passed on, of one source by its key or of all, as they came."""
    sources = {one.pk: one for one in open_sources_named(source)}
    last = 0
    while keys := _keys_behind(last, sources):
        yield from _whole(keys, sources, at)
        last = keys[-1]


def open_offers_among(keys: Sequence[int], *, at: datetime) -> list[WholeOffer]:
    """Return those of these offers (their rows) that may be passed on, in the order given."""
    sources = {one.pk: one for one in open_sources_named()}
    return _whole(keys, sources, at) if keys else []


def languages_of_texts() -> list[str]:
    """Return the languages in which there are texts beside the offers' own."""
    return list(OfferText.objects.order_by("language").values_list("language", flat=True).distinct())


def _keys_behind(last: int, sources: Iterable[int]) -> list[int]:
    offers = Offer.objects.filter(is_published=True, source__in=list(sources), pk__gt=last)
    return list(offers.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _whole(keys: Sequence[int], sources: dict[int, GivenSource], at: datetime) -> list[WholeOffer]:
    rows = Offer.objects.filter(pk__in=keys, is_published=True, source__in=list(sources))
    facts = {
        pk: (source, provider, created_at)
        for pk, source, provider, created_at in rows.values_list(
            "pk", "source_id", "provider_id", "created_at"
        )
    }
    shown = [key for key in keys if key in facts]
    providers = open_providers_of({provider for _source, provider, _created in facts.values()})
    concepts: dict[int, list[str]] = defaultdict(list)
    said = OfferConcept.objects.filter(offer__in=shown).order_by("pk")
    for key, address in said.values_list("offer_id", "address"):
        concepts[key].append(address)
    series = _series_of(shown, at)
    found = []
    for offer in open_offers_whole(shown):
        source, provider, created_at = facts[offer.key]
        found.append(
            WholeOffer(
                offer=offer,
                provider=providers[provider],
                source=sources[source],
                concepts=concepts[offer.key],
                series=series.get(offer.key, []),
                created_at=created_at,
            )
        )
    return found


def _series_of(keys: Sequence[int], at: datetime) -> dict[int, list[GivenSeries]]:
    """Return the runs of offers with their dates, by offer."""
    found: dict[int, list[GivenSeries]] = {}
    by_row: dict[int, GivenSeries] = {}
    for row in Series.objects.filter(offer__in=keys).select_related("venue").order_by("pk"):
        by_row[row.pk] = _given_series(row)
        found.setdefault(row.offer_id, []).append(by_row[row.pk])
    dates = marked(Session.objects.filter(series__offer__in=keys).select_related("venue"))
    held = effective_sessions(list(dates), at)
    for one in sorted(held, key=lambda one: (one.starts_at, one.session.pk)):
        if one.session.series_id in by_row:
            by_row[one.session.series_id].sessions.append(_given_session(one))
    return found


def _given_series(row: Series) -> GivenSeries:
    return GivenSeries(
        id=row.public_id,
        key=row.source_key,
        name=row.name,
        venue=row.venue,
        room=row.room,
        places=row.places,
        places_left=row.places_left,
        enrol_from_on=row.enrol_from_on,
        enrol_until_on=row.enrol_until_on,
        runs_from_on=row.runs_from_on,
        runs_until_on=row.runs_until_on,
    )


def _given_session(held: EffectiveSession) -> GivenSession:
    row = held.session
    local = zone(row.time_zone)
    return GivenSession(
        id=row.public_id,
        starts_at=held.starts_at.astimezone(local),
        ends_at=held.ends_at.astimezone(local),
        time_zone=row.time_zone,
        is_online=held.is_online,
        venue=None if held.is_online else held.venue,
        room=held.room,
        trainer=row.trainer,
        status=held.status,
        reason=held.reason,
        is_overlaid=held.is_overlaid,
    )
