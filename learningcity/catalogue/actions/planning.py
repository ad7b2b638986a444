"""Plan runs: turn drafts of series into rows, keeping the identity of what was planned before."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from learningcity.catalogue.actions.drafts import KnownVenue, SeriesDraft, SessionDraft, VenueDraft, zone
from learningcity.catalogue.actions.providers import identifier
from learningcity.catalogue.models import Series, Session

FindVenue = Callable[[VenueDraft | KnownVenue | None], int | None]

SERIES_FIELDS = [
    "name",
    "venue",
    "room",
    "places",
    "enrol_from_on",
    "enrol_until_on",
    "runs_from_on",
    "runs_until_on",
]
SESSION_FIELDS = ["starts_at", "ends_at", "time_zone", "venue", "is_online", "status", "reason"]


@dataclass
class Plan:
    """Rows to write: series and sessions that are new, and those that are written over."""

    new_series: list[Series] = field(default_factory=list)
    old_series: list[Series] = field(default_factory=list)
    new_sessions: list[Session] = field(default_factory=list)
    old_sessions: list[Session] = field(default_factory=list)

    def write(self) -> None:
        """Write everything in at most four kinds of statement."""
        Series.objects.bulk_create(self.new_series)
        upsert(Series, self.old_series, SERIES_FIELDS)
        for session in self.new_sessions:
            session.series_id = session.series.pk
        Session.objects.bulk_create(self.new_sessions)
        upsert(Session, self.old_sessions, SESSION_FIELDS)


def upsert(model: type[Series] | type[Session], rows: list, fields: list[str]) -> None:
    """Write over rows that exist, many in one statement."""
    if rows:
        model.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def plan_new(
    plan: Plan, drafts: Iterable[SeriesDraft], *, offer_id: int, offer: UUID, venue: FindVenue
) -> None:
    """Add the series of a new offer to the plan."""
    for draft in drafts:
        series = new_series(draft, offer_id=offer_id, offer=offer, venue=venue)
        plan.new_series.append(series)
        plan.new_sessions += [new_session(session, series, venue=venue) for session in draft.sessions]


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
    """Add the series of a changed offer to the plan; what the drafts no longer name is cancelled.

    `existing` are the series of the offer with their sessions prefetched.
    """
    by_key = {series.source_key: series for series in existing}
    for draft in drafts:
        series = by_key.pop(draft.key, None)
        if series is None:
            plan_new(plan, [draft], offer_id=offer_id, offer=offer, venue=venue)
        else:
            fill_series(series, draft, venue=venue)
            plan.old_series.append(series)
            plan_sessions_again(plan, series, draft, venue=venue, at=at)
    for series in by_key.values():
        plan.old_sessions += cancelled(series.sessions.all(), at)


def plan_sessions_again(
    plan: Plan, series: Series, draft: SeriesDraft, *, venue: FindVenue, at: datetime
) -> None:
    """Match the sessions of a draft with those planned before: by moment, then by day if alone on it."""
    planned = {session.starts_at: session for session in series.sessions.all()}
    taken = {session.public_id for session in planned.values()}
    wanted = {one.starts_at: one for one in draft.sessions}
    pairs = [(planned.pop(start), wanted.pop(start)) for start in list(wanted) if start in planned]
    pairs += list(moved_within_a_day(planned, wanted))
    for session, one in pairs:
        fill_session(session, one, series, venue=venue)
        plan.old_sessions.append(session)
    for one in wanted.values():
        session = new_session(one, series, venue=venue, taken=taken)
        taken.add(session.public_id)
        plan.new_sessions.append(session)
    plan.old_sessions += cancelled(planned.values(), at)


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


def cancelled(sessions: Iterable[Session], at: datetime) -> list[Session]:
    """Return those still to come, marked as cancelled; what is past stays as it was."""
    coming = [s for s in sessions if s.ends_at > at and s.status != Session.Status.CANCELLED]
    for session in coming:
        session.status = Session.Status.CANCELLED
    return coming


def new_series(draft: SeriesDraft, *, offer_id: int, offer: UUID, venue: FindVenue) -> Series:
    """Return the row of a new series."""
    series = Series(
        public_id=identifier("series", str(offer), draft.key), offer_id=offer_id, source_key=draft.key
    )
    fill_series(series, draft, venue=venue)
    return series


def fill_series(series: Series, draft: SeriesDraft, *, venue: FindVenue) -> None:
    """Write what a draft says into the row of a series."""
    series.name = draft.name
    series.venue_id = venue(draft.venue)
    series.room = draft.room
    series.places = draft.places
    series.enrol_from_on = draft.enrol_from_on
    series.enrol_until_on = draft.enrol_until_on
    series.runs_from_on = draft.runs_from_on
    series.runs_until_on = draft.runs_until_on


def new_session(
    draft: SessionDraft, series: Series, *, venue: FindVenue, taken: Iterable[UUID] = ()
) -> Session:
    """Return the row of a new session; its identifier comes from its series and its moment."""
    words = [str(series.public_id), draft.starts_at.isoformat()]
    public_id = identifier("session", *words)
    # A session that was moved to another hour keeps the identifier of its first one.
    while public_id in taken:
        words.append("again")
        public_id = identifier("session", *words)
    session = Session(public_id=public_id, series=series)
    fill_session(session, draft, series, venue=venue)
    return session


def fill_session(session: Session, draft: SessionDraft, series: Series, *, venue: FindVenue) -> None:
    """Write what a draft says into the row of a session."""
    session.starts_at = draft.starts_at
    session.ends_at = draft.ends_at
    session.time_zone = draft.time_zone
    session.venue_id = series.venue_id if draft.venue is None else venue(draft.venue)
    session.is_online = draft.is_online
    session.status = draft.status
    session.reason = draft.reason
