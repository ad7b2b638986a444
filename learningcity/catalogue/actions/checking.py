"""What an offer must be before it is written; each fault is one sentence that says what to do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.drafts import (
    AccessDraft,
    KnownVenue,
    OfferDraft,
    PriceDraft,
    ProviderDraft,
    SeriesDraft,
    SessionDraft,
    TextDraft,
    VenueDraft,
)
from learningcity.catalogue.actions.faults import (
    Fault,
    code,
    email,
    is_time_zone,
    language,
    line,
    not_too_many,
    number,
    shown,
    web_address,
    words,
)
from learningcity.catalogue.models import Offer, OfferAccess, OfferPrice, Session
from learningcity.city.models import Venue
from learningcity.people.models import Organisation

MOST_SERIES = 100
MOST_SESSIONS = 400
MOST_TEXTS = 30
MOST_SKILLS = 50
MOST_CENTS = 100_000_000
MOST_PLACES = 100_000
MOST_HOURS = 10_000
OLDEST_AGE = 120
LONGEST_SESSION = timedelta(days=14)
FIRST_YEAR = 1990
YEARS_AHEAD = 10

CURRENCY = re.compile("[A-Z]{3}")

FORMS = frozenset(Offer.LearningForm.values)
MODES = frozenset(Offer.Mode.values)
FIELDS = frozenset(Offer.Field.values)
LEVELS = frozenset(Offer.Level.values)
AUDIENCES = frozenset(Offer.Audience.values)
GROUPS = frozenset(OfferPrice.Group.values)
FEATURES = frozenset(OfferAccess.Feature.values)
STATUSES = frozenset(Session.Status.values)
VENUE_KINDS = frozenset(Venue.Kind.values)
PROVIDER_KINDS = frozenset(Organisation.Kind.values)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the city allows: moments up to some years from now, and points inside its box."""

    today: date
    latest: date
    box: tuple[float, float, float, float] | None = None
    """South, west, north, east; None for a city without areas."""


def limits_at(at: datetime, box: tuple[float, float, float, float] | None = None) -> Limits:
    """Return the limits that hold at a moment."""
    return Limits(today=at.date(), latest=date(at.year + YEARS_AHEAD, 12, 31), box=box)


def faults(draft: OfferDraft, limits: Limits) -> list[Fault]:
    """Return everything that is wrong with an offer; nothing if it may be written."""
    return [
        *offer_words(draft),
        *offer_codes(draft),
        *offer_numbers(draft),
        *(provider(draft.provider) if draft.provider else ()),
        *confirmation(draft.confirmed_on, limits),
        *prices(draft.prices),
        *access(draft.access),
        *all_series(draft.series, limits),
    ]


def offer_words(draft: OfferDraft) -> Iterator[Fault]:
    """Yield what is wrong with the words of an offer, in all its languages."""
    yield from line("key", draft.key, 200, needed=True)
    own = TextDraft(
        language=draft.language,
        title=draft.title,
        summary=draft.summary,
        description=draft.description,
    )
    for text in (own, *draft.texts):
        yield from line("title", text.title, 300, needed=True)
        yield from line("summary", text.summary, 600)
        yield from words("description", text.description, 20000)
        yield from language("language", text.language)
    if len({draft.language, *(text.language for text in draft.texts)}) != len(draft.texts) + 1:
        yield Fault("language", _("Two texts are in the same language. Keep one text for each language."))
    yield from not_too_many("title", draft.texts, MOST_TEXTS)
    yield from not_too_many("skills", draft.skills, MOST_SKILLS)
    for skill in draft.skills:
        yield from line("skills", skill, 200, needed=True)
    yield from web_address("website", draft.website)
    for address in draft.concepts:
        yield from web_address("concepts", address, longest=300)


def offer_codes(draft: OfferDraft) -> Iterator[Fault]:
    """Yield the codes that do not exist."""
    yield from code("form", draft.form, FORMS)
    yield from code("mode", draft.mode, MODES)
    yield from code("field", draft.field, FIELDS)
    yield from code("level", draft.level, LEVELS)
    yield from code("audience", draft.audience, AUDIENCES)
    for taught in draft.taught_in:
        yield from language("taught_in", taught)


def offer_numbers(draft: OfferDraft) -> Iterator[Fault]:
    """Yield ages and hours that cannot be."""
    yield from number("age_from", draft.age_from, OLDEST_AGE)
    yield from number("age_to", draft.age_to, OLDEST_AGE)
    yield from number("hours", draft.hours, MOST_HOURS)
    if draft.age_from is not None and draft.age_to is not None and draft.age_from > draft.age_to:
        yield Fault("age_to", _("The highest age is below the lowest. Exchange them, or leave one empty."))


def confirmation(confirmed_on: date | None, limits: Limits) -> Iterator[Fault]:
    """Yield a confirmation that has not happened yet."""
    # Somewhere it is tomorrow already.
    if confirmed_on is not None and confirmed_on > limits.today + timedelta(days=1):
        yield Fault(
            "confirmed_on",
            _("The day of confirmation, %(day)s, is still to come. Give the day on which it was confirmed.")
            % {"day": confirmed_on.isoformat()},
        )


def provider(draft: ProviderDraft) -> Iterator[Fault]:
    """Yield what is wrong with the one who offers."""
    yield from line("provider", draft.key, 200, needed=True)
    yield from line("provider", draft.name, 200, needed=True)
    yield from code("provider_kind", draft.kind, PROVIDER_KINDS)
    yield from words("provider", draft.summary, 2000)
    yield from line("provider_phone", draft.phone, 40)
    yield from email("provider_email", draft.email)
    yield from web_address("provider_website", draft.website)
    if draft.language:
        yield from language("provider", draft.language)


def prices(drafts: tuple[PriceDraft, ...]) -> Iterator[Fault]:
    """Yield prices that cannot be."""
    if len({price.group for price in drafts}) != len(drafts):
        yield Fault("prices", _("A group has two prices. Keep one price for each group."))
    for price in drafts:
        yield from code("prices", price.group, GROUPS)
        yield from number("prices", price.cents, MOST_CENTS)
        if price.currency and not CURRENCY.fullmatch(price.currency):
            yield Fault(
                "currency",
                _("“%(value)s” is no currency. Give its three capital letters, such as EUR.")
                % {"value": shown(price.currency)},
            )


def access(drafts: tuple[AccessDraft, ...]) -> Iterator[Fault]:
    """Yield access facts that are not of our list, or said twice."""
    if len({fact.feature for fact in drafts}) != len(drafts):
        yield Fault("access", _("An access fact is said twice. Say each once: yes or no."))
    for fact in drafts:
        yield from code("access", fact.feature, FEATURES)
        yield from line("access", fact.note, 300)


def all_series(drafts: tuple[SeriesDraft, ...], limits: Limits) -> Iterator[Fault]:
    """Yield what is wrong with the series of an offer."""
    if len({series.key for series in drafts}) != len(drafts):
        yield Fault("series", _("Two series have the same key. Give each series a key of its own."))
    yield from not_too_many("series", drafts, MOST_SERIES)
    for series in drafts:
        yield from series_faults(series, limits)


def series_faults(draft: SeriesDraft, limits: Limits) -> Iterator[Fault]:
    """Yield what is wrong with one series and its sessions."""
    yield from line("series", draft.key, 200, needed=True)
    yield from line("series", draft.name, 200)
    yield from line("room", draft.room, 120)
    yield from number("places", draft.places, MOST_PLACES)
    yield from venue(draft.venue, limits)
    yield from days("enrol_until_on", draft.enrol_from_on, draft.enrol_until_on, limits)
    yield from days("runs_until_on", draft.runs_from_on, draft.runs_until_on, limits)
    yield from not_too_many("starts", draft.sessions, MOST_SESSIONS)
    wrong = [fault for session in draft.sessions for fault in session_faults(session, limits)]
    yield from wrong
    if not wrong and len({session.starts_at for session in draft.sessions}) != len(draft.sessions):
        yield Fault("starts", _("Two sessions of a series start at the same moment. Keep one of them."))


def session_faults(draft: SessionDraft, limits: Limits) -> Iterator[Fault]:
    """Yield what is wrong with one session."""
    if not are_right_words(draft.status, draft.reason, draft.room, draft.trainer):
        yield from session_words(draft.status, draft.reason, draft.room, draft.trainer)
    yield from venue(draft.venue, limits)
    if not is_time_zone(draft.time_zone):
        yield Fault(
            "time_zone",
            _("There is no time zone “%(value)s”. Give one such as Europe/London.")
            % {"value": shown(draft.time_zone)},
        )
        return
    outside = [*day("starts", draft.starts.date(), limits), *day("ends", draft.ends.date(), limits)]
    lasts = timedelta() if outside else draft.ends_at - draft.starts_at
    if outside:
        yield from outside
    elif lasts <= timedelta():
        yield Fault(
            "ends",
            _("The session ends at %(ends)s, not after its start at %(starts)s. Correct one of the two.")
            % {"starts": f"{draft.starts:%Y-%m-%d %H:%M}", "ends": f"{draft.ends:%Y-%m-%d %H:%M}"},
        )
    elif lasts > LONGEST_SESSION:
        yield Fault(
            "ends",
            _("The session lasts longer than 14 days. Give each day as a session of its own, or only days."),
        )


def session_words(status: str, reason: str, room: str, trainer: str) -> Iterator[Fault]:
    """Yield what is wrong with the words of a session."""
    yield from code("status", status, STATUSES)
    yield from line("reason", reason, 300)
    yield from line("room", room, 120)
    yield from line("trainer", trainer, 120)


# The dates of a series say the same words, one after the other.
@lru_cache(maxsize=1000)
def are_right_words(status: str, reason: str, room: str, trainer: str) -> bool:
    """Return whether nothing is wrong with the words of a session."""
    return not any(session_words(status, reason, room, trainer))


def venue(draft: VenueDraft | KnownVenue | None, limits: Limits) -> Iterator[Fault]:
    """Yield what is wrong with a place."""
    if not isinstance(draft, VenueDraft):
        return
    yield from line("venue", draft.key, 120, needed=True)
    yield from line("venue", draft.name, 200, needed=True)
    yield from line("address", draft.address, 300)
    if not (draft.key + draft.name + draft.address).isprintable():
        yield Fault("venue", _("The place holds a character that cannot be seen. Type its name anew."))
    yield from code("venue_kind", draft.kind, VENUE_KINDS)
    if (draft.lat is None) != (draft.lon is None):
        yield Fault("lat", _("One coordinate is missing. Give latitude and longitude, or neither."))
    elif draft.lat is not None and draft.lon is not None:
        yield from point(draft.lat, draft.lon, limits)


def point(lat: float, lon: float, limits: Limits) -> Iterator[Fault]:
    """Yield a point that is not on earth or not in the city."""
    south, west, north, east = limits.box or (-90.0, -180.0, 90.0, 180.0)
    if south <= lat <= north and west <= lon <= east:
        return
    yield Fault(
        "lat",
        _(
            "The point %(lat)s, %(lon)s lies outside the city (latitude %(south)s to %(north)s, longitude "
            "%(west)s to %(east)s). See whether the two are exchanged, or leave both empty."
        )
        % {
            "lat": lat,
            "lon": lon,
            "south": round(south, 3),
            "north": round(north, 3),
            "west": round(west, 3),
            "east": round(east, 3),
        },
    )


def days(field: str, first: date | None, last: date | None, limits: Limits) -> Iterator[Fault]:
    """Yield days out of order or out of this age."""
    for one in (first, last):
        if one is not None:
            yield from day(field, one, limits)
    if first is not None and last is not None and last < first:
        yield Fault(
            field,
            _("The last day, %(last)s, is before the first, %(first)s. Correct one of them.")
            % {"first": first, "last": last},
        )


def day(field: str, on: date, limits: Limits) -> Iterator[Fault]:
    """Yield a day that is far from our time."""
    if on.year < FIRST_YEAR or on > limits.latest:
        yield Fault(
            field,
            _("The day %(day)s is not between %(first)s and %(last)s. Correct the year.")
            % {"day": on.isoformat(), "first": FIRST_YEAR, "last": limits.latest.year},
        )
