"""Open records of the catalogue: what machines are given, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.urls import reverse

NOBODY = UUID(int=0)


def page_of(url_name: str, public_id: UUID) -> str:
    """Return the address of the page of an offer or provider; resolved once, as lists need many."""
    return _page(url_name).replace(str(NOBODY), str(public_id))


@lru_cache(maxsize=8)
def _page(url_name: str) -> str:
    return reverse(url_name, args=[NOBODY])


@dataclass(frozen=True, slots=True)
class OpenSource:
    """Where records come from, and what has to be said when they are used."""

    key: str
    name: str
    licence: str
    attribution: str
    url: str


@dataclass(frozen=True, slots=True)
class OpenPrice:
    """What a group of people pays; 0 is free."""

    group: str
    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class OpenFact:
    """One access fact: yes, no or unknown."""

    feature: str
    answer: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpenSkill:
    """A skill of a published vocabulary that somebody confirmed."""

    uri: str
    label: str
    language: str


@dataclass(frozen=True, slots=True)
class OpenText:
    """The words of an offer in one language."""

    language: str
    title: str
    summary: str
    description: str
    is_machine_made: bool


@dataclass(frozen=True, slots=True)
class OpenProvider:
    """Who offers learning."""

    id: UUID
    key: int
    name: str
    kind: str
    summary: str
    language: str
    email: str
    phone: str
    website: str
    is_synthetic: bool
    source: str

    @property
    def url(self) -> str:
        """Return the address of the provider's page."""
        return page_of("catalogue:provider_detail", self.id)


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """One offer. `key` is the row, for markers only; it is never published."""

    id: UUID
    key: int
    title: str
    summary: str
    description: str
    language: str
    languages: list[str]
    texts: list[OpenText]
    taught_in: list[str]
    form: str
    field: str
    level: str
    mode: str
    audience: str
    age_from: int | None
    age_to: int | None
    hours: int | None
    prices: list[OpenPrice]
    access: list[OpenFact]
    skills: list[str]
    skills_taught: list[OpenSkill]
    provider_id: UUID
    provider_name: str
    website: str
    source: str
    is_synthetic: bool
    confirmed_on: date
    changed_at: datetime
    is_published: bool
    url: str


@dataclass(frozen=True, slots=True)
class OpenSeries:
    """One run of an offer: `runs_from_on` and `runs_until_on` where only its days are known."""

    id: UUID
    name: str
    venue_id: UUID | None
    room: str
    places: int | None
    enrol_from_on: date | None
    enrol_until_on: date | None
    runs_from_on: date | None
    runs_until_on: date | None
    places_left: int | None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One date of a series as it holds, in the zone in which it was planned."""

    id: UUID
    key: int
    series_id: UUID
    offer_id: UUID
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    venue_id: UUID | None
    room: str
    is_online: bool
    status: str
    reason: str
    places_left: int | None
    is_changed_for_now: bool
