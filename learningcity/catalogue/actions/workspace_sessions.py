"""Dates changed, moved, cancelled and postponed: this one, this and later ones, or all of the series."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.checking import limits_at, session_faults
from learningcity.catalogue.actions.drafts import SessionDraft, zone
from learningcity.catalogue.actions.faults import line
from learningcity.catalogue.actions.field_corrections import keep_corrections
from learningcity.catalogue.actions.offers import locked, mark_changed, refuse_first
from learningcity.catalogue.actions.planning import tell
from learningcity.catalogue.actions.rows import update
from learningcity.catalogue.actions.workspace_dates import DatesNotRight, ends_on
from learningcity.catalogue.actions.workspace_looks import (
    NOTHING_SEEN,
    Look,
    PlannedDate,
    Seen,
    keep_accepted,
    looks_at_clashes,
    looks_at_days,
    require_look,
)
from learningcity.catalogue.models import Offer, Session
from learningcity.catalogue.permissions import can_keep_offers
from learningcity.catalogue.queries.bookings import booking_of
from learningcity.catalogue.queries.frame import city_box
from learningcity.catalogue.templatetags.moments import written
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused

Status = Session.Status
COLUMNS = ("starts_at", "ends_at", "venue_id", "room", "trainer", "is_online", "status", "reason")
WHEN_AND_WHERE = frozenset({"starts_at", "ends_at", "venue_id", "is_online"})
FAR = timedelta(days=50 * 365)
Rows = Sequence[tuple[Session, dict[str, Any]]]


class Scope(StrEnum):
    """Which dates of a series are meant."""

    THIS = "this"
    LATER = "later"
    ALL = "all"


class DateOver(Refused):
    """The date cannot be changed any more, or not in this way."""

    code = "date_over"


class NothingChanged(Refused):
    """What was typed is what is there already."""

    code = "nothing_changed"


class ReasonNeeded(Refused):
    """People know this date: they have to be told why it changes."""

    code = "reason_needed"


class DateInUse(Refused):
    """Other rooms hold something about the date."""

    code = "date_in_use"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChange:
    """What a date should be, on the wall clock; on other dates only what differs from before changes."""

    day: date
    starts: time
    ends: time
    venue_id: int | None = None
    room: str = ""
    trainer: str = ""
    is_online: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wall:
    """Start and end of a date on the clock of its place."""

    starts: datetime
    ends: datetime

    @classmethod
    def of(cls, session: Session) -> Self:
        """Return when a date is, on the clock of its place."""
        local = zone(session.time_zone)
        starts, ends = session.starts_at.astimezone(local), session.ends_at.astimezone(local)
        return cls(starts.replace(tzinfo=None, fold=0), ends.replace(tzinfo=None, fold=0))


@transaction.atomic
def change_sessions(
    session: Session,
    change: SessionChange,
    *,
    scope: Scope = Scope.THIS,
    seen: Seen = NOTHING_SEEN,
    by: Actor,
    at: datetime,
) -> list[Session]:
    """Give a date, and perhaps others of its series, another time, place, room or trainer.

    Return those that changed. 18:00 stays 18:00 when the clocks change in between. Other dates keep what
    differs among them; dates that are past or cancelled stay as they are. Raises PermissionDenied, DateOver,
    NothingChanged, ReasonNeeded, DatesNotRight, OfferNotRight with the first fault, or NeedsLook.
    """
    offer, here, chosen = chosen_sessions(session, scope, by=by, at=at)
    fresh = [(one, news_of(one, here, change)) for one in chosen]
    changed = [(one, news) for one, news in fresh if any(getattr(one, name) != v for name, v in news.items())]
    if not changed:
        raise NothingChanged(_("Nothing is different. Change a field, or go back."))
    reason = reason_for(offer, change.reason)
    wall = [walled(one, here, change) for one, _news in changed]
    refuse_wrong(changed, wall, at)
    refuse_same_moment(changed)
    rows = [(one, news | words_of(offer, one, news, reason)) for one, news in changed]
    looks = looks_of_changed(offer, rows, wall)
    require_look(looks, seen)
    keep_corrections(offer, with_series=True, at=at)
    write(rows, by=by, at=at)
    keep_accepted(looks, [one for one, _news in rows], why=seen.why, at=at)
    mark_changed(offer, at)
    record("catalogue.dates_changed", by=by, about=here, at=at)
    return [one for one, _news in rows]


@transaction.atomic
def cancel_sessions(
    session: Session, *, scope: Scope = Scope.THIS, reason: str, by: Actor, at: datetime
) -> list[Session]:
    """Cancel a date, and perhaps others of its series; nothing is deleted. Return those cancelled.

    Raises PermissionDenied, DateOver or ReasonNeeded.
    """
    return given_status(session, Status.CANCELLED, "catalogue.dates_cancelled", scope, reason, by=by, at=at)


@transaction.atomic
def postpone_sessions(
    session: Session, *, scope: Scope = Scope.THIS, reason: str, by: Actor, at: datetime
) -> list[Session]:
    """Say that a date, and perhaps others of its series, will be later, and nobody knows when yet.

    Raises PermissionDenied, DateOver or ReasonNeeded.
    """
    return given_status(session, Status.POSTPONED, "catalogue.dates_postponed", scope, reason, by=by, at=at)


@transaction.atomic
def drop_sessions(session: Session, *, scope: Scope = Scope.THIS, by: Actor, at: datetime) -> int:
    """Take dates out of a draft, and the series with its last one; return how many.

    Raises PermissionDenied, DateOver for an offer that was ever published, or DateInUse.
    """
    offer, here, chosen = chosen_sessions(session, scope, with_past=True, by=by, at=at)
    if not offer.is_draft:
        raise DateOver(_("People may have a place on this date. Cancel it; then everybody is told."))
    record("catalogue.dates_dropped", by=by, about=here.series, at=at)
    try:
        Session.objects.filter(pk__in=[one.pk for one in chosen]).delete()
        if not here.series.sessions.exists():
            here.series.delete()
    except ProtectedError:
        raise DateInUse(
            _("Places are planned for this date already. Cancel it, or leave it out of the offer.")
        ) from None
    mark_changed(offer, at)
    return len(chosen)


def chosen_sessions(
    session: Session, scope: Scope, *, with_past: bool = False, by: Actor, at: datetime
) -> tuple[Offer, Session, list[Session]]:
    """Lock the offer and return it, the date as it is now, and all dates that are meant."""
    offer = locked(session.series.offer)
    if not can_keep_offers(by, offer.provider, at):
        raise PermissionDenied
    of_series = Session.objects.filter(series=session.series_id).select_related("series__offer")
    everything = list(of_series.order_by("starts_at", "pk"))
    here = next(one for one in everything if one.pk == session.pk)
    if with_past:
        return offer, here, [one for one in everything if is_meant(one, here, scope)]
    if here.ends_at <= at:
        raise DateOver(_("This date is over. What is past stays as it was; choose a date to come."))
    if here.status == Status.CANCELLED:
        raise DateOver(_("This date is cancelled. Add a new date to the series instead."))
    living = [one for one in everything if one.ends_at > at and one.status != Status.CANCELLED]
    return offer, here, [one for one in living if is_meant(one, here, scope)]


def is_meant(one: Session, here: Session, scope: Scope) -> bool:
    """Return whether a scope, chosen at a date, means another date of the series."""
    if scope == Scope.THIS:
        return one.pk == here.pk
    return scope == Scope.ALL or (one.starts_at, one.pk) >= (here.starts_at, here.pk)


def walled(one: Session, here: Session, change: SessionChange) -> Wall:
    """Return when a date is, on the wall clock, after a change that was typed at another date."""
    before, own = Wall.of(here), Wall.of(one)
    day = own.starts.date() + (change.day - before.starts.date())
    starts = change.starts if change.starts != before.starts.timetz() else own.starts.timetz()
    ends = change.ends if change.ends != before.ends.timetz() else own.ends.timetz()
    nights = own.ends.date() - own.starts.date()
    is_same = starts == own.starts.timetz() and ends == own.ends.timetz()
    is_longer_than_a_night = own.ends - own.starts >= timedelta(days=1)
    if is_same or is_longer_than_a_night:
        return Wall(datetime.combine(day, starts), datetime.combine(day + nights, ends))
    return Wall(datetime.combine(day, starts), ends_on(day, starts, ends))


def drafted(one: Session, wall: Wall) -> SessionDraft:
    """Return the draft of a date at another time."""
    return SessionDraft(starts=wall.starts, ends=wall.ends, time_zone=one.time_zone)


def news_of(one: Session, here: Session, change: SessionChange) -> dict[str, Any]:
    """Return what a date becomes: only what was changed at the date at which it was typed."""
    wall = walled(one, here, change)
    news: dict[str, Any] = {}
    # An untouched date keeps its very moment: an hour that comes twice may be meant the second time.
    if wall != Wall.of(one):
        draft = drafted(one, wall)
        news = {"starts_at": draft.starts_at, "ends_at": draft.ends_at}
    for name in ("venue_id", "room", "trainer", "is_online"):
        if getattr(change, name) != getattr(here, name):
            news[name] = getattr(change, name)
    return news


def reason_for(offer: Offer, words: str) -> str:
    """Return why dates change; only a draft needs no reason."""
    reason = " ".join(words.split())
    if not reason and not offer.is_draft:
        raise ReasonNeeded(_("Say why. Everybody who looks at the date reads it."), field="reason")
    refuse_first(list(line("reason", reason, 300)))
    return reason


def words_of(offer: Offer, one: Session, news: dict[str, Any], reason: str) -> dict[str, Any]:
    """Return the state and the reason that a changed date shows."""
    if offer.is_draft:
        return {"status": Status.PLANNED, "reason": ""}
    is_moved = bool(WHEN_AND_WHERE & news.keys())
    return {"status": Status.MOVED if is_moved else one.status, "reason": reason}


def refuse_wrong(changed: Rows, wall: Sequence[Wall], at: datetime) -> None:
    """Refuse dates that cannot be: too long, too far away, or already over."""
    limits = limits_at(at, city_box())
    for (one, news), times in zip(changed, wall, strict=True):
        draft = SessionDraft(
            starts=times.starts,
            ends=times.ends,
            time_zone=one.time_zone,
            room=news.get("room", ""),
            trainer=news.get("trainer", ""),
        )
        refuse_first(list(session_faults(draft, limits)))
        if news.get("ends_at", one.ends_at) <= at:
            raise DatesNotRight(
                _("%(day)s is over. Choose a day to come.")
                % {"day": written(times.starts.date(), "weekday")},
                field="day",
            )


def refuse_same_moment(changed: Rows) -> None:
    """Refuse to move a date to the moment of another one of the series."""
    moving = {one.pk: news.get("starts_at", one.starts_at) for one, news in changed}
    series = changed[0][0].series_id
    others = Session.objects.filter(series=series).exclude(pk__in=moving).values_list("starts_at", flat=True)
    taken = set(others)
    for moment in moving.values():
        if moment in taken:
            raise DatesNotRight(
                _("The series has another date at this moment. Choose another time, or move that one first."),
                field="day",
            )
        taken.add(moment)


def looks_of_changed(offer: Offer, rows: Rows, wall: Sequence[Wall]) -> list[Look]:
    """Return what has to be looked at in dates as they become."""
    planned = [
        PlannedDate(booking_of(preview(one, news)), times.starts, times.ends)
        for (one, news), times in zip(rows, wall, strict=True)
    ]
    moved = [
        date
        for date, (_one, news) in zip(planned, rows, strict=True)
        if {"starts_at", "venue_id"} & news.keys()
    ]
    own = [one.pk for one, _news in rows]
    return [*looks_at_days(moved), *looks_at_clashes(planned, provider=offer.provider, leaving_out=own)]


def preview(one: Session, news: dict[str, Any]) -> Session:
    """Return a date as it becomes, not written."""
    values = {name: news.get(name, getattr(one, name)) for name in COLUMNS}
    return Session(pk=one.pk, series=one.series, time_zone=one.time_zone, **values)


def write(rows: Rows, *, by: Actor, at: datetime) -> None:
    """Write dates as they become, and tell what they were."""
    # Dates that change places with one another must not meet on the way: all are set aside first.
    aside = [(one.starts_at + FAR, one.ends_at + FAR, one.pk) for one, news in rows if "starts_at" in news]
    update(Session, ("starts_at", "ends_at"), aside)
    update(
        Session,
        COLUMNS,
        [(*(news.get(name, getattr(one, name)) for name in COLUMNS), one.pk) for one, news in rows],
    )
    for one, news in rows:
        tell(one, news, by=by, at=at)


def given_status(
    session: Session, status: str, code: str, scope: Scope, words: str, *, by: Actor, at: datetime
) -> list[Session]:
    """Give dates a state with its reason."""
    offer, here, chosen = chosen_sessions(session, scope, by=by, at=at)
    reason = reason_for(offer, words)
    keep_corrections(offer, with_series=True, at=at)
    write([(one, {"status": status, "reason": reason}) for one in chosen], by=by, at=at)
    mark_changed(offer, at)
    record(code, by=by, about=here, at=at)
    return chosen
