"""An offer in the words of schema.org, for search engines and other catalogues."""

import json
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from learningcity.catalogue.adapters.given_course import skill
from learningcity.catalogue.models import Offer, Session
from learningcity.catalogue.queries.offer_page import OfferPage, SessionFact
from learningcity.catalogue.queries.offers import Price
from learningcity.city.models import Venue
from learningcity.core.money import decimals

MOST_DATES = 20
MODES = {Offer.Mode.ON_SITE: "onsite", Offer.Mode.ONLINE: "online", Offer.Mode.BOTH: "blended"}
STATES = {
    Session.Status.PLANNED: "EventScheduled",
    Session.Status.MOVED: "EventScheduled",
    Session.Status.POSTPONED: "EventPostponed",
    Session.Status.CANCELLED: "EventCancelled",
}
INVENTED = "Invented for a demonstration: nobody offers this."
# What would end the script element, or be read as the beginning of another.
ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def linked_data(offer: OfferPage, *, address: str) -> SafeString:
    """Return the offer as JSON-LD that can stand inside a script element."""
    text = json.dumps(course(offer, address=address), ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(ESCAPES))  # noqa: S308 - every sign that HTML would read is escaped


def course(offer: OfferPage, *, address: str) -> dict[str, Any]:
    """Return the offer as a schema.org Course; what is not known is left out."""
    said = {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": address,
        "url": address,
        "name": offer.text.title,
        "description": offer.text.summary or offer.text.description[:500],
        "disambiguatingDescription": INVENTED if offer.is_synthetic else "",
        "inLanguage": offer.taught_in,
        "provider": _without_gaps(
            {"@type": "Organization", "name": offer.provider.name, "url": offer.provider.website}
        ),
        "teaches": [*offer.skills, *map(skill, offer.skills_taught)],
        "typicalAgeRange": _ages(offer),
        "offers": [_price(price) for price in offer.prices],
        "hasCourseInstance": [_instance(offer, session) for session in offer.coming[:MOST_DATES]],
    }
    return _without_gaps(said)


def _without_gaps(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value not in ("", None, [])}


def _ages(offer: OfferPage) -> str:
    if offer.age_from is None and offer.age_to is None:
        return ""
    return f"{offer.age_from or 0}-{'' if offer.age_to is None else offer.age_to}"


def _price(price: Price) -> dict[str, Any]:
    amount = Decimal(price.cents).scaleb(-decimals(price.currency))
    return {
        "@type": "Offer",
        "price": f"{amount:f}",
        "priceCurrency": price.currency,
        "eligibleCustomerType": price.group,
        "category": "Paid" if price.cents else "Free",
    }


def _instance(offer: OfferPage, session: SessionFact) -> dict[str, Any]:
    return _without_gaps(
        {
            "@type": "CourseInstance",
            "courseMode": "online" if session.is_online else MODES[Offer.Mode(offer.mode)],
            "startDate": session.starts_at.isoformat(),
            "endDate": session.ends_at.isoformat(),
            "eventStatus": f"https://schema.org/{STATES[Session.Status(session.status)]}",
            "location": _place(session.venue) if session.venue else None,
        }
    )


def _place(venue: Venue) -> dict[str, Any]:
    point = {"@type": "GeoCoordinates", "latitude": venue.lat, "longitude": venue.lon}
    return _without_gaps(
        {
            "@type": "Place",
            "name": venue.name,
            "address": venue.address,
            "geo": None if venue.lat is None else point,
        }
    )
