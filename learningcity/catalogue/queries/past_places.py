"""Where dates were held that are over: under the name and address that the place had then."""

from collections.abc import Sequence
from copy import copy

from learningcity.catalogue.models import PlaceBefore, Session

TOGETHER = 400


def as_held(sessions: Sequence[Session]) -> Sequence[Session]:
    """Give each of these dates its place with the name and address it had when the date was over.

    One question; the places of the dates are at hand. Dates to come keep the place as it is now.
    """
    if not sessions:
        return sessions
    earliest = min(session.ends_at for session in sessions)
    venues = sorted({session.venue_id for session in sessions if session.venue_id})[:TOGETHER]
    known: dict[int, list[PlaceBefore]] = {}
    for row in PlaceBefore.objects.filter(venue__in=venues, until_at__gte=earliest).order_by("until_at"):
        known.setdefault(row.venue_id, []).append(row)
    for session in sessions:
        then = next(
            (row for row in known.get(session.venue_id or 0, ()) if row.until_at >= session.ends_at), None
        )
        if then is not None and session.venue is not None:
            place = copy(session.venue)
            place.name, place.address = then.name, then.address
            session.venue = place
    return sessions
