"""How an enrolment moves from state to state: the one place that changes states and counts places.

Every caller holds the lock of the intake (`locked`), so that two movements at one moment follow one another.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from learningcity.core.actors import Actor
from learningcity.enrolment.actions.queue_events import events_of_move
from learningcity.enrolment.models import TAKING, Enrolment, Intake, QueueEvent, StatusChange
from learningcity.enrolment.permissions.places import in_matter_of
from learningcity.enrolment.signals import enrolment_changed, places_changed


def locked(intake: Intake) -> Intake:
    """Return the intake as it is now, locked until the transaction ends."""
    return Intake.objects.select_for_update(of=("self",)).get(pk=intake.pk)


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
    enrolment.state, enrolment.until_at, enrolment.changed_at = state, until_at, at
    enrolment.save(update_fields=["state", "until_at", "changed_at"])
    intake.save(update_fields=["taken"])
    note_change(enrolment, reason=reason, by=by, at=at)
    note_events(intake, events_of_move(enrolment, before=before, at=at))
    tell(enrolment, before=before, by=by, at=at)
    if (state in TAKING) != (before in TAKING):
        places_changed.send(Intake, intakes=[intake.pk], at=at)


def add(enrolments: Sequence[Enrolment], *, intake: Intake, by: Actor, at: datetime) -> list[Enrolment]:
    """Write new enrolments of a locked intake, numbered in order of arrival; count the places they take."""
    for enrolment in enrolments:
        intake.last_number += 1
        enrolment.number = intake.last_number
        intake.taken += enrolment.places if enrolment.state in TAKING else 0
    intake.save(update_fields=["last_number", "taken"])
    made = Enrolment.objects.bulk_create(enrolments)
    StatusChange.objects.bulk_create([change_of(one, by=doer(by, one), at=at) for one in made])
    for one in made:
        tell(one, before="", by=by, at=at)
    if any(one.state in TAKING for one in made):
        places_changed.send(Intake, intakes=[intake.pk], at=at)
    return made


def doer(by: Actor, enrolment: Enrolment) -> Actor:
    """Return the actor in the matter of whoever an enrolment is for: guardians enrol children, too."""
    return in_matter_of(by, enrolment.person) if enrolment.person else by


def note_change(enrolment: Enrolment, *, reason: str = "", by: Actor, at: datetime) -> None:
    """Write who gave the enrolment its state, and when."""
    change_of(enrolment, reason=reason, by=by, at=at).save()


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


def note_events(intake: Intake, events: Iterable[QueueEvent]) -> list[QueueEvent]:
    """Write events of the waiting list of a locked intake, numbered in order."""
    numbered = list(events)
    for event in numbered:
        intake.last_event += 1
        event.intake, event.number = intake, intake.last_event
    if numbered:
        intake.save(update_fields=["last_event"])
        QueueEvent.objects.bulk_create(numbered)
    return numbered
