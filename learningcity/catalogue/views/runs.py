"""The runs of an offer in words: where, how far, and each date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from learningcity.catalogue.models import Session
from learningcity.catalogue.queries.offer_page import SeriesFact, SessionFact
from learningcity.catalogue.templatetags.moments import day_in_words, session_in_words
from learningcity.catalogue.templatetags.offer_words import minutes_in_words
from learningcity.city.models import Venue

SHOWN_DATES = 8


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One date in words; `place` only where it is not that of the run."""

    pk: int
    when: str
    place: str
    venue_address: str
    status: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run in words: the next dates, those folded away, and those that are past."""

    pk: int
    name: str
    place: str
    venue_address: str
    way: str
    notes: list[str]
    lines: list[SessionLine]
    later: list[SessionLine]
    past: list[SessionLine]

    @property
    def later_label(self) -> str:
        """How many dates are folded away."""
        count = len(self.later)
        return ngettext("%(count)s more date", "%(count)s more dates", count) % {"count": count}


def runs_of(series: Sequence[SeriesFact], *, minutes: Mapping[int, float], city_zone: str) -> list[Run]:
    """Return the runs in words. `minutes` on foot by venue, from the point that the reader chose."""
    return [_run(one, minutes, city_zone) for one in series]


def _run(series: SeriesFact, minutes: Mapping[int, float], city_zone: str) -> Run:
    venue = _venue_of(series)
    coming = [_line(session, venue, city_zone) for session in series.coming]
    return Run(
        pk=series.pk,
        name=series.name,
        place=_place(venue, series),
        venue_address=_address(venue),
        way=minutes_in_words(minutes.get(venue.pk)) if venue else "",
        notes=_notes(series),
        lines=coming[:SHOWN_DATES],
        later=coming[SHOWN_DATES:],
        past=[_line(session, venue, city_zone) for session in series.past],
    )


def _venue_of(series: SeriesFact) -> Venue | None:
    if series.venue:
        return series.venue
    return next((session.venue for session in series.sessions if session.venue), None)


def _place(venue: Venue | None, series: SeriesFact) -> str:
    if venue is None:
        is_online = any(session.is_online for session in series.sessions)
        return pgettext("where", "Online") if is_online else _("The place is not known. Ask the provider.")
    return f"{venue.name}, {series.room}" if series.room else venue.name


def _address(venue: Venue | None) -> str:
    return reverse("city:venue_detail", args=[venue.public_id]) if venue else ""


def _notes(series: SeriesFact) -> list[str]:
    notes = []
    if series.runs_from_on and not series.coming:
        notes.append(
            _("From %(day)s; ask the provider for the hours.") % {"day": day_in_words(series.runs_from_on)}
        )
    if series.places:
        notes.append(
            ngettext("%(count)s place", "%(count)s places", series.places) % {"count": series.places}
        )
    if series.enrol_until_on:
        notes.append(_("Sign up until %(day)s.") % {"day": day_in_words(series.enrol_until_on)})
    return notes


def _line(session: SessionFact, usual: Venue | None, city_zone: str) -> SessionLine:
    elsewhere = session.venue if session.venue and (not usual or session.venue.pk != usual.pk) else None
    status, kind = _state(session)
    return SessionLine(
        pk=session.pk,
        when=_when(session, city_zone),
        place=_other_place(session, elsewhere, usual),
        venue_address=_address(elsewhere),
        status=status,
        kind=kind,
        reason=_reason(session),
    )


def _reason(session: SessionFact) -> str:
    if session.is_overlaid:
        return _("Changed for now: %(reason)s") % {"reason": session.reason}
    return session.reason


def _when(session: SessionFact, city_zone: str) -> str:
    when = session_in_words(session.starts_at, session.ends_at)
    if session.is_online or session.time_zone != city_zone:
        return _("%(when)s (time of %(zone)s)") % {"when": when, "zone": session.time_zone.replace("_", " ")}
    return when


def _other_place(session: SessionFact, elsewhere: Venue | None, usual: Venue | None) -> str:
    if elsewhere:
        return f"{elsewhere.name}, {session.room}" if session.room else elsewhere.name
    if session.room and usual and not session.is_online:
        return session.room
    return pgettext("where", "Online") if session.is_online and usual else ""


def _state(session: SessionFact) -> tuple[str, str]:
    full = (pgettext("a session", "Full"), "warn") if session.is_full else ("", "")
    states = {
        Session.Status.CANCELLED: (pgettext("a session", "Cancelled"), "bad"),
        Session.Status.POSTPONED: (pgettext("a session", "Postponed"), "warn"),
        Session.Status.MOVED: (pgettext("a session", "Moved"), "warn"),
    }
    state = states.get(Session.Status(session.status), full)
    return full if session.is_full and session.status == Session.Status.MOVED else state
