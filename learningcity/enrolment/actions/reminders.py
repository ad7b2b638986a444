"""Remind people of their dates, and tell them what changed: each once, in parts that can be run again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.catalogue.models import Session
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.messages import post
from learningcity.enrolment.actions.moves import change_of
from learningcity.enrolment.models import Enrolment, ReminderChoice, SessionNews, StatusChange
from learningcity.enrolment.permissions.attendance import can_choose_reminders
from learningcity.enrolment.queries.receiving import Receiver, receivers_of
from learningcity.enrolment.queries.reminders import (
    Due,
    concerned_by,
    dates_coming,
    due_reminders,
    keys_sent,
    news_to_tell,
    told_of,
    what_changed,
    words_of_news,
    words_of_reminder,
)
from learningcity.people.actions.messages import notify
from learningcity.people.models import Person

REMINDER = "enrolment/messages/reminder"
NEWS = "enrolment/messages/session_news"


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


def remind_all(*, by: Actor, at: datetime) -> int:
    """Send every reminder that is due and was not sent; return how many.

    Each is a transaction of its own: it can be stopped and run again, and nobody is reminded twice. Raises
    PermissionDenied for anybody but the schedule and the operator.
    """
    if not by.is_operator:
        raise PermissionDenied
    return sum(
        remind_some(part, by=by, at=at) for date in dates_coming(at) for part in due_reminders(date, at)
    )


def remind_some(part: Sequence[Due], *, by: Actor, at: datetime) -> int:
    """Send the reminders of one part that were not sent before; return how many."""
    receivers = receivers_of([due.enrolment for due in part], at)
    wanted = [(due, one) for due in part for one in receivers[due.enrolment.pk]]
    sent = keys_sent([due.key(one) for due, one in wanted])
    return sum(remind(due, one, by=by, at=at) for due, one in wanted if due.key(one) not in sent)


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
    post(template, words, key=key, channel=way.channel, address=way.address, language=way.language, at=at)


@transaction.atomic
def note_session_news(
    session: Session, *, before: Mapping[str, Any], by: Actor, at: datetime
) -> SessionNews | None:
    """Note that something about a date changed: in the history of everybody concerned, and to be told.

    Called when the catalogue says so: whoever changed the date had the right to. None for what concerns
    nobody.
    """
    what = what_changed(session, before, at)
    concerned = list(concerned_by(session)) if what else []
    if not concerned:
        return None
    there = set(
        StatusChange.objects.filter(enrolment__in=concerned, reason=what, at=at).values_list(
            "enrolment_id", flat=True
        )
    )
    # Of many dates changed in one act, the history of an enrolment names the act once.
    lines = [change_of(one, reason=what, by=by, at=at) for one in concerned if one.pk not in there]
    StatusChange.objects.bulk_create(lines)
    return SessionNews.objects.create(session=session, what=what, before=plain(before), at=at)


def plain(before: Mapping[str, Any]) -> dict[str, Any]:
    """Return former values as they are kept: of a record its key only."""
    return {name: getattr(value, "pk", value) for name, value in before.items()}


def tell_news(*, by: Actor, at: datetime) -> int:
    """Tell everybody concerned what changed about their dates; return how many messages were meant.

    One message for all that was changed of a run in one act. It can be stopped and run again: nobody is told
    twice. Raises PermissionDenied for anybody but the schedule and the operator.
    """
    if not by.is_operator:
        raise PermissionDenied
    return sum(tell_act(act, by=by, at=at) for act in news_to_tell())


def tell_act(act: Sequence[SessionNews], *, by: Actor, at: datetime) -> int:
    """Tell everybody concerned by one act, then note that it was told."""
    messages = 0
    for part in told_of(act):
        receivers = receivers_of([enrolment for enrolment, _news in part], at)
        wanted = [(one, news, to) for one, news in part if news for to in receivers[one.pk]]
        sent = keys_sent([key_of_news(one, act, to) for one, _news, to in wanted])
        for one, news, to in wanted:
            key = key_of_news(one, act, to)
            if key not in sent:
                send(to, NEWS, words_of_news(one, news, to), key=key, by=by, at=at)
                messages += 1
    SessionNews.objects.filter(pk__in=[one.pk for one in act]).update(told_at=at)
    return messages


def key_of_news(enrolment: Enrolment, act: Sequence[SessionNews], receiver: Receiver) -> str:
    """Return the key under which an act is told once: those of its moment."""
    stamp = f"{act[0].at:%Y%m%d%H%M%S%f}"
    return f"enrolment.session_news:{enrolment.public_id}:{stamp}:{receiver.key}"
