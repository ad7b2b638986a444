"""Offers with everything that belongs to them, read as plain rows in batches.

Building 200,000 documents out of model instances would take several times as long.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from learningcity.catalogue.models import (
    Offer,
    OfferAccess,
    OfferPrice,
    OfferSkill,
    OfferText,
    Provider,
    Series,
    Session,
)
from learningcity.catalogue.queries.effective import (
    Layer,
    applied_layers,
    layers_of_series,
    status_under,
)
from learningcity.city.models import Venue

HELD = (Session.Status.PLANNED, Session.Status.MOVED)
# SQLite takes 30,000 parameters in a query; a range of ids is read faster than a list.
GAPS = 4
OFFER_COLUMNS = (
    "id", "title", "summary", "description", "language", "taught_in", "form", "field", "level", "mode",
    "audience", "age_from", "age_to", "provider_id",
)  # fmt: skip


class OfferRow(NamedTuple):
    """The columns of an offer that search needs."""

    pk: int
    title: str
    summary: str
    description: str
    language: str
    taught_in: list[str]
    form: str
    field: str
    level: str
    mode: str
    audience: str
    age_from: int | None
    age_to: int | None
    provider: int


class Run(NamedTuple):
    """A series: where, the days, if no hours are known, and the places left, if somebody counts."""

    venue: int | None
    first: date | None
    last: date | None
    left: int | None
    has_no_limit: bool

    @property
    def has_places(self) -> bool:
        """Whether somebody says that there are places."""
        return self.has_no_limit or bool(self.left)


class Date(NamedTuple):
    """A session as it holds. `is_elsewhere`: for now it is not where it was planned."""

    series: int
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    venue: int | None
    is_online: bool
    status: str
    left: int | None
    has_no_limit: bool
    is_elsewhere: bool = False

    @property
    def has_places(self) -> bool:
        """Whether somebody says that there are places."""
        return self.has_no_limit or bool(self.left)

    @property
    def is_held(self) -> bool:
        """Whether it takes place."""
        return self.status in HELD


@dataclass(slots=True)
class Whole:
    """One offer with everything that belongs to it."""

    row: OfferRow
    texts: list[tuple[str, ...]] = field(default_factory=list)
    prices: dict[str, int] = field(default_factory=dict)
    access: dict[str, bool] = field(default_factory=dict)
    skills: list[str] = field(default_factory=list)
    runs: dict[int, Run] = field(default_factory=dict)
    dates: list[Date] = field(default_factory=list)


@dataclass(slots=True)
class Names:
    """Providers (name, public id) and venues (name, lat, lon) by key: few, and said by many offers."""

    providers: dict[int, tuple[str, str]]
    venues: dict[int, tuple[str, float | None, float | None]]


def names() -> Names:
    """Return the names of all providers and venues."""
    providers = Provider.objects.values_list("pk", "organisation__name", "organisation__public_id")
    return Names(
        {pk: (name, str(public_id)) for pk, name, public_id in providers},
        {
            pk: (name, lat, lon)
            for pk, name, lat, lon in Venue.objects.values_list("pk", "name", "lat", "lon")
        },
    )


def among(column: str, keys: Sequence[int]) -> dict[str, object]:
    """Return the lookup for rows whose column is one of the keys, or, where they lie close, near them."""
    if keys and keys[-1] - keys[0] < GAPS * len(keys):
        return {f"{column}__gte": keys[0], f"{column}__lte": keys[-1]}
    return {f"{column}__in": keys}


def wholes(offer_ids: Sequence[int], at: datetime) -> dict[int, Whole]:
    """Return the published ones among these offers (ids in ascending order) as they hold, by id."""
    wanted = set(offer_ids)
    published = Offer.objects.filter(**among("pk", offer_ids), is_published=True).values_list(*OFFER_COLUMNS)
    found = {row[0]: Whole(OfferRow(*row)) for row in published if row[0] in wanted}
    mine = among("offer_id", sorted(found))
    _add_facts(found, mine)
    _add_dates(found, mine, at)
    return found


def _of_each(found: dict[int, Whole], rows: Iterable[tuple]) -> Iterator[tuple]:
    """Yield the offer and the rest of each row that belongs to one of them."""
    for pk, *rest in rows:
        if pk in found:
            yield found[pk], *rest


def _add_facts(found: dict[int, Whole], mine: dict[str, object]) -> None:
    texts = OfferText.objects.filter(**mine)
    for whole, *text in _of_each(
        found, texts.values_list("offer_id", "language", "title", "summary", "description")
    ):
        whole.texts.append(tuple(text))
    prices = OfferPrice.objects.filter(**mine).values_list("offer_id", "group", "cents")
    for whole, group, cents in _of_each(found, prices):
        whole.prices[group] = cents
    facts = OfferAccess.objects.filter(**mine).values_list("offer_id", "feature", "is_there")
    for whole, feature, is_there in _of_each(found, facts):
        whole.access[feature] = is_there
    for whole, words in _of_each(found, OfferSkill.objects.filter(**mine).values_list("offer_id", "words")):
        whole.skills.append(words)


def _add_dates(found: dict[int, Whole], mine: dict[str, object], at: datetime) -> None:
    owner: dict[int, Whole] = {}
    runs = ("pk", "offer_id", "venue_id", "runs_from_on", "runs_until_on", "places_left", "has_no_limit")
    for series, pk, *run in Series.objects.filter(**mine).values_list(*runs):
        if pk in found:
            owner[series] = found[pk]
            found[pk].runs[series] = Run(*run)
    columns = (
        *("pk", "series_id", "starts_at", "ends_at", "time_zone", "venue_id", "is_online", "status"),
        *("places_left", "has_no_limit"),
    )
    series_rows = among("series_id", sorted(owner))
    layers = layers_of_series(series_rows, at)
    for pk, *date_row in Session.objects.filter(**series_rows).values_list(*columns):
        if date_row[0] in owner:
            owner[date_row[0]].dates.append(_as_it_holds(Date(*date_row), layers.get(pk, ()), at))


def _as_it_holds(planned: Date, layers: Sequence[Layer], at: datetime) -> Date:
    """Return a date with the layers over it applied."""
    said = applied_layers(layers, planned.starts_at, planned.ends_at, at) if layers else None
    if said is None:
        return planned
    held = planned._replace(status=status_under(planned.status, said))
    if said.starts_at and said.ends_at:
        held = held._replace(starts_at=said.starts_at, ends_at=said.ends_at)
    if said.is_online is not None:
        held = held._replace(is_online=said.is_online, venue=said.venue, is_elsewhere=True)
    return held
