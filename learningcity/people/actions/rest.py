"""Accounts that nobody has used for years: warned twice, then made anonymous."""

from collections import Counter
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.people.actions.erasure import emptied
from learningcity.people.actions.messages import notify
from learningcity.people.models import Person
from learningcity.people.queries.rest import (
    FIRST_WARNING,
    LAST_WARNING,
    REST_YEARS,
    at_rest,
    last_active,
    next_step,
    resting,
)

LEFT = {"first": FIRST_WARNING, "last": LAST_WARNING}


def settle_resting(*, by: Actor, at: datetime) -> Counter[str]:
    """Do for everybody at rest what is due; return how often each step was taken. Raises PermissionDenied."""
    steps: Counter[str] = Counter()
    after = 0
    while persons := resting(after=after, at=at):
        steps.update(settle_person(person.pk, by=by, at=at) for person in persons)
        after = persons[-1].pk
    return steps


@transaction.atomic
def settle_person(person_id: int, *, by: Actor, at: datetime) -> str:
    """Warn a person at rest, make their data anonymous, or note that they are awake; return the step.

    The entry is read anew under its lock: whoever signs in or is erased meanwhile is left alone. Raises
    PermissionDenied for anybody but the schedule and the operator.
    """
    if not by.is_operator:
        raise PermissionDenied
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None or not at_rest(at=at).filter(pk=person_id).exists():
        return ""
    active_on = last_active([person])[person.pk]
    step = next_step(person, active_on, at.date())
    if step in LEFT:
        warn(person, step, by=by, at=at)
    elif step == "anonymous":
        emptied(person, is_rest=True, by=by, at=at)
    else:
        note_activity(person, active_on, is_awake=step == "awake")
    return step


def warn(person: Person, step: str, *, by: Actor, at: datetime) -> None:
    """Tell a person that their data will be made anonymous unless they come back."""
    day = at.date()
    number = person.idle_warnings + 1
    words = {
        "person": person.name,
        "years": REST_YEARS,
        "days": LEFT[step].days,
        "on": day + LEFT[step],
        "is_last": step == "last",
    }
    key = f"people.idle:{person.public_id}:{number}:{day.isoformat()}"
    notify(person, "people/messages/idle_warning", words, key=key, by=by, at=at)
    Person.objects.filter(pk=person.pk).update(idle_warnings=number, idle_warned_on=day)
    record("people.idle_warned", by=by, about=person, at=at)


def note_activity(person: Person, active_on: date, *, is_awake: bool) -> None:
    """Keep when a person was last active, so that they are not asked about every day."""
    changes: dict[str, object] = {"last_active_on": active_on}
    if is_awake:
        changes |= {"idle_warnings": 0, "idle_warned_on": None}
    Person.objects.filter(pk=person.pk).update(**changes)
