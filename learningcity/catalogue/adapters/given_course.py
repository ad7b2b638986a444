"""An offer in the words of schema.org (Course, CourseInstance), as feeds give it away."""

from decimal import Decimal
from typing import Any

from learningcity.catalogue.models import Offer, Session, Skill
from learningcity.catalogue.queries.open_records import OpenPrice, OpenSkill
from learningcity.catalogue.queries.whole_offers import GivenSeries, GivenSession, WholeOffer
from learningcity.city.models import Venue
from learningcity.core.money import decimals

CONTEXT = "https://schema.org"
MODES = {Offer.Mode.ON_SITE: "onsite", Offer.Mode.ONLINE: "online", Offer.Mode.BOTH: "blended"}
STATES = {
    Session.Status.PLANNED: "EventScheduled",
    Session.Status.MOVED: "EventRescheduled",
    Session.Status.POSTPONED: "EventPostponed",
    Session.Status.CANCELLED: "EventCancelled",
}
VOCABULARY = "http://data.europa.eu/esco/concept-scheme/skills"
INVENTED = "Invented for a demonstration: nobody offers this."


def course(whole: WholeOffer, *, site: str) -> dict[str, Any]:
    """Return an offer as a Course without its context; what is not known is left out.

    `site` is the address of the node. A date is a CourseInstance; the dates of one run share a `superEvent`.
    """
    offer = whole.offer
    address = f"{site}{offer.url}"
    return known(
        {
            "@type": "Course",
            "@id": address,
            "identifier": str(offer.id),
            "url": address,
            "sameAs": offer.website,
            "name": offer.title,
            "abstract": offer.summary,
            "description": offer.description or offer.summary,
            "disambiguatingDescription": INVENTED if offer.is_synthetic else "",
            "inLanguage": offer.taught_in,
            "provider": provider(whole, site=site),
            "teaches": [*offer.skills, *map(skill, offer.skills_taught)],
            "about": [{"@id": address} for address in whole.concepts],
            "educationalLevel": "" if offer.level == Offer.Level.OPEN else offer.level,
            "learningResourceType": offer.form,
            "timeRequired": f"PT{offer.hours}H" if offer.hours else "",
            "typicalAgeRange": ages(offer.age_from, offer.age_to),
            "isAccessibleForFree": free(offer.prices),
            "accessibilityFeature": [fact.feature for fact in offer.access if fact.answer == "yes"],
            "offers": [price(one) for one in offer.prices],
            "hasCourseInstance": [
                one for series in whole.series for one in instances(series, whole, site=site)
            ],
            "workTranslation": [
                known({"@type": "Course", "inLanguage": text.language, "name": text.title,
                       "abstract": text.summary, "description": text.description})
                for text in offer.texts
            ],
            "license": whole.source.licence_address,
            "creditText": whole.source.attribution,
            "dateCreated": whole.created_at.isoformat(),
            "dateModified": offer.changed_at.isoformat(),
        }
    )  # fmt: skip


def known(said: dict[str, Any]) -> dict[str, Any]:
    """Return what is said without what is not known."""
    return {name: value for name, value in said.items() if value not in ("", None, [])}


def provider(whole: WholeOffer, *, site: str) -> dict[str, Any]:
    """Return who offers, as an Organization."""
    who = whole.provider
    return known(
        {
            "@type": "Organization",
            "@id": f"{site}{who.url}",
            "identifier": str(who.id),
            "name": who.name,
            "url": who.website,
            "email": who.email,
            "telephone": who.phone,
        }
    )


def skill(one: OpenSkill | Skill) -> dict[str, str]:
    """Return a skill that somebody confirmed, as a DefinedTerm of its vocabulary."""
    return {
        "@type": "DefinedTerm",
        "@id": one.uri,
        "name": one.label,
        "inLanguage": one.language,
        "inDefinedTermSet": VOCABULARY,
    }


def ages(youngest: int | None, oldest: int | None) -> str:
    """Return an age range: 6-12, or 18- without an upper end."""
    if youngest is None and oldest is None:
        return ""
    return f"{youngest or 0}-{'' if oldest is None else oldest}"


def free(prices: list[OpenPrice]) -> bool | None:
    """Return whether everyone takes part for nothing; None where that is not known."""
    everyone = [one.cents for one in prices if one.group == "everyone"]
    return everyone[0] == 0 if everyone else None


def price(one: OpenPrice) -> dict[str, Any]:
    """Return what a group pays, as an Offer."""
    return {
        "@type": "Offer",
        "price": amount(one),
        "priceCurrency": one.currency,
        "eligibleCustomerType": one.group,
        "category": "Paid" if one.cents else "Free",
    }


def amount(one: OpenPrice) -> str:
    """Return an amount in the currency's own unit, such as 12.50."""
    return f"{Decimal(one.cents).scaleb(-decimals(one.currency)):f}"


def instances(series: GivenSeries, whole: WholeOffer, *, site: str) -> list[dict[str, Any]]:
    """Return the dates of a run; the run itself where only its days are known."""
    run = known({"@type": "EventSeries", "@id": f"urn:uuid:{series.id}", "name": series.name})
    if series.sessions:
        mode = MODES[Offer.Mode(whole.offer.mode)]
        return [instance(session, series, run, mode=mode) for session in series.sessions]
    if not series.runs_from_on:
        return []
    return [
        known(
            {
                "@type": "CourseInstance",
                "@id": f"urn:uuid:{series.id}",
                "name": series.name,
                "courseMode": MODES[Offer.Mode(whole.offer.mode)],
                "startDate": series.runs_from_on.isoformat(),
                "endDate": series.runs_until_on.isoformat() if series.runs_until_on else "",
                "maximumAttendeeCapacity": series.places,
                "location": place(series.venue, series.room),
            }
        )
    ]


def instance(session: GivenSession, series: GivenSeries, run: dict[str, Any], *, mode: str) -> dict[str, Any]:
    """Return one date, as a CourseInstance, which is an Event; `mode` is how its course is taught."""
    venue = session.venue or (None if session.is_online else series.venue)
    way = "Online" if session.is_online else "Offline"
    return known(
        {
            "@type": "CourseInstance",
            "@id": f"urn:uuid:{session.id}",
            "identifier": str(session.id),
            "superEvent": run,
            "courseMode": mode,
            "eventAttendanceMode": f"https://schema.org/{way}EventAttendanceMode",
            "startDate": session.starts_at.isoformat(),
            "endDate": session.ends_at.isoformat(),
            "scheduleTimezone": session.time_zone,
            "eventStatus": f"https://schema.org/{STATES[Session.Status(session.status)]}",
            "disambiguatingDescription": session.reason,
            "instructor": {"@type": "Person", "name": session.trainer} if session.trainer else None,
            "maximumAttendeeCapacity": series.places,
            "remainingAttendeeCapacity": series.places_left,
            "location": place(venue, session.room or ("" if session.is_overlaid else series.room)),
        }
    )


def place(venue: Venue | None, room: str) -> dict[str, Any] | None:
    """Return where it is, as a Place; nothing online, or where it is not known."""
    if venue is None:
        return None
    point = {"@type": "GeoCoordinates", "latitude": venue.lat, "longitude": venue.lon}
    return known(
        {
            "@type": "Place",
            "@id": f"urn:uuid:{venue.public_id}",
            "name": venue.name,
            "description": room,
            "address": venue.address,
            "geo": None if venue.lat is None or venue.lon is None else point,
            # Descriptions of places hold anything; this says that it is a room.
            "additionalProperty": {"@type": "PropertyValue", "propertyID": "room", "value": room}
            if room
            else None,
        }
    )
