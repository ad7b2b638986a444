"""Drafts: what somebody wants to publish, as plain values, before it is checked and written.

Codes are those of the tables (`Offer.LearningForm`, `Offer.Field` …). A moment without a zone is the clock
on the wall in the draft's time zone; a moment with a zone is exact. Where the wall clock skips or repeats an
hour, iCalendar's rule holds (RFC 5545, 3.3.5): a skipped time counts with the offset before the change (02:30
becomes 03:30), a repeated time is its first occurrence.
"""

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDraft:
    """The organisation that offers, under its key in the source."""

    key: str
    name: str
    kind: str = "other"
    summary: str = ""
    language: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueDraft:
    """A place under its key in the source; without coordinates nobody can say how far it is."""

    key: str
    name: str
    kind: str = "other"
    lat: float | None = None
    lon: float | None = None
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVenue:
    """A venue that the city knows already: by its public identifier, or its row if `pk` is given."""

    public_id: str = ""
    pk: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDraft:
    """The words of an offer in one more language."""

    language: str
    title: str
    summary: str = ""
    description: str = ""
    is_machine_made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceDraft:
    """What a group pays, in the smallest unit of the currency; the city's currency if none is named."""

    cents: int
    group: str = "everyone"
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDraft:
    """One access fact that is known: yes or no."""

    feature: str
    is_there: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDraft:
    """One date. `venue` and `room` only where they differ from those of the series."""

    starts: datetime
    ends: datetime
    time_zone: str
    is_online: bool = False
    status: str = "planned"
    reason: str = ""
    venue: VenueDraft | KnownVenue | None = None
    room: str = ""
    trainer: str = ""

    @property
    def starts_at(self) -> datetime:
        """The moment at which it starts, in UTC."""
        return moment(self.starts, self.time_zone)

    @property
    def ends_at(self) -> datetime:
        """The moment at which it ends, in UTC."""
        return moment(self.ends, self.time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesDraft:
    """One run: all its sessions, or only the days between which it runs where the hours are not known."""

    key: str = "1"
    name: str = ""
    venue: VenueDraft | KnownVenue | None = None
    room: str = ""
    places: int | None = None
    enrol_from_on: date | None = None
    enrol_until_on: date | None = None
    runs_from_on: date | None = None
    runs_until_on: date | None = None
    sessions: tuple[SessionDraft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDraft:
    """An offer whole: words, prices, access facts, skills, series. `key` is its name in the source.

    `confirmed_on` is the day on which the source last vouched for it; the day of the action if the source
    does not say. `row` is where it stands in a file, and no part of the offer.
    """

    key: str
    title: str
    language: str
    provider: ProviderDraft | None = None
    form: str = "non_formal"
    mode: str = "on_site"
    summary: str = ""
    description: str = ""
    taught_in: tuple[str, ...] = ()
    field: str = "99"
    level: str = "open"
    audience: str = "everyone"
    age_from: int | None = None
    age_to: int | None = None
    hours: int | None = None
    website: str = ""
    confirmed_on: date | None = None
    texts: tuple[TextDraft, ...] = ()
    prices: tuple[PriceDraft, ...] = ()
    access: tuple[AccessDraft, ...] = ()
    skills: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    series: tuple[SeriesDraft, ...] = ()
    row: int = dataclasses.field(default=0, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not imported: which, because of which field, why and what to do.

    `key` is that of its offer, where the row tells it: what is named, though wrongly, is not gone.
    """

    row: int
    field: str
    reason: str
    key: str = dataclasses.field(default="", repr=False, compare=False)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """Return a time zone by its name. Raises ZoneInfoNotFoundError or ValueError for no such zone."""
    return ZoneInfo(name)


# One session is asked several times: when it is checked, matched and written.
@lru_cache(maxsize=4096)
def moment(wall_or_exact: datetime, time_zone: str) -> datetime:
    """Return a moment in UTC; without a zone of its own it is wall-clock time in `time_zone`.

    >>> moment(datetime(2026, 10, 19, 18), "Europe/London").hour
    17
    >>> moment(datetime(2026, 10, 26, 18), "Europe/London").hour
    18
    """
    if wall_or_exact.tzinfo is None:
        wall_or_exact = wall_or_exact.replace(tzinfo=zone(time_zone), fold=0)
    return wall_or_exact.astimezone(UTC)


def weekly(
    first_on: date,
    last_on: date,
    *,
    weekdays: Collection[int],
    starts: time,
    ends: time,
    time_zone: str,
    is_online: bool = False,
) -> tuple[SessionDraft, ...]:
    """Return the sessions on these weekdays (0 is Monday) from the first day to the last.

    18:00 stays 18:00 when the clocks change.
    """
    numbers = range((last_on - first_on).days + 1)
    days = (first_on + timedelta(days=n) for n in numbers if (first_on.weekday() + n) % 7 in weekdays)
    return tuple(
        SessionDraft(
            starts=datetime.combine(day, starts),
            ends=datetime.combine(day, ends),
            time_zone=time_zone,
            is_online=is_online,
        )
        for day in days
    )
