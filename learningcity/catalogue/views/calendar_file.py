"""The dates of one offer as a calendar file: those to come, and the last few that are past."""

from collections.abc import Iterator

from learningcity.catalogue.adapters.given_calendar import CalendarDate, calendar_pieces, changes_since
from learningcity.catalogue.queries.effective import EffectiveSession
from learningcity.catalogue.queries.offer_page import OfferPage, SeriesFact, SessionFact
from learningcity.catalogue.queries.offers import zone


def calendar_file(offer: OfferPage, *, address: str) -> bytes:
    """Return all known dates of an offer, with the address of its page. Holds nothing personal."""
    return b"".join(calendar_pieces(_dates(offer, address), title=offer.text.title))


def _dates(offer: OfferPage, address: str) -> Iterator[CalendarDate]:
    for series in offer.series:
        for session in sorted(series.sessions, key=lambda session: session.starts_at):
            yield _date(offer, series, session, address)


def _date(offer: OfferPage, series: SeriesFact, session: SessionFact, address: str) -> CalendarDate:
    venue = session.venue
    room = session.room or ("" if session.is_overlaid else series.room)
    return CalendarDate(
        id=session.public_id,
        title=offer.text.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        time_zone=session.time_zone,
        status=session.status,
        words="\n".join(filter(None, (session.reason, offer.text.summary))),
        address=address,
        place=", ".join(filter(None, (venue.name, room, venue.address))) if venue else "",
        lat=venue.lat if venue else None,
        lon=venue.lon if venue else None,
        changed_at=offer.changed_at,
        changes=changes_since(offer.created_at, offer.changed_at),
    )


def calendar_date(held: EffectiveSession, *, site: str) -> CalendarDate:
    """Return a date as it holds; its series, offer and places are selected with it."""
    session, offer = held.session, held.session.series.offer
    local = zone(session.time_zone)
    venue = None if held.is_online else held.venue
    room = held.room or ("" if held.is_place_overlaid else session.series.room)
    return CalendarDate(
        id=session.public_id,
        title=offer.title,
        starts_at=held.starts_at.astimezone(local),
        ends_at=held.ends_at.astimezone(local),
        time_zone=session.time_zone,
        status=held.status,
        words="\n".join(filter(None, (held.reason, offer.summary))),
        address=f"{site}{offer.get_absolute_url()}",
        place=", ".join(filter(None, (venue.name, room, venue.address))) if venue else "",
        lat=venue.lat if venue else None,
        lon=venue.lon if venue else None,
        changed_at=offer.changed_at,
        changes=changes_since(offer.created_at, offer.changed_at),
    )
