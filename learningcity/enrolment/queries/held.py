"""Dates as they hold: with the layers that are over their plan for now (`catalogue.queries.effective`)."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime

from learningcity.catalogue.models import Session
from learningcity.catalogue.queries.effective import EffectiveSession, effective_sessions


def as_held(sessions: Sequence[Session], at: datetime) -> list[Session]:
    """Return dates as they hold at a moment, in the order given: copies to read, never to be saved.

    Their state, time and place are what people are told; lists, codes, completion and ages go by them.
    """
    return [copied(one) for one in effective_sessions(sessions, at)]


def session_as_held(session: Session, at: datetime) -> Session:
    """Return one date as it holds at a moment."""
    return as_held([session], at)[0]


def copied(held: EffectiveSession) -> Session:
    """Return the row of a date with what holds of it."""
    if not held.is_overlaid:
        return held.session
    row = copy(held.session)
    row.starts_at, row.ends_at = held.starts_at, held.ends_at
    row.venue, row.room, row.is_online = held.venue, held.room, held.is_online
    row.status, row.reason = held.status, held.reason
    return row
