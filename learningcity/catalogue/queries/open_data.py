"""The catalogue as open data: records for machines, complete and in a fixed number of database queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from learningcity.catalogue.models import (
    Offer,
    OfferAccess,
    OfferPrice,
    OfferSkill,
    OfferText,
    Provider,
    Series,
    Session,
    Source,
)

MOST_SERIES = 200
COPIED = (
    "title", "summary", "language", "taught_in", "form", "field", "level", "mode", "audience", "age_from",
    "age_to", "hours", "website", "confirmed_on", "changed_at", "is_published",
)  # fmt: skip
ROW = (
    "pk", "public_id", "source__key", "source__is_synthetic", "provider__organisation__public_id",
    "provider__organisation__name", "provider__organisation__is_synthetic", *COPIED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenPrice:
    """What a group of people pays; 0 is free."""

    group: str
    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class OpenFact:
    """One access fact: yes, no or unknown."""

    feature: str
    answer: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpenText:
    """The words of an offer in one language."""

    language: str
    title: str
    summary: str
    description: str
    is_machine_made: bool


@dataclass(frozen=True, slots=True)
class OpenProvider:
    """Who offers learning."""

    id: UUID
    key: int
    name: str
    kind: str
    summary: str
    language: str
    email: str
    phone: str
    website: str
    is_synthetic: bool
    source: str

    @property
    def url(self) -> str:
        """Return the address of the provider's page."""
        return reverse("catalogue:provider_detail", args=[self.id])


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """One offer. `key` is the row, for markers only; it is never published."""

    id: UUID
    key: int
    title: str
    summary: str
    description: str
    language: str
    languages: list[str]
    texts: list[OpenText]
    taught_in: list[str]
    form: str
    field: str
    level: str
    mode: str
    audience: str
    age_from: int | None
    age_to: int | None
    hours: int | None
    prices: list[OpenPrice]
    access: list[OpenFact]
    skills: list[str]
    provider_id: UUID
    provider_name: str
    website: str
    source: str
    is_synthetic: bool
    confirmed_on: date
    changed_at: datetime
    is_published: bool

    @property
    def url(self) -> str:
        """Return the address of the offer's page."""
        return reverse("catalogue:offer_detail", args=[self.id])


@dataclass(frozen=True, slots=True)
class OpenSeries:
    """One run of an offer: `runs_from_on` and `runs_until_on` where only its days are known."""

    id: UUID
    name: str
    venue_id: UUID | None
    room: str
    places: int | None
    enrol_from_on: date | None
    enrol_until_on: date | None
    runs_from_on: date | None
    runs_until_on: date | None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One date of a series, in the zone in which it was planned."""

    id: UUID
    key: int
    series_id: UUID
    offer_id: UUID
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    venue_id: UUID | None
    is_online: bool
    status: str
    reason: str


def open_sources(keys: Iterable[str] | None = None) -> list[Source]:
    """Return the sources with these keys (all without keys), with their licences."""
    sources = Source.objects.order_by("key")
    return list(sources if keys is None else sources.filter(key__in=set(keys)))


def published_offer_keys(*, after: int, size: int, provider: UUID | None = None) -> list[int]:
    """Return the keys of the next published offers behind a key, in the order in which they came."""
    offers = Offer.objects.filter(is_published=True, pk__gt=after)
    if provider is not None:
        offers = offers.filter(provider__organisation__public_id=provider)
    return list(offers.order_by("pk").values_list("pk", flat=True)[:size])


def changed_offer_keys(
    since: datetime, *, after: tuple[datetime, int] | None, size: int
) -> list[tuple[datetime, int]]:
    """Return moment and key of the next offers changed or withdrawn since a moment, oldest change first."""
    offers = Offer.objects.filter(changed_at__gte=since)
    if after is not None:
        moment, key = after
        offers = offers.filter(changed_at__gte=moment).filter(
            Q(changed_at__gt=moment) | Q(changed_at=moment, pk__gt=key)
        )
    return list(offers.order_by("changed_at", "pk").values_list("changed_at", "pk")[:size])


def offer_key(public_id: UUID) -> int | None:
    """Return the key of an offer, or None where no offer has this id."""
    return Offer.objects.filter(public_id=public_id).values_list("pk", flat=True).first()


def open_offers(keys: Sequence[int], *, whole: bool = False) -> list[OpenOffer]:
    """Return the offers with these keys in the order given, in five queries (six when whole).

    Keys without an offer are left out. Whole offers carry their description and all their texts.
    """
    rows = {row["pk"]: row for row in _offer_rows(keys, whole=whole)}
    prices = _prices(keys)
    access = _access_facts(keys)
    skills = _grouped(OfferSkill.objects.order_by("position"), keys, "words")
    languages = _grouped(OfferText.objects.order_by("language"), keys, "language")
    texts = _texts(keys) if whole else {}
    return [
        _offer(
            rows[key],
            languages=[rows[key]["language"], *languages.get(key, [])],
            texts=texts.get(key, []),
            prices=prices.get(key, []),
            access=access.get(key, {}),
            skills=skills.get(key, []),
        )
        for key in keys
        if key in rows
    ]


def open_series(offer: int) -> list[OpenSeries]:
    """Return the runs of an offer, at most 200."""
    rows = Series.objects.filter(offer_id=offer).order_by("pk")
    values = rows.values_list(
        "public_id",
        "name",
        "venue__public_id",
        "room",
        "places",
        "enrol_from_on",
        "enrol_until_on",
        "runs_from_on",
        "runs_until_on",
    )
    return [OpenSeries(*row) for row in values[:MOST_SERIES]]


def open_providers(*, after: int, size: int) -> list[OpenProvider]:
    """Return the next providers behind a key."""
    return _providers(Provider.objects.filter(pk__gt=after).order_by("pk")[:size])


def open_provider(public_id: UUID) -> OpenProvider | None:
    """Return one provider, or None where no provider has this id."""
    found = _providers(Provider.objects.filter(organisation__public_id=public_id)[:1])
    return found[0] if found else None


def open_sessions(
    *,
    from_at: datetime | None,
    to_at: datetime | None,
    after: tuple[datetime, int] | None,
    offer: UUID | None,
    venue: UUID | None,
    size: int,
) -> list[OpenSession]:
    """Return the next sessions of published offers that start in [from_at, to_at), earliest first."""
    sessions = Session.objects.filter(series__offer__is_published=True)
    if from_at is not None:
        sessions = sessions.filter(starts_at__gte=from_at)
    if to_at is not None:
        sessions = sessions.filter(starts_at__lt=to_at)
    if offer is not None:
        sessions = sessions.filter(series__offer__public_id=offer)
    if venue is not None:
        sessions = sessions.filter(venue__public_id=venue)
    if after is not None:
        moment, key = after
        sessions = sessions.filter(starts_at__gte=moment).filter(
            Q(starts_at__gt=moment) | Q(starts_at=moment, pk__gt=key)
        )
    values = sessions.order_by("starts_at", "pk").values_list(
        "public_id",
        "pk",
        "series__public_id",
        "series__offer__public_id",
        "starts_at",
        "ends_at",
        "time_zone",
        "venue__public_id",
        "is_online",
        "status",
        "reason",
    )[:size]
    return [OpenSession(*row) for row in values]


def _offer_rows(keys: Sequence[int], *, whole: bool) -> Iterable[dict[str, Any]]:
    return Offer.objects.filter(pk__in=keys).values(*ROW, *(["description"] if whole else []))


def _offer(row: dict[str, Any], *, access: dict[str, OpenFact], **parts: Any) -> OpenOffer:
    copied = {name: row[name] for name in COPIED}
    return OpenOffer(
        id=row["public_id"],
        key=row["pk"],
        description=row.get("description", ""),
        provider_id=row["provider__organisation__public_id"],
        provider_name=row["provider__organisation__name"],
        source=row["source__key"],
        is_synthetic=row["source__is_synthetic"] or row["provider__organisation__is_synthetic"],
        access=[
            access.get(feature) or OpenFact(feature=feature, answer="unknown")
            for feature in OfferAccess.Feature.values
        ],
        **copied,
        **parts,
    )


def _prices(keys: Sequence[int]) -> dict[int, list[OpenPrice]]:
    found: dict[int, list[OpenPrice]] = defaultdict(list)
    rows = OfferPrice.objects.filter(offer_id__in=keys).order_by("pk")
    for key, group, cents, currency in rows.values_list("offer_id", "group", "cents", "currency"):
        found[key].append(OpenPrice(group, cents, currency))
    return found


def _access_facts(keys: Sequence[int]) -> dict[int, dict[str, OpenFact]]:
    found: dict[int, dict[str, OpenFact]] = defaultdict(dict)
    rows = OfferAccess.objects.filter(offer_id__in=keys)
    for key, feature, is_there, note in rows.values_list("offer_id", "feature", "is_there", "note"):
        found[key][feature] = OpenFact(feature, "yes" if is_there else "no", note)
    return found


def _texts(keys: Sequence[int]) -> dict[int, list[OpenText]]:
    found: dict[int, list[OpenText]] = defaultdict(list)
    rows = OfferText.objects.filter(offer_id__in=keys).order_by("language")
    columns = ("offer_id", "language", "title", "summary", "description", "is_machine_made")
    for key, *values in rows.values_list(*columns):
        found[key].append(OpenText(*values))
    return found


def _grouped(rows: QuerySet[Any], keys: Sequence[int], column: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for key, value in rows.filter(offer_id__in=keys).values_list("offer_id", column):
        found[key].append(value)
    return found


def _providers(rows: QuerySet[Provider]) -> list[OpenProvider]:
    values = rows.values_list(
        "organisation__public_id",
        "pk",
        "organisation__name",
        "organisation__kind",
        "summary",
        "language",
        "organisation__email",
        "organisation__phone",
        "organisation__website",
        "organisation__is_synthetic",
        "source__key",
    )
    return [OpenProvider(*row) for row in values]
