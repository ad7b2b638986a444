"""Public holidays of the country, and closing days of the city's places."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays
from django.conf import settings
from django.db.models import Q, QuerySet

from learningcity.catalogue.models import ClosingDay
from learningcity.city.models import City

TOGETHER = 400


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day on which people expect nothing, or find the doors shut. `venue` is None where it is for all."""

    on: date
    words: str
    is_holiday: bool
    venue: int | None = None


def free_days(days: Collection[date], venues: Collection[int]) -> list[FreeDay]:
    """Return the public holidays among these days, and the closing days of these places, in two queries."""
    if not days:
        return []
    country, region = City.objects.values_list("country", "region").first() or ("", "")
    region = settings.HOLIDAY_REGION or region
    years = sorted({one.year for one in days})
    known = {day: name for year in years for day, name in names_of(country, region, year)}
    found = [FreeDay(day, known[day], is_holiday=True) for day in sorted(set(days)) if day in known]
    closed = ClosingDay.objects.filter(Q(venue__isnull=True) | Q(venue__in=sorted(venues)[:TOGETHER]))
    within = closed.filter(on__gte=min(days), on__lte=max(days)).order_by("on", "pk")
    found += [
        FreeDay(one.on, one.words, is_holiday=False, venue=one.venue_id) for one in within if one.on in days
    ]
    return found


@lru_cache(maxsize=64)
def names_of(country: str, region: str, year: int) -> tuple[tuple[date, str], ...]:
    """Return the public holidays of a part of a country: of the whole one if nobody knows that part."""
    for part in (region, None):
        try:
            known = holidays.country_holidays(country, subdiv=part or None, years=year)
        except NotImplementedError:
            continue
        return tuple(sorted(known.items()))
    return ()


def closing_days(*, since: date) -> "QuerySet[ClosingDay]":
    """Return the closing days from a day on, in their order."""
    return ClosingDay.objects.filter(on__gte=since).select_related("venue").order_by("on", "pk")


def free_on(days: Iterable[FreeDay], day: date, venue: int | None) -> list[FreeDay]:
    """Return what is said of a day at a place."""
    return [one for one in days if one.on == day and one.venue in (None, venue)]
