"""Plan runs: turn drafts of series into rows, keeping the identity of what was planned before."""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from learningcity.catalogue.actions.drafts import KnownVenue, SeriesDraft, SessionDraft, VenueDraft, zone
from learningcity.catalogue.actions.providers import identifier
from learningcity.catalogue.actions.rows import insert, update
from learningcity.catalogue.models import Series, Session
from learningcity.catalogue.signals import session_changed
from learningcity.core.actors import Actor

FindVenue = Callable[[VenueDraft | KnownVenue | None], int | None]

SERIES_COLUMNS = (
    "name",
    "venue_id",
    "room",
    "places",
    "enrol_from_on",
    "enrol_until_on",
    "runs_from_on",
    "runs_until_on",
)
SESSION_COLUMNS = (
    "starts_at",
    "ends_at",
    "time_zone",
    "venue_id",
    "room",
    "trainer",
    "is_online",
    "status",
    "reason",
)


@dataclass
class Plan:
    """Rows to write: runs and dates that are new, that are written over, and dates that are cancelled.

    A new date names its run by public identifier; `series` says which rows these are, once they are written.
    `changed` are dates to come that people may know otherwise, with what they become.
    """

    new_series: list[tuple[Any, ...]] = field(default_factory=list)
    old_series: list[tuple[Any, ...]] = field(default_factory=list)
    new_sessions: list[tuple[UUID, tuple[Any, ...]]] = field(default_factory=list)
    old_sessions: list[tuple[Any, ...]] = field(default_factory=list)
    cancelled: list[Session] = field(default_factory=list)
    changed: list[tuple[Session, dict[str, Any]]] = field(default_factory=list)
    series: dict[UUID, int] = field(default_factory=dict)

    def add_sessions(
        self, drafts: Iterable[SessionDraft], *, series: UUID, where: int | None, venue: FindVenue
    ) -> None:
        """Add dates of a run; `where` is its venue. The run is new, or its row is in `series`."""
        taken: set[UUID] = set()
        if series in self.series:
            taken.update(
                Session.objects.filter(series=self.series[series]).values_list("public_id", flat=True)
            )
        for draft in drafts:
            values = new_session(draft, series, where, venue=venue, taken=taken)
            taken.add(values[0])
            self.new_sessions.append((series, values))

    def write(self, *, by: Actor, at: datetime) -> None:
        """Write everything, and tell of every known date that is another one now."""
        insert(Series, ("public_id", "offer_id", "source_key", *SERIES_COLUMNS), self.new_series)
        update(Series, SERIES_COLUMNS, self.old_series)
        fresh = Series.objects.filter(public_id__in=[public_id for public_id, *_rest in self.new_series])
        self.series.update(fresh.values_list("public_id", "pk"))
        insert(
            Session,
            ("series_id", "public_id", *SESSION_COLUMNS),
            [(self.series[series], *values) for series, values in self.new_sessions],
        )
        update(Session, SESSION_COLUMNS, self.old_sessions)
        update(Session, ("status",), [(Session.Status.CANCELLED, session.pk) for session in self.cancelled])
        self.changed += [(session, {"status": Session.Status.CANCELLED}) for session in self.cancelled]
        for session, news in self.changed:
            tell(session, news, by=by, at=at)


def plan_new(
    plan: Plan, drafts: Iterable[SeriesDraft], *, offer_id: int, offer: UUID, venue: FindVenue
) -> None:
    """Add runs that were not there before to the plan."""
    for draft in drafts:
        public_id = series_identifier(offer, draft.key)
        where = venue(draft.venue)
        plan.new_series.append((public_id, offer_id, draft.key, *series_values(draft, where)))
        plan.new_sessions += [
            (public_id, new_session(session, public_id, where, venue=venue)) for session in draft.sessions
        ]


def plan_again(
    plan: Plan,
    drafts: Iterable[SeriesDraft],
    *,
    offer_id: int,
    offer: UUID,
    existing: list[Series],
    venue: FindVenue,
    at: datetime,
) -> None:
    """Add the runs of a changed offer to the plan; dates that the drafts no longer name are cancelled.

    `existing` are the runs of the offer with their sessions prefetched.
    """
    by_key = {series.source_key: series for series in existing}
    for draft in drafts:
        series = by_key.pop(draft.key, None)
        if series is None:
            plan_new(plan, [draft], offer_id=offer_id, offer=offer, venue=venue)
        else:
            where = venue(draft.venue)
            plan.old_series.append((*series_values(draft, where), series.pk))
            plan.series[series.public_id] = series.pk
            plan_sessions_again(plan, series, draft, where, venue=venue, at=at)
    for series in by_key.values():
        plan.cancelled += still_to_come(series.sessions.all(), at)


def plan_sessions_again(
    plan: Plan, series: Series, draft: SeriesDraft, where: int | None, *, venue: FindVenue, at: datetime
) -> None:
    """Match the sessions of a draft with those planned before: by moment, then by day if alone on it."""
    planned = {session.starts_at: session for session in series.sessions.all()}
    taken = {session.public_id for session in planned.values()}
    wanted = {one.starts_at: one for one in draft.sessions}
    pairs = [(planned.pop(start), wanted.pop(start)) for start in list(wanted) if start in planned]
    pairs += list(moved_within_a_day(planned, wanted))
    for session, one in pairs:
        values = session_values(one, where, venue=venue)
        plan.old_sessions.append((*values, session.pk))
        news = dict(zip(SESSION_COLUMNS, values, strict=True))
        if session.ends_at > at and is_news(session, news):
            plan.changed.append((session, news))
    for one in wanted.values():
        values = new_session(one, series.public_id, where, venue=venue, taken=taken)
        taken.add(values[0])
        plan.new_sessions.append((series.public_id, values))
    plan.cancelled += still_to_come(planned.values(), at)


def moved_within_a_day(
    planned: dict[datetime, Session], wanted: dict[datetime, SessionDraft]
) -> Iterator[tuple[Session, SessionDraft]]:
    """Take out of both, and yield as pairs, sessions that only changed their hour."""
    before = only_of_their_day({start: local_day(start, one.time_zone) for start, one in planned.items()})
    after = only_of_their_day({start: local_day(start, one.time_zone) for start, one in wanted.items()})
    for on in before.keys() & after.keys():
        yield planned.pop(before[on]), wanted.pop(after[on])


def only_of_their_day(days: dict[datetime, date]) -> dict[date, datetime]:
    """Return the moments that are alone on their day, by day."""
    counted: dict[date, list[datetime]] = {}
    for start, on in days.items():
        counted.setdefault(on, []).append(start)
    return {on: starts[0] for on, starts in counted.items() if len(starts) == 1}


def local_day(start: datetime, time_zone: str) -> date:
    """Return the day on the calendar of the place."""
    return start.astimezone(zone(time_zone)).date()


def still_to_come(sessions: Iterable[Session], at: datetime) -> list[Session]:
    """Return those that could still be cancelled; what is past stays as it was."""
    return [s for s in sessions if s.ends_at > at and s.status != Session.Status.CANCELLED]


def is_news(session: Session, news: dict[str, Any]) -> bool:
    """Return whether a date becomes another one."""
    return any(getattr(session, name) != value for name, value in news.items())


def tell(session: Session, news: dict[str, Any], *, by: Actor, at: datetime) -> None:
    """Give a date that is written already its new values, and tell the rooms above what it was before."""
    before = {name: getattr(session, name) for name, value in news.items() if getattr(session, name) != value}
    for name in before:
        setattr(session, name, news[name])
    session_changed.send(Session, session=session, before=before, by=by, at=at)


def series_identifier(offer: UUID, key: str) -> UUID:
    """Return the public identifier of a run: of its offer and its key there."""
    return identifier("series", offer.hex, key)


def series_values(draft: SeriesDraft, where: int | None) -> tuple[Any, ...]:
    """Return what a draft says of a run, in the order of the columns."""
    return (
        draft.name,
        where,
        draft.room,
        draft.places,
        draft.enrol_from_on,
        draft.enrol_until_on,
        draft.runs_from_on,
        draft.runs_until_on,
    )


def new_session(
    draft: SessionDraft, series: UUID, where: int | None, *, venue: FindVenue, taken: Container[UUID] = ()
) -> tuple[Any, ...]:
    """Return the identifier of a new date, made of its run and its moment, and what its draft says."""
    words = [series.hex, draft.starts_at.isoformat()]
    public_id = identifier("session", *words)
    # A session that was moved to another hour keeps the identifier of its first one.
    while public_id in taken:
        words.append("again")
        public_id = identifier("session", *words)
    return (public_id, *session_values(draft, where, venue=venue))


def session_values(draft: SessionDraft, where: int | None, *, venue: FindVenue) -> tuple[Any, ...]:
    """Return what a draft says of a date, in the order of the columns; `where` is the venue of its run."""
    return (
        draft.starts_at,
        draft.ends_at,
        draft.time_zone,
        where if draft.venue is None else venue(draft.venue),
        draft.room,
        draft.trainer,
        draft.is_online,
        draft.status,
        draft.reason,
    )
