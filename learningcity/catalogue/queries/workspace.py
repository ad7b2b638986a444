"""One offer, one series and one date, as those see them who keep them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from learningcity.catalogue.models import AcceptedClash, Offer, OfferPrice, Series, Session
from learningcity.catalogue.queries.bookings import TAKING_PLACE
from learningcity.catalogue.queries.past_places import as_held
from learningcity.city.models import Venue
from learningcity.city.queries import folded_name
from learningcity.core.markers import marker, values_of

SIZE = 50
MOST_PLACES = 30
MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class DateList:
    """A part of the dates of a series, and where the next part starts."""

    dates: list[Session]
    next: str


def offer_in_workspace(public_id: UUID) -> Offer | None:
    """Return an offer, published or not, with the organisation that keeps it."""
    return (
        Offer.objects.filter(public_id=public_id).select_related("provider__organisation", "source").first()
    )


def series_in_workspace(public_id: UUID) -> Series | None:
    """Return a series with its offer and the organisation that keeps it."""
    found = Series.objects.filter(public_id=public_id)
    return found.select_related("offer__provider__organisation", "offer__source", "venue").first()


def session_in_workspace(public_id: UUID) -> Session | None:
    """Return a date with its series, its offer and the organisation that keeps it."""
    found = Session.objects.filter(public_id=public_id)
    row = found.select_related("series__offer__provider__organisation", "series__venue", "venue").first()
    return as_held([row])[0] if row else None


def series_of_offer(offer: Offer, *, at: datetime) -> "QuerySet[Series]":
    """Return the series of an offer: `dates` in all, how many are `coming`, and the next one (`next_at`)."""
    is_coming = Q(sessions__ends_at__gt=at, sessions__status__in=TAKING_PLACE)
    return (
        offer.series.select_related("venue", "offer__provider__organisation")
        .annotate(
            dates=Count("sessions"),
            coming=Count("sessions", filter=is_coming),
            next_at=Min("sessions__starts_at", filter=is_coming),
        )
        .order_by("pk")
    )


def dates_of_series(series: Series, *, past: bool = False, after: str = "", at: datetime) -> DateList:
    """Return a part of the dates of a series: those to come, or those that are over, the latest first.

    Raises BadMarker for a marker of another list.
    """
    found = series.sessions.select_related("venue", "series__offer__provider__organisation")
    found = found.filter(ends_at__lte=at) if past else found.filter(ends_at__gt=at)
    kind = "dates over" if past else "dates"
    if after:
        starts_at, pk = values_of(after, kind, datetime, int)
        beyond = (
            Q(starts_at__lt=starts_at) | Q(starts_at=starts_at, pk__lt=pk)
            if past
            else Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, pk__gt=pk)
        )
        found = found.filter(beyond)
    order = ("-starts_at", "-pk") if past else ("starts_at", "pk")
    rows = list(found.order_by(*order)[: SIZE + 1])
    last = rows[SIZE - 1] if len(rows) > SIZE else None
    return DateList(list(as_held(rows[:SIZE])), marker(kind, last.starts_at, last.pk) if last else "")


def accepted_clashes(session: Session) -> "QuerySet[AcceptedClash]":
    """Return the clashes of a date that were accepted, with the other booking."""
    found = AcceptedClash.objects.filter(session=session)
    return found.select_related("other__series__offer").order_by("pk")


def has_price_for_all(offer: Offer) -> bool:
    """Return whether an offer says what everyone pays."""
    return offer.prices.filter(group=OfferPrice.Group.EVERYONE).exists()


def places_used_by(offer: Offer | None) -> list[Venue]:
    """Return places at which the one who offers has held something, for a choice."""
    if offer is None:
        return []
    of_provider = Series.objects.filter(offer__provider=offer.provider_id, venue__isnull=False)
    used = Venue.objects.filter(pk__in=of_provider.values("venue"), is_gone=False)
    return list(used.order_by("name", "pk")[:MOST_PLACES])


def label_of_place(venue: Venue) -> str:
    """Return how a place is told from others of its name."""
    return f"{venue.name} ({venue.address})" if venue.address else venue.name


def places_called(words: str) -> list[Venue]:
    """Return the places that somebody may mean: those of exactly this name, else some with these words."""
    asked = " ".join(words.split())
    here = Venue.objects.filter(is_gone=False)
    name = asked.partition(" (")[0]
    exact = [
        venue
        for venue in here.filter(name__iexact=name).order_by("pk")[: MOST_NAMED * 4]
        if asked in (venue.name, label_of_place(venue)) or asked.casefold() == venue.name.casefold()
    ]
    folded = folded_name(asked)
    if exact or not folded:
        return exact
    return list(here.filter(folded_name__contains=folded).order_by("name", "pk")[:MOST_NAMED])
