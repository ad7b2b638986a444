"""Rooms and trainers that would be in two places at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from learningcity.catalogue.models import AcceptedClash, Provider, Session

TAKING_PLACE = (Session.Status.PLANNED, Session.Status.MOVED)
MOST_VENUES = 400

Kind = AcceptedClash.Kind


@dataclass(frozen=True, slots=True)
class Booking:
    """One date with who and what it needs; `session` is its row, None while it is only planned."""

    session: int | None
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    venue: int | None = None
    room: str = ""
    trainer: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two bookings of one room or trainer at the same time."""

    kind: str
    name: str
    one: Booking
    other: Booking


def clashes(
    wanted: Sequence[Booking], *, provider: Provider | None, leaving_out: Collection[int] = ()
) -> list[Clash]:
    """Return where a room or a trainer of the wanted dates is booked at an overlapping time; two queries.

    Rooms are compared with what anybody has published and with the provider's own drafts; trainers with the
    provider's own dates only, for two people of one name may teach in the city. `leaving_out` are rows that
    the wanted dates take the place of.
    """
    if not wanted:
        return []
    near = Session.objects.filter(
        status__in=TAKING_PLACE,
        starts_at__lt=max(one.ends_at for one in wanted),
        ends_at__gt=min(one.starts_at for one in wanted),
    ).select_related("series__offer")
    is_own = Q(series__offer__provider=provider)
    venues = sorted({one.venue for one in wanted if one.venue and one.room})[:MOST_VENUES]
    found: list[Clash] = []
    if venues:
        rooms = near.filter(is_own | Q(series__offer__is_published=True), venue__in=venues)
        rooms = rooms.exclude(room="", series__room="")
        found += met(Kind.ROOM, wanted, booked(rooms, leaving_out))
    if provider is not None and any(one.trainer for one in wanted):
        found += met(Kind.TRAINER, wanted, booked(near.filter(is_own).exclude(trainer=""), leaving_out))
    return sorted(found, key=lambda clash: (clash.one.starts_at, clash.kind, clash.other.starts_at))


def booked(sessions: "QuerySet[Session]", leaving_out: Collection[int]) -> list[Booking]:
    """Return what these dates need."""
    return [booking_of(session) for session in sessions if session.pk not in leaving_out]


def booking_of(session: Session) -> Booking:
    """Return what a date needs; its series and offer are at hand."""
    return Booking(
        session=session.pk,
        title=session.series.offer.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        time_zone=session.time_zone,
        venue=session.venue_id,
        room=room_of(session),
        trainer=session.trainer,
    )


def room_of(session: Session) -> str:
    """Return the room of a date: its own, else that of its series where it is held at the same place."""
    if session.room or session.venue_id != session.series.venue_id:
        return session.room
    return session.series.room


def met(kind: str, wanted: Sequence[Booking], others: Iterable[Booking]) -> Iterator[Clash]:
    """Yield the overlaps of wanted dates with others, and among themselves, each once."""
    by_need: dict[object, list[Booking]] = defaultdict(list)
    for other in others:
        by_need[need(kind, other)].append(other)
    for one in wanted:
        asked = need(kind, one)
        if asked is None:
            continue
        for other in by_need[asked]:
            if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
                yield Clash(kind, one.room if kind == Kind.ROOM else one.trainer, one, other)
        by_need[asked].append(one)


def need(kind: str, booking: Booking) -> object:
    """Return what must not be booked twice; None if the date does not need one."""
    words = " ".join((booking.room if kind == Kind.ROOM else booking.trainer).split()).casefold()
    if not words or (kind == Kind.ROOM and booking.venue is None):
        return None
    return (booking.venue, words) if kind == Kind.ROOM else words
