"""What holds for a session: its plan, with the layers over it applied.

Every reader asks here: pages, cards, calendars, the search index, feeds and the API. The rules:

1. A layer covers the sessions that are planned to begin in its span (`from_at`, `until_at`), from the moment
   it was made until it is lifted; what was over when it was lifted was held as the layer said.
2. Of several layers over one session, the one made last decides; it decides place, time and state apart, as
   far as it names them.
3. A session that was cancelled in the plan stays cancelled: no layer makes it take place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from learningcity.catalogue.models import OverlaidSession, Session
from learningcity.city.models import Venue

CHUNK = 500


@dataclass(frozen=True, slots=True)
class EffectiveSession:
    """A session as it holds at a moment. `reason` is that of the layer where one covers it.

    `room` is empty where it is that of the series; a place that was put over the plan brings its own.
    """

    session: Session
    starts_at: datetime
    ends_at: datetime
    venue: Venue | None
    room: str
    is_online: bool
    status: str
    reason: str
    is_overlaid: bool
    is_place_overlaid: bool


class Layer(NamedTuple):
    """What one layer says of one session, and when it covers it."""

    session: int
    reason: str
    from_at: datetime | None
    until_at: datetime | None
    lifted_at: datetime | None
    is_online: bool | None
    venue: int | None
    room: str
    starts_at: datetime | None
    ends_at: datetime | None
    status: str

    def covers(self, starts_at: datetime, ends_at: datetime, at: datetime) -> bool:
        """Return whether the layer covers a session with this plan, as things stand at a moment."""
        return (
            (self.from_at is None or self.from_at <= starts_at)
            and (self.until_at is None or starts_at < self.until_at)
            and (self.lifted_at is None or at < self.lifted_at or ends_at <= self.lifted_at)
        )


class Applied(NamedTuple):
    """The layers over one session as one: None and "" where none of them says anything."""

    reason: str
    is_online: bool | None
    venue: int | None
    room: str
    starts_at: datetime | None
    ends_at: datetime | None
    status: str


LAYER_COLUMNS = (
    *("session_id", "overlay__reason", "overlay__from_at", "overlay__until_at", "overlay__lifted_at"),
    *("is_online", "venue_id", "room", "starts_at", "ends_at", "status"),
)


def effective_sessions(sessions: Sequence[Session], at: datetime) -> list[EffectiveSession]:
    """Return these sessions as they hold at a moment, in the order given.

    One question, and one more for the places of layers, if there are any; none for sessions that were read
    `marked` while there was no layer. Their own venues are read from the sessions: select them together.
    """
    rows = [session.pk for session in sessions if getattr(session, "any_layer", True)]
    layers = layers_over(rows, at) if rows else {}
    applied = {
        session.pk: applied_layers(layers.get(session.pk, ()), session.starts_at, session.ends_at, at)
        for session in sessions
    }
    wanted = {one.venue for one in applied.values() if one and one.venue}
    venues = Venue.objects.in_bulk(wanted) if wanted else {}
    return [_effective(session, applied[session.pk], venues) for session in sessions]


def marked(sessions: QuerySet[Session]) -> QuerySet[Any, Any]:
    """Return sessions that know whether there is any layer at all: mostly there is none to ask for."""
    # Of no row in particular, so that the database looks once.
    return sessions.annotate(any_layer=Exists(OverlaidSession.objects.all()))


def effective_session(session: Session, at: datetime) -> EffectiveSession:
    """Return one session as it holds at a moment."""
    return effective_sessions([session], at)[0]


def layers_over(sessions: Sequence[int], at: datetime) -> Mapping[int, Sequence[Layer]]:
    """Return the layers over these sessions (rows) that were made by then, the first one first."""
    found: dict[int, list[Layer]] = {}
    for start in range(0, len(sessions), CHUNK):
        _collect(found, OverlaidSession.objects.filter(session__in=sessions[start : start + CHUNK]), at)
    return found


def layers_of_offers(offers: QuerySet[Any] | Sequence[int], at: datetime) -> Mapping[int, Sequence[Layer]]:
    """Return the layers over the sessions of these offers, by session."""
    found: dict[int, list[Layer]] = {}
    _collect(found, OverlaidSession.objects.filter(session__series__offer__in=offers), at)
    return found


def layers_of_series(series: Mapping[str, Any], at: datetime) -> Mapping[int, Sequence[Layer]]:
    """Return the layers over the sessions that a lookup by their series means, by session."""
    found: dict[int, list[Layer]] = {}
    _collect(
        found, OverlaidSession.objects.filter(**{f"session__{name}": one for name, one in series.items()}), at
    )
    return found


def _collect(found: dict[int, list[Layer]], rows: QuerySet[OverlaidSession], at: datetime) -> None:
    made = rows.filter(overlay__made_at__lte=at).order_by("overlay__made_at", "overlay_id")
    for row in made.values_list(*LAYER_COLUMNS):
        found.setdefault(row[0], []).append(Layer(*row))


def applied_layers(
    layers: Iterable[Layer], starts_at: datetime, ends_at: datetime, at: datetime
) -> Applied | None:
    """Return what the layers over a session with this plan say together; None where none covers it."""
    covering = [layer for layer in layers if layer.covers(starts_at, ends_at, at)]
    if not covering:
        return None
    place = next((one for one in reversed(covering) if one.is_online is not None), None)
    timed = next((one for one in reversed(covering) if one.starts_at is not None), None)
    state = next((one.status for one in reversed(covering) if one.status), "")
    return Applied(
        reason=covering[-1].reason,
        is_online=place.is_online if place else None,
        venue=place.venue if place else None,
        room=place.room if place else "",
        starts_at=timed.starts_at if timed else None,
        ends_at=timed.ends_at if timed else None,
        status=state,
    )


def status_under(status: str, applied: Applied | None) -> str:
    """Return the state of a session: one that was cancelled in the plan stays so."""
    if applied is None or not applied.status or status == Session.Status.CANCELLED:
        return status
    return applied.status


def _effective(session: Session, applied: Applied | None, venues: Mapping[int, Venue]) -> EffectiveSession:
    said = applied or Applied("", None, None, "", None, None, "")
    is_elsewhere = said.is_online is not None
    return EffectiveSession(
        session=session,
        starts_at=said.starts_at or session.starts_at,
        ends_at=said.ends_at or session.ends_at,
        venue=(venues.get(said.venue) if said.venue else None) if is_elsewhere else session.venue,
        room=said.room if is_elsewhere else session.room,
        is_online=bool(said.is_online) if is_elsewhere else session.is_online,
        status=status_under(session.status, applied),
        reason=said.reason or session.reason,
        is_overlaid=applied is not None,
        is_place_overlaid=is_elsewhere,
    )


def as_they_hold(sessions: QuerySet[Session], at: datetime) -> QuerySet[Any, Any]:
    """Return sessions with columns by which they are searched and sorted as they hold: `now_starts_at`,
    `now_ends_at`, `now_venue`, `now_is_online`, `now_status`.

    They are the plain columns, with their indexes, as long as no layer is over anything.
    """
    columns = {"venue": "venue_id"} | {name: name for name in ("starts_at", "ends_at", "is_online", "status")}
    if OverlaidSession.objects.filter(overlay__made_at__lte=at).exists():
        return sessions.annotate(**_columns_under_layers(at))
    return sessions.annotate(**{f"now_{name}": F(column) for name, column in columns.items()})


def _columns_under_layers(at: datetime) -> dict[str, Any]:
    covering = _covering(at)
    placed, timed = covering.filter(is_online__isnull=False), covering.filter(starts_at__isnull=False)
    return {
        "now_starts_at": Coalesce(Subquery(timed.values("starts_at")[:1]), F("starts_at")),
        "now_ends_at": Coalesce(Subquery(timed.values("ends_at")[:1]), F("ends_at")),
        "now_venue": Case(
            When(Exists(placed), then=Subquery(placed.values("venue_id")[:1])),
            default=F("venue_id"),
            output_field=BigIntegerField(),
        ),
        "now_is_online": Coalesce(Subquery(placed.values("is_online")[:1]), F("is_online")),
        "now_status": Case(
            When(status=Session.Status.CANCELLED, then=Value(Session.Status.CANCELLED)),
            default=Coalesce(Subquery(covering.exclude(status="").values("status")[:1]), F("status")),
        ),
    }


def _covering(at: datetime) -> QuerySet[OverlaidSession]:
    """Return what covers the session of the outer question, the last made first."""
    return (
        OverlaidSession.objects.filter(session=OuterRef("pk"), overlay__made_at__lte=at)
        .filter(Q(overlay__from_at__isnull=True) | Q(overlay__from_at__lte=OuterRef("starts_at")))
        .filter(Q(overlay__until_at__isnull=True) | Q(overlay__until_at__gt=OuterRef("starts_at")))
        .filter(
            Q(overlay__lifted_at__isnull=True)
            | Q(overlay__lifted_at__gt=at)
            | Q(overlay__lifted_at__gte=OuterRef("ends_at"))
        )
        .order_by("-overlay__made_at", "-overlay_id")
    )
