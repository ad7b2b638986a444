"""Two offers side by side, as a person sees them who decides whether they are one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from learningcity.catalogue.models import Offer, Series, Session
from learningcity.catalogue.queries.offer_page import prices_in_order
from learningcity.catalogue.queries.offers import Price, zone

MOST_DATES = 400


@dataclass(frozen=True, slots=True)
class Side:
    """One of two offers: its row, its words in other languages, prices, places, and the dates to come."""

    offer: Offer
    titles: list[tuple[str, str]]
    prices: list[Price]
    places: list[str]
    dates: list[tuple[datetime, datetime]]
    runs: int


def sides_of(offer_ids: Sequence[int], *, at: datetime) -> list[Side]:
    """Return these offers in their order, with what is to be compared, in five database queries."""
    offers = Offer.objects.select_related("source", "provider__organisation")
    by_pk = offers.prefetch_related("texts", "prices").in_bulk(list(offer_ids))
    runs = Series.objects.filter(offer__in=offer_ids).values_list("offer_id", "venue__name")
    series = list(runs.order_by("pk"))
    ahead = Session.objects.filter(series__offer__in=offer_ids, ends_at__gt=at).order_by("starts_at", "pk")
    columns = ("series__offer_id", "starts_at", "ends_at", "time_zone", "venue__name")
    sessions = list(ahead.exclude(status=Session.Status.CANCELLED).values_list(*columns)[:MOST_DATES])
    return [side_of(by_pk[pk], series, sessions) for pk in offer_ids]


def side_of(
    offer: Offer,
    series: Sequence[tuple[int, str | None]],
    sessions: Sequence[tuple[int, datetime, datetime, str, str | None]],
) -> Side:
    """Return one side of what was asked for both at once."""
    mine = [row for row in sessions if row[0] == offer.pk]
    names = [name for pk, name in series if pk == offer.pk] + [name for *_times, name in mine]
    return Side(
        offer=offer,
        titles=[
            (text.language, text.title) for text in sorted(offer.texts.all(), key=lambda one: one.language)
        ],
        prices=prices_in_order(offer.prices.all()),
        places=list(dict.fromkeys(name for name in names if name)),
        dates=[
            (starts.astimezone(zone(name)), ends.astimezone(zone(name)))
            for _pk, starts, ends, name, _venue in mine
        ],
        runs=sum(pk == offer.pk for pk, _name in series),
    )
