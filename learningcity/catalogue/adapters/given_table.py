"""Offers as rows of our own layout (docs/guides/import-offers.md): another node can import them as they are.

One row for each date; the first row of an offer says what it is. What the layout has no column for is not in
it: which texts a machine made. A text that a spreadsheet would compute has an apostrophe in front, which the
import takes away again.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from learningcity.catalogue.adapters.given_course import amount
from learningcity.catalogue.models import OfferAccess, OfferPrice
from learningcity.catalogue.queries.open_records import OpenOffer
from learningcity.catalogue.queries.whole_offers import GivenSeries, GivenSession, WholeOffer
from learningcity.city.models import Venue
from learningcity.core.sheets import guarded

PRICES = {group: "price" if group == "everyone" else f"price_{group}" for group in OfferPrice.Group.values}
FEATURES = tuple(OfferAccess.Feature.values)
NOTES = tuple(f"{feature}_note" for feature in FEATURES)
WORDS = ("title", "summary", "description")
OF_THE_OFFER = (
    "key", "title", "summary", "description", "language", "taught_in", "form", "field", "level", "mode",
    "audience", "age_from", "age_to", "hours", "website", "confirmed_on", "currency", *PRICES.values(),
    *FEATURES, *NOTES, "skills", "skills_taught", "concepts",
    "provider", "provider_key", "provider_kind", "provider_email", "provider_phone", "provider_website",
)  # fmt: skip
OF_A_RUN = (
    "series", "series_name", "venue", "venue_key", "venue_kind", "address", "lat", "lon", "room", "places",
    "enrol_from", "enrol_until", "first_day", "last_day",
)  # fmt: skip
OF_A_DATE = (
    "starts", "ends", "time_zone", "online", "status", "reason", "trainer", "session_venue",
    "session_venue_key", "session_venue_kind", "session_address", "session_lat", "session_lon",
    "session_room",
)  # fmt: skip


def header(languages: Sequence[str]) -> list[str]:
    """Return the columns; the words in other languages have columns of their own."""
    translated = [f"{word}_{language}" for language in languages for word in WORDS]
    return [*OF_THE_OFFER, *translated, *OF_A_RUN, *OF_A_DATE]


def rows(offers: Iterable[WholeOffer], columns: Sequence[str]) -> Iterator[list[object]]:
    """Yield the rows of offers: those of one offer stand together."""
    for whole in offers:
        said = of_the_offer(whole)
        for cells in runs(whole) or [{}]:
            yield [shown_as_it_is((said | cells).get(column, "")) for column in columns]
            said = {"key": said["key"], "title": said["title"], "provider": said["provider"]}


def shown_as_it_is(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    return guarded(cell) if isinstance(cell, str) else cell


def of_the_offer(whole: WholeOffer) -> dict[str, Any]:
    """Return what the first row of an offer says of it."""
    offer, provider = whole.offer, whole.provider
    return filled(
        {
            **{name: getattr(offer, name) for name in OF_THE_OFFER if hasattr(offer, name)},
            **money(offer),
            **{fact.feature: fact.answer for fact in offer.access if fact.answer != "unknown"},
            **{f"{fact.feature}_note": fact.note for fact in offer.access if fact.answer != "unknown"},
            **{
                f"{word}_{text.language}": getattr(text, word) for text in offer.texts for word in WORDS
            },
            "key": offer.id,
            "taught_in": "|".join(offer.taught_in),
            # A bar parts them in the layout.
            "skills": "|".join(skill.replace("|", "/") for skill in offer.skills),
            "skills_taught": "|".join(skill.uri.replace("|", "%7C") for skill in offer.skills_taught),
            "concepts": "|".join(address.replace("|", "%7C") for address in whole.concepts),
            "confirmed_on": offer.confirmed_on.isoformat(),
            "provider": provider.name,
            "provider_key": provider.id,
            "provider_kind": provider.kind,
            "provider_email": provider.email,
            "provider_phone": provider.phone,
            "provider_website": provider.website,
        }
    )  # fmt: skip


def money(offer: OpenOffer) -> dict[str, str]:
    """Return the prices; the layout knows one currency for an offer."""
    if not offer.prices:
        return {}
    currency = offer.prices[0].currency
    said = {PRICES[one.group]: amount(one) for one in offer.prices if one.currency == currency}
    return {"currency": currency, **said}


def runs(whole: WholeOffer) -> list[dict[str, Any]]:
    """Return what the rows of an offer say of its runs and dates."""
    found: list[dict[str, Any]] = []
    for series in whole.series:
        usual = place_of(series)
        said = of_a_run(series, usual)
        for session in series.sessions or [None]:
            found.append(said | (of_a_date(session, usual) if session else {}))
            said = {"series": series.key}
    return found


def place_of(series: GivenSeries) -> Venue | None:
    """Return the place of a run: dates elsewhere name their own."""
    if series.venue:
        return series.venue
    return next((session.venue for session in series.sessions if session.venue), None)


def of_a_run(series: GivenSeries, venue: Venue | None) -> dict[str, Any]:
    """Return what the first row of a run says of it."""
    return filled(
        {
            "series": series.key,
            "series_name": series.name,
            **(of_a_place(venue) if venue else {}),
            "room": series.room,
            "places": series.places,
            "enrol_from": series.enrol_from_on,
            "enrol_until": series.enrol_until_on,
            "first_day": series.runs_from_on,
            "last_day": series.runs_until_on,
        }
    )


def of_a_place(venue: Venue, before: str = "") -> dict[str, Any]:
    """Return what is said of a place; `before` stands before the names of the columns."""
    said = {
        "venue": venue.name,
        "venue_key": venue.public_id,
        "venue_kind": venue.kind,
        "address": venue.address,
        "lat": venue.lat,
        "lon": venue.lon,
    }
    return {f"{before}{name}": value for name, value in said.items()}


def of_a_date(session: GivenSession, usual: Venue | None) -> dict[str, Any]:
    """Return what a row says of its date; its place only where it is not the usual one of its run."""
    is_elsewhere = session.venue is not None and session.venue != usual
    return filled(
        {
            **(of_a_place(session.venue, "session_") if session.venue and is_elsewhere else {}),
            "session_room": session.room,
            "trainer": session.trainer,
            "starts": session.starts_at.isoformat(),
            "ends": session.ends_at.isoformat(),
            "time_zone": session.time_zone,
            "online": "yes" if session.is_online else "no",
            "status": session.status,
            "reason": session.reason,
        }
    )


def filled(said: dict[str, Any]) -> dict[str, Any]:
    """Return the cells that are not empty."""
    return {name: value for name, value in said.items() if value not in ("", None)}
