"""The catalogue for machines: providers, offers and sessions."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import ConfigDict, Field

from learningcity.catalogue.api.filters import Searched, criteria_of
from learningcity.catalogue.queries import open_data
from learningcity.catalogue.queries.duplicates import merged_into
from learningcity.catalogue.queries.open_records import OpenOffer, OpenSession
from learningcity.catalogue.queries.search import search
from learningcity.city.queries import the_city
from learningcity.core.markers import marker, values_of
from learningcity.core.refusals import Refused
from learningcity.core.wire import (
    Day,
    ListFilters,
    Moment,
    SourceOut,
    Wire,
    answers,
    in_zone,
)

router = Router(tags=["catalogue"])


class FiltersThatDoNotMix(Refused):
    """Changes are listed whole: they cannot be searched at the same time."""

    code = "filters_do_not_mix"


class OfferGone(Refused):
    """The offer was there and is withdrawn."""

    code = "removed"


class OfferFilters(Searched, ListFilters):
    """Which offers."""

    changed_since: Moment | None = Field(
        None,
        description="Every offer changed since this moment, withdrawn ones as `removed`; no other filter.",
    )


class SessionFilters(ListFilters):
    """Which sessions."""

    from_on: Day | None = Field(None, alias="from", description="First day, in the city's time zone.")
    to_on: Day | None = Field(None, alias="to", description="Last day, in the city's time zone.")
    offer: UUID | None = None
    venue: UUID | None = None


class PriceOut(Wire):
    """What a group of people pays, in hundredths of the currency; 0 is free."""

    group: str
    cents: int
    currency: str


class FactOut(Wire):
    """One access fact; unknown is an answer of its own."""

    feature: str
    answer: Literal["yes", "no", "unknown"]
    note: str


class SkillOut(Wire):
    """A skill of a published vocabulary (ESCO) that somebody who keeps the offer confirmed."""

    uri: str
    label: str
    language: str


class TextOut(Wire):
    """The words of an offer in one more language."""

    language: str
    title: str
    summary: str
    description: str
    is_machine_made: bool


class ProviderOut(Wire):
    """Who offers learning. Synthetic providers are invented, for demonstrations."""

    id: UUID
    name: str
    kind: str
    summary: str
    language: str
    email: str
    phone: str
    website: str
    url: str
    is_synthetic: bool
    source: str


class OfferOut(Wire):
    """Something that can be learned. Prices and access facts say what is known; no price means not known."""

    removed: Literal[False] = False
    id: UUID
    url: str
    title: str
    summary: str
    language: str
    languages: list[str]
    taught_in: list[str]
    form: str
    field: str
    level: str
    mode: str
    audience: str
    age_from: int | None
    age_to: int | None
    hours: int | None
    prices: list[PriceOut]
    access: list[FactOut]
    skills: list[str] = Field(description="What can be learned, in the provider's words.")
    skills_taught: list[SkillOut]
    provider_id: UUID
    provider_name: str
    website: str
    source: str
    is_synthetic: bool
    confirmed_on: date
    changed_at: datetime


class RemovedOfferOut(Wire):
    """An offer that was withdrawn: take it off your pages."""

    removed: Literal[True] = True
    id: UUID
    changed_at: datetime
    merged_into: UUID | None = Field(None, description="The offer that stands for this one now.")


class MergedOfferOut(Wire):
    """An offer that became one with another: use that one. `Location` leads there."""

    removed: Literal[True] = True
    id: UUID
    merged_into: UUID


class SeriesOut(Wire):
    """One run of an offer."""

    id: UUID
    name: str
    venue_id: UUID | None
    room: str
    places: int | None
    enrol_from_on: date | None
    enrol_until_on: date | None
    runs_from_on: date | None = Field(description="Where only the days of the run are known, not the hours.")
    runs_until_on: date | None
    places_left: int | None = Field(
        description="Of those counted here; null where nobody counts, or there is no limit."
    )


class WholeOfferOut(OfferOut):
    """An offer with its description, its words in every language and its runs."""

    description: str
    texts: list[TextOut]
    series: list[SeriesOut]
    sources: list[SourceOut]


class SessionOut(Wire):
    """One date as it holds: moments with the offset of the zone in which they were planned."""

    id: UUID
    offer_id: UUID
    series_id: UUID
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    venue_id: UUID | None
    room: str = Field(description="Empty where it is that of the series.")
    is_online: bool
    status: str
    reason: str
    places_left: int | None
    is_changed_for_now: bool = Field(description="The plan does not hold for now; `reason` says why.")


class ProviderList(Wire):
    """Providers in the order in which they came."""

    items: list[ProviderOut]
    next: str | None
    sources: list[SourceOut]


class WholeProviderOut(ProviderOut):
    """A provider with the licence of its record."""

    sources: list[SourceOut]


class OfferList(Wire):
    """Offers: best first for a search, oldest change first for changes, else as they came."""

    items: list[OfferOut | RemovedOfferOut]
    next: str | None
    sources: list[SourceOut]


class SessionList(Wire):
    """Sessions, earliest first."""

    model_config = ConfigDict(from_attributes=True)

    items: list[SessionOut]
    next: str | None


@router.get("/providers", response=answers(ProviderList))
def list_providers(request: HttpRequest, filters: Query[ListFilters]) -> ProviderList:
    """Return providers of learning."""
    (key,) = values_of(filters.after, "providers", int) if filters.after else (0,)
    found = open_data.open_providers(after=key, size=filters.size + 1)
    shown = found[: filters.size]
    return ProviderList(
        items=shown,
        next=marker("providers", shown[-1].key) if len(found) > filters.size else None,
        sources=open_data.open_sources(provider.source for provider in shown),
    )


@router.get("/providers/{uuid:provider_id}", response=answers(WholeProviderOut))
def read_provider(request: HttpRequest, provider_id: UUID) -> WholeProviderOut:
    """Return one provider."""
    provider = open_data.open_provider(provider_id)
    if provider is None:
        raise Http404(_("There is no provider with this id."))
    return WholeProviderOut(
        **ProviderOut.model_validate(provider).model_dump(), sources=open_data.open_sources([provider.source])
    )


@router.get("/offers", response=answers(OfferList, 503))
def list_offers(request: HttpRequest, filters: Query[OfferFilters]) -> OfferList:
    """Return offers: searched, or all in turn, or what has changed since a moment."""
    searched = set(filters.model_fields_set) - {"after", "size", "changed_since", "provider"}
    if filters.changed_since is not None:
        if searched or filters.provider is not None:
            raise FiltersThatDoNotMix(
                _("Ask for changes without other filters, and filter what you received."),
                field="changed_since",
            )
        return _changed_offers(filters)
    if searched:
        return _searched_offers(filters)
    return _offers_in_turn(filters)


@router.get("/offers/{uuid:offer_id}", response=answers(WholeOfferOut, 410) | {301: MergedOfferOut})
def read_offer(request: HttpRequest, response: HttpResponse, offer_id: UUID) -> WholeOfferOut | Status:
    """Return one offer with its description, its words in every language and its runs."""
    offer = open_data.whole_offer(offer_id)
    if offer is None:
        raise Http404(_("There is no offer with this id."))
    if not offer.is_published:
        if survivor := merged_into([offer.key]).get(offer.key):
            response["Location"] = request.path.replace(str(offer_id), str(survivor))
            return Status(301, MergedOfferOut(id=offer_id, merged_into=survivor))
        raise OfferGone(_("This offer was withdrawn. Take it off your pages."))
    return WholeOfferOut(
        **OfferOut.model_validate(offer).model_dump(),
        description=offer.description,
        texts=offer.texts,
        series=open_data.open_series(offer.key),
        sources=open_data.open_sources([offer.source]),
    )


@router.get("/sessions", response=answers(SessionList))
def list_sessions(request: HttpRequest, filters: Query[SessionFilters]) -> SessionList:
    """Return the dates of published offers, earliest first; without `from`, those that start from now on."""
    after = values_of(filters.after, "sessions", datetime, int) if filters.after else None
    at = now()
    found = open_data.open_sessions(
        from_at=_start_of(filters.from_on) if filters.from_on else at,
        to_at=_start_of(filters.to_on + timedelta(days=1)) if filters.to_on else None,
        after=after,
        offer=filters.offer,
        venue=filters.venue,
        size=filters.size + 1,
        at=at,
    )
    shown = found[: filters.size]
    more = len(found) > filters.size
    return SessionList(
        items=[_session(session) for session in shown],
        next=marker("sessions", shown[-1].starts_at, shown[-1].key) if more else None,
    )


def _offers_in_turn(filters: OfferFilters) -> OfferList:
    (key,) = values_of(filters.after, "offers", int) if filters.after else (0,)
    found = open_data.published_offer_keys(after=key, size=filters.size + 1, provider=filters.provider)
    shown = found[: filters.size]
    return _offer_list(shown, marker("offers", shown[-1]) if len(found) > filters.size else None)


def _changed_offers(filters: OfferFilters) -> OfferList:
    after = values_of(filters.after, "changes", datetime, int) if filters.after else None
    found = open_data.changed_offer_keys(filters.changed_since, after=after, size=filters.size + 1)
    shown = found[: filters.size]
    more = len(found) > filters.size
    following = marker("changes", *shown[-1]) if more else None
    return _offer_list([key for moment, key in shown], following)


def _searched_offers(filters: OfferFilters) -> OfferList:
    results = search(criteria_of(filters, size=filters.size), after=filters.after, at=now())
    return _offer_list([row.offer_id for row in results.rows], results.next or None)


def _offer_list(keys: Sequence[int], following: str | None) -> OfferList:
    offers = open_data.open_offers(keys)
    gone = [offer.key for offer in offers if not offer.is_published]
    survivors = merged_into(gone) if gone else {}
    return OfferList(
        items=[_offer_or_removal(offer, survivors) for offer in offers],
        next=following,
        sources=open_data.open_sources(offer.source for offer in offers),
    )


def _offer_or_removal(offer: OpenOffer, survivors: Mapping[int, UUID]) -> OfferOut | RemovedOfferOut:
    if offer.is_published:
        return OfferOut.model_validate(offer)
    return RemovedOfferOut(id=offer.id, changed_at=offer.changed_at, merged_into=survivors.get(offer.key))


def _session(session: OpenSession) -> dict[str, Any]:
    return {
        **{name: getattr(session, name) for name in SessionOut.model_fields},
        "starts_at": in_zone(session.starts_at, session.time_zone),
        "ends_at": in_zone(session.ends_at, session.time_zone),
    }


def _start_of(day: date) -> datetime:
    city = the_city()
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(city.time_zone) if city else UTC)
