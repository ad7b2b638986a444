"""Remind people of their dates: each once, in parts that can be run again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.catalogue.queries.effective import EffectiveSession
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.messages import post
from learningcity.core.piecework import each
from learningcity.enrolment.models import Enrolment, ReminderChoice
from learningcity.enrolment.permissions.attendance import can_choose_reminders
from learningcity.enrolment.queries.receiving import Receiver, receivers_of
from learningcity.enrolment.queries.reminders import (
    Due,
    dates_coming,
    due_reminders,
    keys_sent,
    words_of_reminder,
)
from learningcity.people.actions.messages import notify
from learningcity.people.models import Person

REMINDER = "enrolment/messages/reminder"


@transaction.atomic
def choose_reminder(person: Person, hours: int, *, by: Actor, at: datetime) -> ReminderChoice:
    """Choose how long before a date a person is reminded; 0 for never.

    Raises PermissionDenied; ValueError for hours that no form offers.
    """
    if not can_choose_reminders(by, person, at):
        raise PermissionDenied
    if hours not in ReminderChoice.Hours.values:
        raise ValueError("there is no such choice")
    chosen, _is_new = ReminderChoice.objects.update_or_create(
        person=person, defaults={"hours": hours, "changed_at": at}
    )
    record("enrolment.reminder_chosen", by=by, about=person, at=at)
    return chosen


def remind_all(*, since: datetime | None = None, by: Actor, at: datetime) -> int:
    """Send every reminder that is due and was not sent; return how many.

    With `since` only those that became due after that moment, which leaves out what became due otherwise: a
    date was moved, a choice was changed, a message could not be written.

    Each is a transaction of its own: it can be stopped and run again, and nobody is reminded twice. Raises
    PermissionDenied for anybody but the schedule and the operator.
    """
    if not by.is_operator:
        raise PermissionDenied
    return sum(
        each(dates_coming(at), partial(remind_of, since=since, by=by, at=at), about=attrgetter("session"))
    )


def remind_of(date: EffectiveSession, *, since: datetime | None, by: Actor, at: datetime) -> int:
    """Send the reminders of one date that are due and were not sent; return how many."""
    return sum(remind_some(part, by=by, at=at) for part in due_reminders(date, at, since=since))


def remind_some(part: Sequence[Due], *, by: Actor, at: datetime) -> int:
    """Send the reminders of one part that were not sent before; return how many."""
    receivers = receivers_of([due.enrolment for due in part], at)
    wanted = [(due, one) for due in part for one in receivers[due.enrolment.pk]]
    sent = keys_sent([due.key(one) for due, one in wanted])
    owed = [pair for pair in wanted if pair[0].key(pair[1]) not in sent]

    def remind_one(pair: tuple[Due, Receiver]) -> bool:
        return remind(*pair, by=by, at=at)

    return sum(each(owed, remind_one, about=lambda pair: pair[0].enrolment))


@transaction.atomic
def remind(due: Due, receiver: Receiver, *, by: Actor, at: datetime) -> bool:
    """Remind one receiver of one date; return whether the place is still theirs.

    Raises PermissionDenied for anybody but the schedule and the operator.
    """
    if not by.is_operator:
        raise PermissionDenied
    if not Enrolment.objects.filter(pk=due.enrolment.pk, state=Enrolment.State.ENROLLED).exists():
        return False
    words = words_of_reminder(due, receiver)
    send(receiver, REMINDER, words, key=due.key(receiver), by=by, at=at)
    return True


def send(
    receiver: Receiver, template: str, words: Mapping[str, Any], *, key: str, by: Actor, at: datetime
) -> None:
    """Post a message to a person in the way they chose, or to a guest by mail."""
    way = receiver.way
    if receiver.person is not None:
        notify(receiver.person, template, words, key=key, to=way, by=by, at=at)
        return
    post(
        template,
        words,
        key=key,
        channel=way.channel,
        address=way.address,
        language=way.language,
        recipient=receiver.guest,
        at=at,
    )
