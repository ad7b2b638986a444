"""Offers as the search for duplicates compares them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from learningcity.catalogue.models import Offer, OfferText, Series, Session
from learningcity.city.models import Venue
from learningcity.engines.duplicates import Listing, digest

EPOCH = date(1970, 1, 1).toordinal()
MOST_STARTS = 400


@dataclass
class Listed:
    """What is compared of an offer. `group` is its source, or 0 for one whose offers are typed by hand."""

    listing: Listing
    group: int
    all_starts: tuple[int, ...]

    @cached_property
    def digest(self) -> str:
        """A digest of what is compared, the same whatever day it is."""
        return digest(self.listing, self.all_starts)


@dataclass
class Dates:
    """The dates and places of one offer on their way into its listing."""

    starts: list[int] = field(default_factory=list)
    past: list[int] = field(default_factory=list)
    venues: set[int] = field(default_factory=set)
    days: tuple[int, int] | None = None
    is_online: bool = False

    def is_over(self, today: int) -> bool:
        """Whether there were dates, and none is to come."""
        return not self.starts and bool(self.past or (self.days and self.days[1] < today))


def listings(offer_ids: Collection[int], *, at: datetime, with_past: bool = False) -> dict[int, Listed]:
    """Return what is compared of published offers, in five database queries.

    Offers that are over are left out, unless `with_past`: all their dates are past.
    """
    dates = _dates(offer_ids, at)
    places = _places(dates)
    titles: dict[int, list[tuple[str, str]]] = {}
    texts = OfferText.objects.filter(offer__in=offer_ids).order_by("pk")
    for pk, language, title in texts.values_list("offer_id", "language", "title"):
        titles.setdefault(pk, []).append((language, title))
    rows = Offer.objects.filter(pk__in=offer_ids, is_published=True).values_list(
        *("pk", "language", "title", "mode", "age_from", "age_to", "audience", "level"),
        *("source_id", "provider__organisation__name"),
    )
    today = at.date().toordinal() - EPOCH
    found = {}
    for pk, language, title, mode, age_from, age_to, audience, level, source, provider in rows:
        when = dates.get(pk) or Dates()
        if when.is_over(today) and not with_past:
            continue
        known = [places[venue] for venue in sorted(when.venues)]
        starts = tuple(sorted(when.starts)[:MOST_STARTS])
        listing = Listing(
            pk=pk,
            titles=((language, title), *titles.get(pk, ())),
            provider=provider,
            venues=tuple(name for name, _lat, _lon in known),
            points=tuple((lat, lon) for _name, lat, lon in known if lat is not None and lon is not None),
            starts=starts,
            days=when.days,
            is_online=when.is_online or mode == Offer.Mode.ONLINE,
            ages=(age_from, age_to),
            audience=audience,
            level=level,
        )
        found[pk] = Listed(listing, source, tuple(sorted([*when.past, *when.starts])))
    return found


def _dates(offer_ids: Collection[int], at: datetime) -> dict[int, Dates]:
    found: dict[int, Dates] = {}
    runs = Series.objects.filter(offer__in=offer_ids)
    for pk, venue, first, last in runs.values_list("offer_id", "venue_id", "runs_from_on", "runs_until_on"):
        dates = found.setdefault(pk, Dates())
        if venue is not None:
            dates.venues.add(venue)
        if first is not None:
            dates.days = (first.toordinal() - EPOCH, (last or first).toordinal() - EPOCH)
    sessions = Session.objects.filter(series__offer__in=offer_ids).exclude(status=Session.Status.CANCELLED)
    rows = sessions.values_list("series__offer_id", "starts_at", "venue_id", "is_online")
    now = int(at.timestamp()) // 60
    for pk, starts_at, venue, is_online in rows:
        dates = found[pk]
        start = int(starts_at.timestamp()) // 60
        (dates.starts if start > now else dates.past).append(start)
        dates.is_online |= is_online
        if venue is not None:
            dates.venues.add(venue)
    return found


def _places(dates: dict[int, Dates]) -> dict[int, tuple[str, float | None, float | None]]:
    wanted = {venue for one in dates.values() for venue in one.venues}
    rows = Venue.objects.filter(pk__in=wanted).values_list("pk", "name", "lat", "lon")
    return {pk: (name, lat, lon) for pk, name, lat, lon in rows}
