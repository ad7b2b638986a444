"""Deliver what waits in the outbox: each message once, tried again with growing pauses, given up after five.

A worker takes a message by a lease in the database, sends it outside any transaction, and says so in a second
one. If it dies in between, another one takes the message when the lease is over and sends it again under the
same number, by which a gateway tells it from a new one.
"""

import logging
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q

from learningcity.core.messages.emptying import empty, letter_file
from learningcity.core.messages.gateways import mail, sms
from learningcity.core.messages.gateways.letter import letter_of
from learningcity.core.messages.gateways.refusals import NotSent
from learningcity.core.models import Message

LEASE = timedelta(minutes=5)
LONGEST_RUN_SECONDS = 45.0
MOST_AT_ONCE = 500
PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
MOST_ATTEMPTS = len(PAUSES) + 1
State = Message.State

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one delivery did: how many messages left, wait for another try, and were given up."""

    sent: int
    later: int
    failed: int


def deliver(*, at: datetime) -> Delivered:
    """Send the messages that are due, for less than a minute; several workers may do so at once.

    Messages are not sent in the transaction of anybody: call it outside of one.
    """
    started = time.monotonic()
    done: Counter[str] = Counter()
    for key in due(at=at):
        if time.monotonic() - started > LONGEST_RUN_SECONDS:
            break
        message = claimed(key, at=at)
        if message is not None:
            done[delivered(message, at=at)] += 1
    return Delivered(done[State.SENT] + done[State.READY], done[State.WAITING], done[State.FAILED])


def due(*, at: datetime) -> list[int]:
    """Return the keys of what is due: what waits, and what a worker that died left behind."""
    ready = Message.objects.filter(state__in=(State.WAITING, State.SENDING), due_at__lte=at)
    return list(ready.order_by("-is_secret", "due_at", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE])


def claimed(key: int, *, at: datetime) -> Message | None:
    """Take the lease of a message that is due; None if another worker was first or it was taken back."""
    free = Message.objects.filter(Q(state=State.WAITING) | Q(state=State.SENDING), pk=key, due_at__lte=at)
    if not free.update(state=State.SENDING, attempts=F("attempts") + 1, due_at=at + LEASE):
        return None
    return Message.objects.filter(pk=key, state=State.SENDING).first()


def delivered(message: Message, *, at: datetime) -> str:
    """Send a message that was claimed; return its new state."""
    try:
        if message.attempts > MOST_ATTEMPTS:
            # Every worker that took it died: that is not the fault of a gateway.
            raise NotSent("interrupted", is_final=True)
        letter = sent(message)
    except NotSent as reason:
        return put_off(message, reason, at=at)
    return finished(message, letter, at=at)


def sent(message: Message) -> bytes | None:
    """Hand a message to its gateway; return the letter, for one on paper. Raises NotSent."""
    if message.channel == Message.Channel.LETTER:
        return letter_of(message)
    gateway = mail if message.channel == Message.Channel.MAIL else sms
    gateway.send(message)
    return None


@transaction.atomic
def finished(message: Message, letter: bytes | None, *, at: datetime) -> str:
    """Say that a message left; a letter is kept to be printed. What is no longer ours stays as it is."""
    held = held_by(message)
    if held is None:
        return State.DROPPED
    if letter is None:
        held.state, held.sent_at = State.SENT, at
        if held.is_secret:
            empty(held)
    else:
        held.state = State.READY
        held.file.name = letter_file(held)
        held.file.storage.delete(held.file.name)
        held.file.storage.save(held.file.name, ContentFile(letter))
    held.save()
    return held.state


@transaction.atomic
def put_off(message: Message, reason: NotSent, *, at: datetime) -> str:
    """Try a message again later, or give it up."""
    logger.warning("A message was not sent: %s.", reason.code)
    held = held_by(message)
    if held is None:
        return State.DROPPED
    held.failure = reason.code
    if reason.is_final or held.attempts >= MOST_ATTEMPTS:
        held.state = State.FAILED
        if held.is_secret:
            empty(held)
    else:
        held.state = State.WAITING
        held.due_at = at + max(PAUSES[held.attempts - 1], reason.pause)
    held.save()
    return held.state


def held_by(message: Message) -> Message | None:
    """Return a message, locked, if this worker still holds it: nobody took it back, or over."""
    still = Message.objects.select_for_update().filter(state=State.SENDING, attempts=message.attempts)
    return still.filter(pk=message.pk).first()
