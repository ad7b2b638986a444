"""The dates of one offer as a calendar file: those to come, and the last few that are past."""

from collections.abc import Iterator

from learningcity.catalogue.adapters.given_calendar import (
    STATES,
    CalendarDate,
    calendar_pieces,
    changes_since,
)
from learningcity.catalogue.queries.offer_page import OfferPage, SeriesFact, SessionFact

__all__ = ["STATES", "calendar_file"]


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
