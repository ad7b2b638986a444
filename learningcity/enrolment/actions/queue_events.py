"""The lines that movements leave in the published waiting list."""

from datetime import datetime

from learningcity.enrolment.models import Enrolment, QueueEvent

State, Kind = Enrolment.State, QueueEvent.Kind

ANSWERS = {State.ENROLLED: Kind.TAKEN, State.LAPSED: Kind.LAPSED}


def events_of_move(enrolment: Enrolment, *, before: str, at: datetime) -> list[QueueEvent]:
    """Return what the waiting list says when an enrolment has gone from a former state to the one it has.

    Written with every movement, whoever asks for it, so that nobody leaves the list unseen.
    """
    if before == State.OFFERED:
        kind = ANSWERS.get(State(enrolment.state), Kind.DECLINED)
    elif before == State.WAITING:
        kind = Kind.OFFERED if enrolment.state == State.OFFERED else Kind.LEFT
    else:
        return []
    until_at = enrolment.until_at if kind == Kind.OFFERED else None
    return [QueueEvent(kind=kind, token=enrolment.token, until_at=until_at, at=at)]


def joined(enrolment: Enrolment, *, at: datetime) -> QueueEvent:
    """Return the line that somebody has joined the list; members of a party stand under its name."""
    party = enrolment.party
    return QueueEvent(
        kind=Kind.JOINED,
        token=enrolment.token,
        party=str(party.public_id) if party else "",
        keeps_together=party is not None and party.way == party.Way.ALL,
        places=enrolment.places,
        points=enrolment.points,
        at=at,
    )
