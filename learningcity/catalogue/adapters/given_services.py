"""Offers as services of the Human Services Data Specification (HSDS 3, Open Referral).

HSDS knows services, places and schedules, and no single dates: each date to come is a schedule of one time.
Identifiers of parts that have none of their own are made of those they belong to, and stay.
"""

from datetime import datetime, timezone
from typing import Any
from uuid import UUID, uuid5

from learningcity.catalogue.adapters.given_course import amount, known
from learningcity.catalogue.models import Offer, OfferAccess, Session
from learningcity.catalogue.queries.open_records import OpenProvider
from learningcity.catalogue.queries.whole_offers import GivenSeries, GivenSession, WholeOffer
from learningcity.city.models import Venue

NOT_HELD = (Session.Status.CANCELLED, Session.Status.POSTPONED)


def service(whole: WholeOffer, *, site: str, at: datetime) -> dict[str, Any]:
    """Return an offer as a service, with the dates that are still to come."""
    offer = whole.offer
    coming = [session for session in whole.sessions if session.ends_at > at]
    held = [session for session in coming if session.status not in NOT_HELD]
    return known(
        {
            "id": str(offer.id),
            "organization_id": str(whole.provider.id),
            "name": offer.title,
            "description": offer.description or offer.summary,
            "url": f"{site}{offer.url}",
            "email": whole.provider.email,
            "status": "active",
            "fees_description": fees(whole),
            "minimum_age": offer.age_from,
            "maximum_age": offer.age_to,
            "assured_date": offer.confirmed_on.isoformat(),
            "last_modified": offer.changed_at.isoformat(),
            "alert": alert(coming),
            "schedules": [
                *(schedule(session) for session in held if session.venue is None),
                *(
                    one
                    for series in whole.series
                    if not (series.venue or series.sessions)
                    for one in days(series)
                ),
            ],
            "service_at_locations": at_locations(whole, held),
            "languages": [{"id": part(offer.id, code), "code": code} for code in offer.taught_in],
            "cost_options": [
                {
                    "id": part(offer.id, one.group),
                    "service_id": str(offer.id),
                    "option": one.group,
                    "currency": one.currency,
                    "amount": float(amount(one)),
                }
                for one in offer.prices
            ],
            "organization": organization(whole.provider),
        }
    )


def part(owner: UUID, *words: str) -> str:
    """Return the identifier of a part: of what it belongs to, and of what it is there."""
    return str(uuid5(owner, "\n".join(words)))


def organization(provider: OpenProvider) -> dict[str, Any]:
    """Return who offers."""
    return known(
        {
            "id": str(provider.id),
            "name": provider.name,
            # The specification asks for one.
            "description": provider.summary or provider.name,
            "email": provider.email,
            "website": provider.website,
        }
    )


def fees(whole: WholeOffer) -> str:
    """Return what is paid, in a line."""
    return ", ".join(f"{one.group}: {amount(one)} {one.currency}" for one in whole.offer.prices)


def alert(coming: list[GivenSession]) -> str:
    """Return why dates to come do not hold as planned."""
    reasons = [one.reason for one in coming if one.reason and (one.is_overlaid or one.status in NOT_HELD)]
    return "; ".join(dict.fromkeys(reasons))


def at_locations(whole: WholeOffer, held: list[GivenSession]) -> list[dict[str, Any]]:
    """Return the places of an offer, each with its dates; that of a run without dates with its days."""
    places: dict[UUID, tuple[Venue, list[dict[str, Any]]]] = {}
    for series in whole.series:
        if series.venue and not series.sessions:
            places.setdefault(series.venue.public_id, (series.venue, []))[1].extend(days(series, whole))
    for session in held:
        if session.venue:
            place = places.setdefault(session.venue.public_id, (session.venue, []))
            place[1].append(schedule(session))
    facts = [
        {
            "id": part(whole.offer.id, fact.feature),
            "description": str(OfferAccess.Feature(fact.feature).label),
        }
        for fact in whole.offer.access
        if fact.answer == "yes"
    ]
    return [
        known(
            {
                "id": part(whole.offer.id, str(venue_id)),
                "service_id": str(whole.offer.id),
                "location_id": str(venue_id),
                "location": known({**location(venue), "accessibility": facts}),
                "schedules": schedules,
            }
        )
        for venue_id, (venue, schedules) in places.items()
    ]


def location(venue: Venue) -> dict[str, Any]:
    """Return a place. Our addresses are one line, which the parts of theirs cannot hold."""
    return {
        "id": str(venue.public_id),
        "location_type": "physical",
        "name": venue.name,
        "description": venue.address,
        "latitude": venue.lat,
        "longitude": venue.lon,
    }


def days(series: GivenSeries, whole: WholeOffer) -> list[dict[str, Any]]:
    """Return a run of which only the days are known, as a schedule without hours."""
    if series.sessions or series.runs_from_on is None:
        return []
    first, last = series.runs_from_on.isoformat(), series.runs_until_on
    one = {
        "id": str(series.id),
        "valid_from": first,
        "valid_to": last.isoformat() if last else "",
        "dtstart": first,
        "freq": "DAILY",
        "attending_type": "online" if whole.offer.mode == Offer.Mode.ONLINE else "in person",
    }
    return [known(one)]


def schedule(session: GivenSession) -> dict[str, Any]:
    """Return one date, as a schedule that happens once."""
    first = session.starts_at
    offset = first.utcoffset()
    # One offset holds for both, also in the night in which the clocks change.
    last = session.ends_at.astimezone(timezone(offset)) if offset is not None else session.ends_at
    return known(
        {
            "id": str(session.id),
            "valid_from": first.date().isoformat(),
            "valid_to": last.date().isoformat(),
            "dtstart": first.date().isoformat(),
            "timezone": offset.total_seconds() / 3600 if offset is not None else None,
            "freq": "WEEKLY",
            "count": 1,
            "opens_at": first.strftime("%H:%M"),
            "closes_at": last.strftime("%H:%M"),
            "attending_type": "online" if session.is_online else "in person",
            "notes": session.reason,
        }
    )
