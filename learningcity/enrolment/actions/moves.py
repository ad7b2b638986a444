"""How an enrolment moves from state to state: the one place that changes states and counts places.

Every caller holds the lock of the intake (`locked`), so that two movements at one moment follow one another.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from learningcity.core.actors import Actor
from learningcity.core.statements import Insert, Lock, Update
from learningcity.enrolment.actions.queue_events import events_of_move, joined
from learningcity.enrolment.models import TAKING, Enrolment, Intake, QueueEvent, StatusChange
from learningcity.enrolment.permissions.places import in_matter_of
from learningcity.enrolment.signals import enrolment_changed, places_changed

INTAKE_LOCKED = Lock(Intake)
PLACES_COUNTED = Update(Intake, ("taken", "last_number", "last_event", "is_told"))
STATE_CHANGED = Update(Enrolment, ("state", "until_at", "changed_at"))
NEW_ENROLMENT = Insert(Enrolment)
NEW_CHANGE = Insert(StatusChange)
NEW_EVENT = Insert(QueueEvent)


def locked(intake: Intake) -> Intake:
    """Return the intake as it is now, locked until the transaction ends."""
    return INTAKE_LOCKED.read(intake.pk)


def lock_in_order(intakes: Iterable[int]) -> dict[int, Intake]:
    """Return intakes as they are now, by key, locked: all at once, always in the same order.

    Whoever needs several begins here: two who lock them one by one may wait for each other for ever.
    """
    rows = Intake.objects.select_for_update(of=("self",)).filter(pk__in=sorted(set(intakes)))
    return {row.pk: row for row in rows.order_by("pk")}


def move(
    enrolment: Enrolment,
    state: str,
    *,
    intake: Intake,
    until_at: datetime | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Give an enrolment of a locked intake a new state; keep the count, the history and the ears."""
    before = enrolment.state
    intake.taken += enrolment.places * ((state in TAKING) - (before in TAKING))
    intake.is_told = intake.is_told and (state in TAKING) == (before in TAKING)
    enrolment.state, enrolment.until_at, enrolment.changed_at = state, until_at, at
    STATE_CHANGED.write(enrolment)
    PLACES_COUNTED.write(intake)
    note_change(enrolment, reason=reason, by=by, at=at)
    note_events(intake, events_of_move(enrolment, before=before, at=at))
    tell(enrolment, before=before, by=by, at=at)
    if (state in TAKING) != (before in TAKING):
        places_changed.send(Intake, intakes=[intake.pk], at=at)


def add(
    enrolments: Sequence[Enrolment],
    *,
    intake: Intake,
    events: Sequence[QueueEvent] = (),
    by: Actor,
    at: datetime,
) -> list[Enrolment]:
    """Write new enrolments of a locked intake, numbered in order of arrival; count the places they take.

    `events` of the waiting list are written with them, and each enrolment gets the turn of its own.
    """
    for enrolment in enrolments:
        intake.last_number += 1
        enrolment.number = intake.last_number
        intake.taken += enrolment.places if enrolment.state in TAKING else 0
        intake.is_told = intake.is_told and enrolment.state not in TAKING
    for enrolment, event in zip(enrolments, numbered(intake, events), strict=False):
        enrolment.turn = event.number
    # One statement for all counts: everybody else waits for this row.
    PLACES_COUNTED.write(intake)
    for enrolment in enrolments:
        NEW_ENROLMENT.write(enrolment)
        NEW_CHANGE.write(change_of(enrolment, by=doer(by, enrolment), at=at))
    for event in events:
        NEW_EVENT.write(event)
    for enrolment in enrolments:
        tell(enrolment, before="", by=by, at=at)
    if any(one.state in TAKING for one in enrolments):
        places_changed.send(Intake, intakes=[intake.pk], at=at)
    return list(enrolments)


def carry(enrolment: Enrolment, *, source: Intake, target: Intake, by: Actor, at: datetime) -> None:
    """Let an enrolment go from a locked intake to another as it is; counts and lists of both stay right.

    A place goes along, also one that is only offered: the target has one more where it is full. Whoever waits
    stands at the end of the other list.
    """
    waits, takes = enrolment.state == Enrolment.State.WAITING, enrolment.state in TAKING
    if takes:
        source.taken -= enrolment.places
        target.taken += enrolment.places
        target.places = None if target.places is None else max(target.places, target.taken)
        source.is_told = target.is_told = False
    target.last_number += 1
    enrolment.intake, enrolment.number, enrolment.changed_at = target, target.last_number, at
    enrolment.turn = None
    PLACES_COUNTED.write(source)
    target.save(update_fields=["places", "taken", "last_number", "is_told"])
    if waits:
        left = QueueEvent(kind=QueueEvent.Kind.LEFT, token=enrolment.token, at=at)
        note_events(source, [left])
        enrolment.turn = note_events(target, [joined(enrolment, at=at)])[0].number
    enrolment.save(update_fields=["intake", "number", "turn", "points", "met", "changed_at"])
    note_change(enrolment, reason="offers_merged", by=by, at=at)
    if takes:
        places_changed.send(Intake, intakes=[source.pk, target.pk], at=at)


def doer(by: Actor, enrolment: Enrolment) -> Actor:
    """Return the actor in the matter of whoever an enrolment is for: guardians enrol children, too."""
    return in_matter_of(by, enrolment.person) if enrolment.person else by


def note_change(enrolment: Enrolment, *, reason: str = "", by: Actor, at: datetime) -> None:
    """Write who gave the enrolment its state, and when."""
    NEW_CHANGE.write(change_of(enrolment, reason=reason, by=by, at=at))


def change_of(enrolment: Enrolment, *, reason: str = "", by: Actor, at: datetime) -> StatusChange:
    """Return the line of the history for the state that the enrolment has now."""
    return StatusChange(
        enrolment=enrolment,
        state=enrolment.state,
        reason=reason,
        right=by.right,
        channel=by.channel,
        author=by.person,
        organisation=by.organisation,
        at=at,
    )


def tell(enrolment: Enrolment, *, before: str, by: Actor, at: datetime) -> None:
    """Tell the rooms above."""
    enrolment_changed.send(Enrolment, enrolment=enrolment, before=before, by=by, at=at)


def note_events(intake: Intake, events: Iterable[QueueEvent]) -> Sequence[QueueEvent]:
    """Write events of the waiting list of a locked intake, numbered in order."""
    noted = numbered(intake, list(events))
    if noted:
        PLACES_COUNTED.write(intake)
    for event in noted:
        NEW_EVENT.write(event)
    return noted


def numbered(intake: Intake, events: Sequence[QueueEvent]) -> Sequence[QueueEvent]:
    """Give events the next numbers of their list."""
    for event in events:
        intake.last_event += 1
        event.intake, event.number = intake, intake.last_event
    return events
