"""Questions about news of dates: what changed for those enrolled or waiting, whom it concerns, in words.

What people know of a date is how it holds, with the layers over its plan; a change of the plan under a layer
that says otherwise is no news to anybody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from learningcity.catalogue.models import Overlay, Session
from learningcity.catalogue.queries.effective import EffectiveSession, effective_session, effective_sessions
from learningcity.enrolment.models import Enrolment, SessionNews, StatusChange
from learningcity.enrolment.queries.completion import NOT_HELD
from learningcity.enrolment.queries.receiving import Receiver
from learningcity.enrolment.queries.reminders import (
    AT_ONCE,
    links,
    name_in_message,
    room_of,
    said_moment,
    said_place,
)

What = SessionNews.What
CONCERNED = (Enrolment.State.ENROLLED, Enrolment.State.OFFERED, Enrolment.State.WAITING)
"""Who is told of what changes about a date."""
TOLD_OTHERWISE = "decided_postponed"
"""The reason in the history of whoever was told by another message of the same act."""
WHEN = ("starts_at", "ends_at")
WHERE = ("place", "is_online")
PLANNED = ("starts_at", "ends_at", "venue", "venue_id", "room", "is_online", "status")
"""The fields of a plan whose change may be news."""
AN_INSTANT = timedelta(microseconds=1)

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a date: what people knew, what holds now, and which kind of news that is ("": none)."""

    session: Session
    before: Facts
    after: Facts
    what: str


def facts_of(date: EffectiveSession) -> dict[str, Any]:
    """Return what people know of a date, as it is kept."""
    venue = date.venue if date.is_place_overlaid else date.venue or date.session.series.venue
    return {
        "starts_at": date.starts_at.astimezone(UTC).isoformat(),
        "ends_at": date.ends_at.astimezone(UTC).isoformat(),
        "place": "" if date.is_online else said_place(venue, room_of(date), False),
        "is_online": date.is_online,
        "status": date.status,
        "reason": date.reason,
    }


def change_of_plan(session: Session, before: Mapping[str, Any], at: datetime) -> Change:
    """Return what a change of the plan means for people; `before` holds the former values."""
    now = facts_of(effective_session(session, at))
    planned = copy(session)
    for name, value in before.items():
        setattr(planned, name, value)
    was = facts_of(effective_session(planned, at))
    return Change(session, was, now, what_changed(was, now, at))


def changes_by_layer(overlay: Overlay, sessions: Sequence[int], at: datetime) -> list[Change]:
    """Return what a layer that was laid, changed or lifted at this moment means for people."""
    layer = Overlay.objects.get(pk=overlay.pk)
    rows = Session.objects.filter(pk__in=sessions).select_related("venue", "series__venue").order_by("pk")
    dates = list(rows)
    is_changed = layer.lifted_at is None and layer.made_at < at
    # What a changed layer said before is written over; who joined it now knew what held before it was made.
    since = (layer.made_at if is_changed else at) - AN_INSTANT
    known = last_known(dates, layer.made_at) if is_changed else {}
    pairs = zip(effective_sessions(dates, since), effective_sessions(dates, at), strict=True)
    found = [(known.get(now.session.pk) or facts_of(was), facts_of(now), now.session) for was, now in pairs]
    return [Change(one, was, now, what_changed(was, now, at)) for was, now, one in found]


def last_known(sessions: Iterable[Session], since: datetime) -> dict[int, Facts]:
    """Return what was noted last of dates since a moment, by the key of the row."""
    rows = SessionNews.objects.filter(session__in=list(sessions), at__gte=since).order_by("at", "pk")
    return dict(rows.values_list("session_id", "after"))


def what_changed(was: Facts, now: Facts, at: datetime) -> str:
    """Return what people must hear of a change ("session_moved" …); "" for what concerns nobody any more."""
    if max(moment_of(was, "starts_at"), moment_of(now, "starts_at")) <= at:
        return ""
    if now["status"] in NOT_HELD:
        is_off = now["status"] == Session.Status.CANCELLED
        off = What.CANCELLED if is_off else What.POSTPONED
        return "" if was["status"] == now["status"] else off
    if was["status"] in NOT_HELD:
        return What.BACK
    if differs(was, now, WHEN):
        return What.MOVED
    return What.PLACE if differs(was, now, WHERE) else ""


def differs(was: Facts, now: Facts, names: Sequence[str]) -> bool:
    """Return whether one of these facts became another one."""
    return any(was[name] != now[name] for name in names)


def moment_of(facts: Facts, name: str) -> datetime:
    """Return a moment as it was kept."""
    return datetime.fromisoformat(facts[name])


def concerned_by(sessions: Iterable[Session]) -> "QuerySet[Enrolment]":
    """Return who is enrolled at one of these dates, was offered a place or waits for one."""
    dates = list(sessions)
    of_dates = Q(intake__session__in=[one.pk for one in dates])
    of_runs = Q(intake__session=None, intake__series__in={one.series_id for one in dates})
    rows = Enrolment.objects.filter(of_dates | of_runs, state__in=CONCERNED)
    return rows.select_related("intake").order_by("pk")


def is_about(enrolment: Enrolment, session: Session) -> bool:
    """Return whether a date is one of those of an enrolment."""
    own = enrolment.intake.session_id
    return session.pk == own if own is not None else session.series_id == enrolment.intake.series_id


def noted_at(enrolments: Sequence[int], at: datetime) -> set[tuple[int, str]]:
    """Return which reasons of this very act stand in the histories of enrolments already."""
    found: set[tuple[int, str]] = set()
    for start in range(0, len(enrolments), AT_ONCE):
        rows = StatusChange.objects.filter(enrolment__in=enrolments[start : start + AT_ONCE], at=at)
        found |= set(rows.exclude(reason="").values_list("enrolment_id", "reason"))
    return found


def news_to_tell() -> list[list[SessionNews]]:
    """Return what nobody was told yet; what was changed of one run in one act stands together."""
    rows = SessionNews.objects.filter(told_at=None).order_by(
        "at", "session__series", "session__starts_at", "pk"
    )
    acts: dict[tuple[int, datetime], list[SessionNews]] = {}
    for row in rows.select_related("session__series__offer"):
        acts.setdefault((row.session.series_id, row.at), []).append(row)
    return list(acts.values())


def told_of(act: Sequence[SessionNews]) -> Iterator[list[tuple[Enrolment, list[SessionNews]]]]:
    """Yield who is concerned by an act and by which of its news, in parts."""
    series = act[0].session.series_id
    places = Q(intake__session__in=[one.session_id for one in act]) | Q(intake__session=None)
    otherwise = StatusChange.objects.filter(enrolment=OuterRef("pk"), at=act[0].at, reason=TOLD_OTHERWISE)
    rows = Enrolment.objects.filter(places, ~Exists(otherwise), intake__series=series, state__in=CONCERNED)
    last = 0
    while part := list(
        rows.filter(pk__gt=last)
        .select_related("person", "guest", "intake__series__offer")
        .order_by("pk")[:AT_ONCE]
    ):
        last = part[-1].pk
        yield [(one, [news for news in act if is_about(one, news.session)]) for one in part]


def words_of_news(enrolment: Enrolment, news: Sequence[SessionNews], receiver: Receiver) -> dict[str, Any]:
    """Return what a message about changed dates says."""
    return {
        **links(enrolment),
        "name": name_in_message(enrolment, receiver),
        "lines": [line(one) for one in news],
        "is_cancelled": all(one.what == What.CANCELLED for one in news),
    }


def said_line(news: SessionNews) -> str:
    """Return one change of a date in words."""
    was, now = news.before, news.after
    place = _("online") if now["is_online"] else now["place"]
    words = {
        What.MOVED: _("moved from %(was)s to %(now)s"),
        What.CANCELLED: _("cancelled: %(was)s"),
        What.POSTPONED: _("postponed, the new day is not known yet: %(was)s"),
        What.BACK: _("takes place after all: %(now)s"),
        What.PLACE: _("%(now)s takes place somewhere else: %(place)s"),
    }[What(news.what)]
    zone = news.session.time_zone
    said = words % {"was": span_of(was, zone), "now": span_of(now, zone), "place": place}
    is_elsewhere = news.what in (What.MOVED, What.BACK) and differs(was, now, WHERE)
    where = _("Place: %(place)s.") % {"place": place} if is_elsewhere else ""
    why = _("Reason: %(reason)s") % {"reason": now["reason"]} if now["reason"] else ""
    return " ".join(filter(None, (f"{said}.", where, why)))


line = lazy(said_line, str)
"""The same, in the language in which it is read."""


def span_of(facts: Facts, time_zone: str) -> str:
    """Return when a date is, or was."""
    return said_moment(moment_of(facts, "starts_at"), moment_of(facts, "ends_at"), time_zone)
