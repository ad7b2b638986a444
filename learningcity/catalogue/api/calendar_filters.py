"""Which dates a calendar holds: all filters of the search, and which dates of an offer fit them."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from learningcity.catalogue.adapters.fields import slot_of
from learningcity.catalogue.api.filters import Language, Searched, criteria_of
from learningcity.catalogue.models import OfferPrice
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.whole_offers import GivenSession
from learningcity.core.wire import LARGEST_SIZE

POINT = r"^-?[0-9]{1,2}(\.[0-9]{1,3})?,-?[0-9]{1,3}(\.[0-9]{1,3})?$"
Point = Annotated[str, StringConstraints(max_length=17, pattern=POINT)]


class CalendarFilters(Searched):
    """What is searched for: everything that can be chosen on the page of the search."""

    near: Point | None = Field(None, description="Latitude and longitude, with three decimals at most.")
    minutes: int | None = Field(None, ge=1, le=120, description="Of walking from there.")
    metres: int | None = Field(None, ge=50, le=50_000, description="From there as the crow flies.")
    written_in: list[Language] = Field([], max_length=20, description="Languages of the description.")
    slot: list[Literal["weekday_day", "weekday_evening", "weekend"]] = Field([], max_length=3)
    access_unknown: bool = Field(False, description="Also where access is not known.")
    up_to_cents: int | None = Field(None, ge=0, le=9_999_999, description="Costs no more than this.")
    price_group: OfferPrice.Group = Field(OfferPrice.Group.EVERYONE, description="Whose price is meant.")
    age: int | None = Field(None, ge=0, le=120)
    when: Literal["", "now", "today", "week", "later"] = ""


def criteria_of_calendar(filters: CalendarFilters) -> Criteria:
    """Return the search that the filters mean, the soonest first."""
    lat, _comma, lon = (filters.near or "").partition(",")
    return replace(
        criteria_of(filters, size=LARGEST_SIZE, sort="soonest"),
        near=(float(lat), float(lon)) if filters.near else None,
        minutes=filters.minutes if filters.near else None,
        metres=filters.metres if filters.near else None,
        written_in=tuple(filters.written_in),
        slots=tuple(filters.slot),
        access_unknown=filters.access_unknown,
        up_to_cents=filters.up_to_cents,
        price_group=filters.price_group.value,
        age=filters.age,
        when=filters.when,
    )


def fits(date: GivenSession, filters: CalendarFilters, at: datetime) -> bool:
    """Return whether one and the same date is to come, in the days and hours and at the place asked for.

    An offer may be found by two of its dates together: then the calendar holds neither.
    """
    day = date.starts_at.date()
    return (
        date.ends_at > at
        and (filters.from_on is None or filters.from_on <= day)
        and (filters.to_on is None or day <= filters.to_on)
        and (not filters.slot or slot_of(date.starts_at) in filters.slot)
        and (filters.venue is None or (date.venue is not None and date.venue.public_id == filters.venue))
    )
