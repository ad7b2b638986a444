"""The fields of the search index, and the numbers and tokens that stand in them.

Whoever changes a field or a token raises FORMAT: an index of another format is built anew from the database.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tantivy import Schema, SchemaBuilder

from learningcity.catalogue.models import OfferPrice

FORMAT = "3"
SAID = ("form", "field", "mode", "level", "audience", "taught_in", "written_in", "access", "slot")
FACETS = (*SAID, "free", "with_places")
MANY_VALUED = ("taught_in", "written_in", "access", "slot")
GROUPS = tuple(OfferPrice.Group.values)

# A number to sort by carries the id of its offer in its lower bits, so that no two are the same.
ID_BITS = 32
LARGEST_ID = 2**ID_BITS - 1
FREE = "free"
LEFT = "left"
# Larger than any price in cents, than any start in minutes since 1970.
NOT_SAID = 2**31 - 1
NEVER = 2**40
NO_AGE = 999

# A step of 20 to 40 metres.
SPOT_BITS = 20
SPOT_STEPS = 2**SPOT_BITS - 1

EVENING_HOUR = 17
SATURDAY = 5
SLOTS = {"weekday_day": "d", "weekday_evening": "e", "weekend": "w"}
MOST_DAYS = 366
YEARS_AHEAD = 5
A_DAY = timedelta(hours=24)


@lru_cache(maxsize=1)
def schema() -> Schema:
    """Return the fields of the index."""
    builder = SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    for name in (*SAID, "with_places", *map(free_field, GROUPS)):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("access_unknown", "venue", "provider", "days"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("places", stored=True)
    for name in (
        "spot", "by_start", "now_from", "now_to", "stale_at", "age_from", "age_to", *map(price_field, GROUPS)
    ):  # fmt: skip
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


def price_field(group: str) -> str:
    """Return the field that holds what a group of people pays."""
    return f"by_price_{group}"


def free_field(group: str) -> str:
    """Return the field that says that a group of people pays nothing."""
    return f"free_{group}"


def spot(lat: float, lon: float) -> int:
    """Return a number that is near for points that are near: bits of latitude and longitude in turn (Morton).

    Documents stand in its order, so that those within a radius lie together and the others are skipped.
    """
    across, up = (int((part + reach) / (2 * reach) * SPOT_STEPS) for part, reach in ((lon, 180), (lat, 90)))
    return sum((across >> bit & 1) << 2 * bit | (up >> bit & 1) << 2 * bit + 1 for bit in range(SPOT_BITS))


def ordered(number: int, offer_id: int) -> int:
    """Return a number to sort by that is this offer's alone: below 2**63."""
    return number << ID_BITS | offer_id


def slot_of(start: datetime) -> str:
    """Return the part of the week in which a session with this local start lies."""
    if start.weekday() >= SATURDAY:
        return "weekend"
    return "weekday_evening" if start.hour >= EVENING_HOUR else "weekday_day"


Times = tuple[frozenset[str], frozenset[str]]


def session_times(starts_at: datetime, ends_at: datetime, zone: str, since: date) -> Times:
    """Return the slots of a session, and tokens for its days and months, from `since` on, in its own zone.

    A session of more than 24 hours counts on each of its days, as daytime or weekend.
    """
    place = ZoneInfo(zone)
    start = starts_at.astimezone(place)
    if ends_at - starts_at <= A_DAY:
        slot = slot_of(start)
        return frozenset((slot,)), tokens_of(start.date(), slot)
    slots = {
        day: "weekend" if day.weekday() >= SATURDAY else "weekday_day"
        for day in days_between(start.date(), ends_at.astimezone(place).date(), since)
    }
    return frozenset(slots.values()), frozenset().union(*(tokens_of(*part) for part in slots.items()))


def days_between(first: date, last: date, since: date) -> list[date]:
    """Return the days from `since` on, at most those of a year."""
    first = max(first, since)
    return [first + timedelta(days=number) for number in range(min((last - first).days + 1, MOST_DAYS))]


@lru_cache(maxsize=10_000)
def tokens_of(day: date, slot: str) -> frozenset[str]:
    """Return the tokens of a part of the week on one day."""
    return frozenset(span + sign for span in spans_of(day) for sign in ("", SLOTS[slot]))


def spans_of(day: date) -> tuple[str, str]:
    """Return the tokens of a day and of its month."""
    return f"{day:%Y%m%d}", f"{day:%Y%m}"


def range_tokens(first: date, last: date, slots: tuple[str, ...]) -> list[str]:
    """Return the tokens of a range of days, both included; whole months as one token each."""
    spans: list[str] = []
    day = first
    while day <= last:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        if day.day == 1 and following - timedelta(days=1) <= last:
            spans.append(f"{day:%Y%m}")
            day = following
        else:
            spans.append(f"{day:%Y%m%d}")
            day += timedelta(days=1)
    return [span + sign for span in spans for sign in ([SLOTS[slot] for slot in slots] or [""])]
