"""Empty messages: what they said is not needed for ever, and a person may demand that it goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from learningcity.core.models import Message

KEPT = timedelta(days=365)
YOUNG = timedelta(days=1)
MOST_AT_ONCE = 2000
LETTERS = "letters"
State = Message.State
OPEN = (State.WAITING, State.SENDING, State.READY)
CONTENTS = ("address", "subject", "body", "file")


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many messages were not sent any more, and how many lost their contents."""

    dropped: int
    emptied: int


@transaction.atomic
def take_back(recipient: str, at: datetime) -> TakenBack:
    """Drop what waits for a recipient and empty everything sent to them, inside the caller's transaction.

    Files go when the transaction is committed. A message that is with a gateway at this moment leaves. Raises
    ValueError without a recipient.
    """
    if not recipient:
        raise ValueError("Messages are taken back for one recipient.")
    messages = list(Message.objects.select_for_update().filter(recipient=recipient))
    dropped = 0
    for message in messages:
        if message.state in OPEN:
            message.state, message.due_at = State.DROPPED, at
            dropped += 1
        empty(message)
        message.save(update_fields=["state", "due_at", *CONTENTS])
    return TakenBack(dropped, len(messages))


def empty_old(*, at: datetime) -> int:
    """Empty messages that are older than a year; return how many. What still waits is left to its end."""
    old = Message.objects.filter(~Q(body=""), created_at__lt=at - KEPT).exclude(state__in=OPEN)
    keys = list(old.order_by("created_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
    for key in keys:
        with transaction.atomic():
            message = Message.objects.select_for_update().get(pk=key)
            empty(message)
            message.save(update_fields=CONTENTS)
    return len(keys)


def empty(message: Message) -> None:
    """Empty a message inside the caller's transaction, which saves it; its letter goes after the commit."""
    message.address = message.subject = message.body = ""
    if message.channel == Message.Channel.LETTER:
        storage, name = message.file.storage, letter_file(message)
        message.file.name = ""
        transaction.on_commit(lambda: storage.delete(name))


def letter_file(message: Message) -> str:
    """Return where the letter of a message is kept: one place for all tries, so that none is forgotten."""
    return f"{LETTERS}/{message.public_id}.pdf"


def sweep_letters(*, at: datetime) -> int:
    """Delete letters that no message knows of, left by a machine that went down; return how many.

    A young one may belong to a transaction that is not over.
    """
    storage = Message._meta.get_field("file").storage
    if not storage.exists(LETTERS):
        return 0
    found = {f"{LETTERS}/{name}" for name in storage.listdir(LETTERS)[1]}
    known = Message.objects.filter(file__startswith=f"{LETTERS}/").values_list("file", flat=True)
    stray = [name for name in found - set(known) if storage.get_modified_time(name) < at - YOUNG]
    for name in stray:
        storage.delete(name)
    return len(stray)
