"""The catalogue as open data: records for machines, complete and in a fixed number of database queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from learningcity.catalogue.models import (
    Offer,
    OfferAccess,
    OfferPrice,
    OfferSkill,
    OfferText,
    Provider,
    Series,
    Session,
    SkillTaught,
    Source,
)
from learningcity.catalogue.queries.effective import EffectiveSession, as_they_hold, effective_sessions
from learningcity.catalogue.queries.open_records import (
    OpenFact,
    OpenOffer,
    OpenPrice,
    OpenProvider,
    OpenSeries,
    OpenSession,
    OpenSkill,
    OpenSource,
    OpenText,
    page_of,
)
from learningcity.catalogue.queries.prepared import Prepared
from learningcity.city.models import Venue
from learningcity.core.wire import LARGEST_SIZE

MOST_SERIES = 200
COPIED = (
    "title", "summary", "language", "taught_in", "form", "field", "level", "mode", "audience", "age_from",
    "age_to", "hours", "website", "confirmed_on", "changed_at", "is_published",
)  # fmt: skip
ROW = (
    "pk", "public_id", "source__key", "source__is_synthetic", "provider__organisation__public_id",
    "provider__organisation__name", "provider__organisation__is_synthetic", *COPIED,
)  # fmt: skip

SERIES_ROW = (
    "public_id", "name", "venue__public_id", "room", "places", "enrol_from_on", "enrol_until_on",
    "runs_from_on", "runs_until_on", "places_left",
)  # fmt: skip
SESSION_ROW = (
    *(
        "public_id",
        "starts_at",
        "ends_at",
        "time_zone",
        "is_online",
        "status",
        "reason",
        "room",
        "places_left",
        "is_full",
    ),
    *("venue__public_id", "series__public_id", "series__offer__public_id"),
)
FEATURES = tuple(OfferAccess.Feature.values)


def open_sources(keys: Iterable[str] | None = None) -> list[OpenSource]:
    """Return the sources with these keys (all without keys), with their licences."""
    wanted = None if keys is None else set(keys)
    sources = [OpenSource(*row) for row in SOURCES.rows([0])]
    return [source for source in sources if wanted is None or source.key in wanted]


def published_offer_keys(*, after: int, size: int, provider: UUID | None = None) -> list[int]:
    """Return the keys of the next published offers behind a key, in the order in which they came."""
    if provider is None:
        return [key for (key,) in OFFERS_BEHIND.rows([after])][:size]
    offers = Offer.objects.filter(provider__organisation__public_id=provider)
    offers = offers.filter(is_published=True, pk__gt=after).order_by("pk")
    return list(offers.values_list("pk", flat=True)[:size])


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


def open_offers(keys: Sequence[int]) -> list[OpenOffer]:
    """Return the offers with these keys in the order given, in six queries; keys without one are left out.

    They come without description and texts.
    """
    if not keys:
        return []
    languages = {key: [row[0] for row in rows] for key, rows in _grouped(LANGUAGES, keys).items()}
    return _assembled(keys, languages, description="", texts=[])


def open_offers_whole(keys: Sequence[int]) -> list[OpenOffer]:
    """Return the offers with these keys, with description and texts, in the order given, in eight queries."""
    if not keys:
        return []
    texts = {key: [OpenText(*row) for row in rows] for key, rows in _grouped(TEXTS, keys).items()}
    descriptions = dict(Offer.objects.filter(pk__in=keys).values_list("pk", "description"))
    languages = {key: [text.language for text in own] for key, own in texts.items()}
    return [
        replace(offer, description=descriptions.get(offer.key, ""), texts=texts.get(offer.key, []))
        for offer in _assembled(keys, languages, description="", texts=[])
    ]


def whole_offer(public_id: UUID) -> OpenOffer | None:
    """Return an offer with its description and all its texts, None where no offer has this id."""
    found = Offer.objects.filter(public_id=public_id).values_list("pk", "description").first()
    if found is None:
        return None
    key, description = found
    texts = [OpenText(*row) for row in _grouped(TEXTS, [key])[key]]
    languages = {key: [text.language for text in texts]}
    return _assembled([key], languages, description=description, texts=texts)[0]


def open_series(offer: int) -> list[OpenSeries]:
    """Return the runs of an offer, at most 200."""
    rows = Series.objects.filter(offer_id=offer).order_by("pk")
    return [OpenSeries(*row) for row in rows.values_list(*SERIES_ROW)[:MOST_SERIES]]


def open_providers(*, after: int, size: int) -> list[OpenProvider]:
    """Return the next providers behind a key."""
    return _providers(Provider.objects.filter(pk__gt=after).order_by("pk")[:size])


def open_providers_of(keys: Iterable[int]) -> dict[int, OpenProvider]:
    """Return the providers with these keys, by key."""
    found = _providers(Provider.objects.filter(pk__in=list(keys)))
    return {provider.key: provider for provider in found}


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
    at: datetime,
) -> list[OpenSession]:
    """Return the next sessions of published offers, as they hold, that start in [from_at, to_at)."""
    sessions = as_they_hold(Session.objects.filter(series__offer__is_published=True), at)
    if from_at is not None:
        sessions = sessions.filter(now_starts_at__gte=from_at)
    if to_at is not None:
        sessions = sessions.filter(now_starts_at__lt=to_at)
    if offer is not None:
        sessions = sessions.filter(series__offer__public_id=offer)
    if venue is not None:
        sessions = sessions.filter(now_venue__in=Venue.objects.filter(public_id=venue).values("pk"))
    if after is not None:
        moment, key = after
        sessions = sessions.filter(now_starts_at__gte=moment).filter(
            Q(now_starts_at__gt=moment) | Q(now_starts_at=moment, pk__gt=key)
        )
    rows = sessions.select_related("venue", "series__offer").order_by("now_starts_at", "pk")
    return [_open_session(held) for held in effective_sessions(list(rows.only(*SESSION_ROW)[:size]), at)]


def _open_session(held: EffectiveSession) -> OpenSession:
    row = held.session
    return OpenSession(
        id=row.public_id,
        key=row.pk,
        series_id=row.series.public_id,
        offer_id=row.series.offer.public_id,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        time_zone=row.time_zone,
        venue_id=held.venue.public_id if held.venue else None,
        room=held.room,
        is_online=held.is_online,
        status=held.status,
        reason=held.reason,
        places_left=0 if row.is_full else row.places_left,
        is_changed_for_now=held.is_overlaid,
    )


def _assembled(
    keys: Sequence[int], languages: dict[int, list[str]], *, description: str, texts: list[OpenText]
) -> list[OpenOffer]:
    rows = {row[0]: row for row in OFFERS.rows(keys)}
    prices, access, skills, taught = (_grouped(part, keys) for part in (PRICES, FACTS, SKILLS, TAUGHT))
    return [
        _offer(
            rows[key],
            description=description,
            languages=languages.get(key, []),
            texts=texts,
            prices=[OpenPrice(*row) for row in prices[key]],
            access=_facts(access[key]),
            skills=[row[0] for row in skills[key]],
            skills_taught=[OpenSkill(*row) for row in taught[key]],
        )
        for key in keys
        if key in rows
    ]


def _offer(row: list[Any], *, languages: list[str], **parts: Any) -> OpenOffer:
    key, public_id, source, is_invented, provider, provider_name, is_made_up, *copied = row
    named = dict(zip(COPIED, copied, strict=True))
    return OpenOffer(
        id=public_id,
        key=key,
        url=page_of("catalogue:offer_detail", public_id),
        provider_id=provider,
        provider_name=provider_name,
        source=source,
        is_synthetic=is_invented or is_made_up,
        languages=[named["language"], *languages],
        **named,
        **parts,
    )


def _facts(rows: Iterable[Sequence[Any]]) -> list[OpenFact]:
    known = {feature: (is_there, note) for feature, is_there, note in rows}
    return [
        OpenFact(feature, "yes" if known[feature][0] else "no", known[feature][1])
        if feature in known
        else OpenFact(feature, "unknown")
        for feature in FEATURES
    ]


def _grouped(question: Prepared, keys: Sequence[int]) -> dict[int, list[Sequence[Any]]]:
    found: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for key, *values in question.rows(keys):
        found[key].append(values)
    return found


def _rows_of_offers(ids: Sequence[int], at: datetime, language: str) -> QuerySet[Any, Any]:
    return Offer.objects.filter(pk__in=ids).values_list(*ROW)


def _offers_behind(ids: Sequence[int], at: datetime, language: str) -> QuerySet[Any, Any]:
    behind = Offer.objects.filter(is_published=True, pk__gt=ids[0]).order_by("pk")
    return behind.values_list("pk")[: LARGEST_SIZE + 1]


def _prices_of_offers(ids: Sequence[int], at: datetime, language: str) -> QuerySet[Any, Any]:
    prices = OfferPrice.objects.filter(offer__in=ids).order_by("pk")
    return prices.values_list("offer_id", "group", "cents", "currency")


def _facts_of_offers(ids: Sequence[int], at: datetime, language: str) -> QuerySet[Any, Any]:
    facts = OfferAccess.objects.filter(offer__in=ids)
    return facts.values_list("offer_id", "feature", "is_there", "note")


def _skills_of_offers(ids: Sequence[int], at: datetime, language: str) -> QuerySet[Any, Any]:
    skills = OfferSkill.objects.filter(offer__in=ids).order_by("offer_id", "position")
    return skills.values_list("offer_id", "words")


def _skills_taught_by_offers(ids: Sequence[int], at: datetime, language: str) -> QuerySet[Any, Any]:
    taught = SkillTaught.objects.filter(offer__in=ids).order_by("offer_id", "skill__label")
    return taught.values_list("offer_id", "skill__uri", "skill__label", "skill__language")


def _languages_of_offers(ids: Sequence[int], at: datetime, language: str) -> QuerySet[Any, Any]:
    texts = OfferText.objects.filter(offer__in=ids).order_by("offer_id", "language")
    return texts.values_list("offer_id", "language")


def _texts_of_offers(ids: Sequence[int], at: datetime, language: str) -> QuerySet[Any, Any]:
    texts = OfferText.objects.filter(offer__in=ids).order_by("offer_id", "language")
    return texts.values_list("offer_id", "language", "title", "summary", "description", "is_machine_made")


def _all_sources(ids: Sequence[int], at: datetime, language: str) -> QuerySet[Any, Any]:
    return Source.objects.order_by("key").values_list("key", "name", "licence", "attribution", "url")


OFFERS = Prepared(_rows_of_offers)
OFFERS_BEHIND = Prepared(_offers_behind)
PRICES = Prepared(_prices_of_offers)
FACTS = Prepared(_facts_of_offers)
SKILLS = Prepared(_skills_of_offers)
TAUGHT = Prepared(_skills_taught_by_offers)
LANGUAGES = Prepared(_languages_of_offers)
TEXTS = Prepared(_texts_of_offers)
SOURCES = Prepared(_all_sources)


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
