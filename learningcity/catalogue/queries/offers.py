"""Offers as lists show them: one card each, whole lists in a fixed number of database queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, FilteredRelation, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from learningcity.catalogue.models import Offer, OfferPrice, OverlaidSession, Provider, Series, Session
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.effective import (
    EffectiveSession,
    as_they_hold,
    effective_sessions,
    layers_of_offers,
)
from learningcity.catalogue.queries.prepared import Prepared
from learningcity.city.models import Area, Venue

STALE_AFTER = timedelta(days=365)
"""An offer that nobody has confirmed for a year is marked as such."""

HELD = (Session.Status.PLANNED, Session.Status.MOVED)
"""What takes place: cancelled and postponed sessions are shown, but never as the next one."""

ANSWERS = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True, slots=True)
class NextSession:
    """The next date of an offer; start and end in the zone in which it was planned."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str
    is_online: bool
    status: str
    venue_pk: int | None
    venue_id: UUID | None
    venue_name: str
    room: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class Price:
    """What one group pays. 0 is free, said explicitly."""

    group: str
    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class OfferCard:
    """What a list shows of one offer, in the reader's language where there is such a text.

    `price` is that of the group asked for, else everyone's; None where it is not known.
    `runs_from_on` and `runs_until_on` are filled where only days are known, and there is no session to come.
    """

    pk: int
    public_id: UUID
    title: str
    summary: str
    language: str
    is_machine_made: bool
    provider_id: UUID
    provider_name: str
    form: str
    field: str
    level: str
    mode: str
    audience: str
    age_from: int | None
    age_to: int | None
    taught_in: list[str]
    price: Price | None
    others_pay_less: bool
    step_free: str
    next_session: NextSession | None
    sessions_ahead: int
    runs_from_on: date | None
    runs_until_on: date | None
    is_synthetic: bool
    confirmed_on: date
    is_stale: bool


def offer_cards(
    offer_ids: Sequence[int], *, at: datetime, language: str, price_group: str = "everyone"
) -> list[OfferCard]:
    """Return the cards of these offers in the order given, in at most four database queries.
    While layers are over sessions, it takes three more.

    Offers that are gone or withdrawn are left out.
    """
    rows = _rows(offer_ids, language)
    following = _next_sessions(list(rows), at)
    if any(row["any_layer"] for row in rows.values()):
        _lay_over(following, list(rows), at)
    prices = _prices(list(rows))
    days = _days_of_runs([pk for pk in rows if pk not in following])
    return [
        _card(rows[pk], following.get(pk), prices.get(pk, []), days.get(pk), at=at, group=price_group)
        for pk in offer_ids
        if pk in rows
    ]


def offers_of_provider(provider: int, *, at: datetime, language: str, size: int = 20) -> list[OfferCard]:
    """Return the cards of what a provider (its row) offers: the soonest first, then those without dates."""
    soonest = _soonest(provider, at, size)
    undated = Offer.objects.filter(provider=provider, is_published=True).exclude(pk__in=soonest)
    more = undated.order_by("pk").values_list("pk", flat=True)[: size - len(soonest)]
    return offer_cards([*soonest, *more], at=at, language=language)


def filter_names(criteria: Criteria) -> dict[str, str]:
    """Return the names for the filters that hold an identifier: provider, venue and area."""
    names: dict[str, str | None] = {}
    if criteria.provider:
        of_provider = Provider.objects.filter(organisation__public_id=criteria.provider)
        names["provider"] = of_provider.values_list("organisation__name", flat=True).first()
    if criteria.venue:
        of_venue = Venue.objects.filter(public_id=criteria.venue)
        names["venue"] = of_venue.values_list("name", flat=True).first()
    if criteria.area:
        key, _colon, code = criteria.area.partition(":")
        area = Area.objects.filter(area_set__key=key, code=code).defer("outline", "sketch").first()
        names["area"] = area.local_name if area else None
    return {name: words for name, words in names.items() if words}


def is_stale(confirmed_on: date, at: datetime) -> bool:
    """Return whether an offer has not been confirmed for so long that a reader should know."""
    return confirmed_on < at.date() - STALE_AFTER


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """Return a time zone by its name."""
    return ZoneInfo(name)


def price_for(prices: Iterable[Price], group: str) -> tuple[Price | None, bool]:
    """Return what a group pays (as everyone, if nothing is said of it), and whether others pay less."""
    by_group = {price.group: price for price in prices}
    price = by_group.get(group) or by_group.get(OfferPrice.Group.EVERYONE)
    if price is None:
        return None, False
    return price, any(other.cents < price.cents for other in by_group.values())


def _offer_questions(ids: Sequence[int], at: datetime, language: str) -> QuerySet[Any, Any]:
    return (
        Offer.objects.filter(pk__in=ids, is_published=True)
        .annotate(
            step=FilteredRelation("access", condition=Q(access__feature="step_free")),
            text=FilteredRelation("texts", condition=Q(texts__language=language)),
            # Of no row in particular: the database looks once, and nearly always finds none.
            any_layer=Exists(OverlaidSession.objects.filter(overlay__lifted_at__isnull=True)),
        )
        .values_list(*OFFER_COLUMNS)
    )


OFFER_COLUMNS = (
    *("pk", "public_id", "title", "summary", "language", "form", "field", "level", "mode"),
    *("audience", "age_from", "age_to", "taught_in", "confirmed_on", "step__is_there"),
    *("text__language", "text__title", "text__summary", "text__is_machine_made"),
    *("provider__organisation__public_id", "provider__organisation__name"),
    *("provider__organisation__is_synthetic", "source__is_synthetic", "any_layer"),
)


def _session_questions(ids: Sequence[int], at: datetime, language: str) -> QuerySet[Any, Any]:
    ahead = Session.objects.filter(series__offer__in=ids, ends_at__gt=at, status__in=HELD)
    first = ahead.annotate(
        number=Window(Count("pk"), partition_by="series__offer"),
        place=Window(RowNumber(), partition_by="series__offer", order_by=["starts_at", "pk"]),
    ).filter(place=1)
    return first.values_list(
        *("series__offer_id", "number", "starts_at", "ends_at", "time_zone", "is_online", "status"),
        *("venue_id", "venue__public_id", "venue__name", "venue__lat", "venue__lon"),
        *("room", "series__room"),
    )


def _price_questions(ids: Sequence[int], at: datetime, language: str) -> QuerySet[Any, Any]:
    return OfferPrice.objects.filter(offer__in=ids).values_list("offer_id", "group", "cents", "currency")


OFFERS = Prepared(_offer_questions)
SESSIONS = Prepared(_session_questions)
PRICES = Prepared(_price_questions)


def _rows(offer_ids: Sequence[int], language: str) -> dict[int, dict[str, Any]]:
    base = language.partition("-")[0]
    found = OFFERS.rows(offer_ids, language=base)
    rows = {row[0]: dict(zip(OFFER_COLUMNS, row, strict=True)) for row in found}
    for row in rows.values():
        row["words"] = _words(row, base)
    return rows


def _words(row: Mapping[str, Any], base: str) -> tuple[str, str, str, bool]:
    """Return title, summary, their language, and whether a machine made them."""
    if row["language"].partition("-")[0] == base or not row["text__title"]:
        return row["title"], row["summary"], row["language"], False
    return row["text__title"], row["text__summary"], row["text__language"], row["text__is_machine_made"]


def _next_sessions(offer_ids: Sequence[int], at: datetime) -> dict[int, tuple[int, NextSession]]:
    """Return by offer how many sessions are to come, and the first of them."""
    return {
        offer: (number, _next_session(*facts)) for offer, number, *facts in SESSIONS.rows(offer_ids, at=at)
    }


def _next_session(
    starts_at: datetime,
    ends_at: datetime,
    time_zone: str,
    is_online: bool,
    status: str,
    venue_pk: int | None,
    venue_id: UUID | None,
    venue_name: str | None,
    lat: float | None,
    lon: float | None,
    room: str,
    room_of_run: str,
) -> NextSession:
    return NextSession(
        starts_at=starts_at.astimezone(zone(time_zone)),
        ends_at=ends_at.astimezone(zone(time_zone)),
        time_zone=time_zone,
        is_online=is_online,
        status=status,
        venue_pk=venue_pk,
        venue_id=venue_id,
        venue_name=venue_name or "",
        room=room or room_of_run,
        lat=lat,
        lon=lon,
    )


def _lay_over(following: dict[int, tuple[int, NextSession]], offer_ids: list[int], at: datetime) -> None:
    """Put in place of the next dates of these offers those that hold, where a layer is over any of them."""
    covered = list(layers_of_offers(offer_ids, at))
    touched = Series.objects.filter(sessions__in=covered).values("offer")
    rows = Session.objects.filter(series__offer__in=touched, series__offer_id__in=offer_ids)
    held: dict[int, list[EffectiveSession]] = {}
    for one in effective_sessions(list(rows.select_related("venue", "series")), at):
        ahead = held.setdefault(one.session.series.offer_id, [])
        if one.ends_at > at and one.status in HELD:
            ahead.append(one)
    for offer, ahead in held.items():
        following.pop(offer, None)
        if ahead:
            first = min(ahead, key=lambda one: (one.starts_at, one.session.pk))
            following[offer] = (len(ahead), as_next(first))


def as_next(held: EffectiveSession) -> NextSession:
    """Return a session as a card shows it."""
    venue = held.venue
    return _next_session(
        held.starts_at,
        held.ends_at,
        held.session.time_zone,
        held.is_online,
        held.status,
        venue.pk if venue else None,
        venue.public_id if venue else None,
        venue.name if venue else None,
        venue.lat if venue else None,
        venue.lon if venue else None,
        held.room,
        "" if held.is_place_overlaid else held.session.series.room,
    )


def _prices(offer_ids: Sequence[int]) -> dict[int, list[Price]]:
    found: dict[int, list[Price]] = {}
    for offer, *price in PRICES.rows(offer_ids):
        found.setdefault(offer, []).append(Price(*price))
    return found


def _days_of_runs(offer_ids: list[int]) -> dict[int, tuple[date | None, date | None]]:
    """Return the days of runs of which the hours are not known, by offer."""
    if not offer_ids:
        return {}
    rows = Series.objects.filter(offer__in=offer_ids, runs_from_on__isnull=False).order_by("-runs_from_on")
    return {
        offer: (first, last)
        for offer, first, last in rows.values_list("offer_id", "runs_from_on", "runs_until_on")
    }


def _card(
    row: Mapping[str, Any],
    following: tuple[int, NextSession] | None,
    prices: list[Price],
    days: tuple[date | None, date | None] | None,
    *,
    at: datetime,
    group: str,
) -> OfferCard:
    title, summary, language, is_machine_made = row["words"]
    price, others_pay_less = price_for(prices, group)
    number, following_session = following or (0, None)
    first, last = days or (None, None)
    return OfferCard(
        pk=row["pk"],
        public_id=row["public_id"],
        title=title,
        summary=summary,
        language=language,
        is_machine_made=is_machine_made,
        provider_id=row["provider__organisation__public_id"],
        provider_name=row["provider__organisation__name"],
        form=row["form"],
        field=row["field"],
        level=row["level"],
        mode=row["mode"],
        audience=row["audience"],
        age_from=row["age_from"],
        age_to=row["age_to"],
        taught_in=row["taught_in"],
        price=price,
        others_pay_less=others_pay_less,
        step_free=ANSWERS[row["step__is_there"]],
        next_session=following_session,
        sessions_ahead=number,
        runs_from_on=first,
        runs_until_on=last,
        is_synthetic=row["source__is_synthetic"] or row["provider__organisation__is_synthetic"],
        confirmed_on=row["confirmed_on"],
        is_stale=is_stale(row["confirmed_on"], at),
    )


def sessions_ahead(at: datetime) -> QuerySet[Any, Any]:
    """Return the sessions of published offers that are to come and take place, the soonest first."""
    sessions = as_they_hold(Session.objects.filter(series__offer__is_published=True), at)
    return sessions.filter(now_ends_at__gt=at, now_status__in=HELD).order_by("now_starts_at", "pk")


def _soonest(provider: int, at: datetime, size: int) -> list[int]:
    """Return the offers of a provider whose sessions come first."""
    ahead = sessions_ahead(at).filter(series__offer__provider=provider)
    offers: dict[int, None] = {}
    for offer in ahead.values_list("series__offer_id", flat=True).iterator(chunk_size=200):
        offers[offer] = None
        if len(offers) == size:
            break
    return list(offers)
