"""Questions about messages: what a person was sent, which letters wait, how the outbox stands."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min

from learningcity.core.markers import marker, values_of
from learningcity.core.models import Message

LOG = "messages"
LETTERS = "letters"
State = Message.State
OPEN = (State.WAITING, State.SENDING)


@dataclass(frozen=True, slots=True)
class MessageList:
    """A part of a list of messages; `next` is the marker of the next part, or empty."""

    messages: list[Message]
    next: str


@dataclass(frozen=True, slots=True)
class Outbox:
    """How many messages stand in which state, by channel; since when the oldest waits; why others failed."""

    states: dict[str, dict[str, int]]
    oldest_due_at: datetime | None
    failures: dict[str, int]


def messages_to(recipient: str, *, after: str = "", size: int = 50) -> MessageList:
    """Return what was sent to a person (their opaque id), newest first. Raises BadMarker."""
    rows = Message.objects.filter(recipient=recipient).exclude(recipient="")
    if after:
        rows = rows.filter(pk__lt=values_of(after, LOG, int)[0])
    return part_of(list(rows.order_by("-pk")[: size + 1]), LOG, size)


def letters_waiting(*, after: str = "", size: int = 50) -> MessageList:
    """Return the letters that wait to be printed and posted, oldest first. Raises BadMarker."""
    rows = Message.objects.filter(state=State.READY)
    if after:
        rows = rows.filter(pk__gt=values_of(after, LETTERS, int)[0])
    return part_of(list(rows.order_by("pk")[: size + 1]), LETTERS, size)


def letter_with_id(public_id: UUID) -> Message | None:
    """Return a letter by its number, whether it still waits or not."""
    return Message.objects.filter(public_id=public_id, channel=Message.Channel.LETTER).first()


def part_of(found: list[Message], kind: str, size: int) -> MessageList:
    """Return a part of a list for which one more was asked than is shown."""
    shown = found[:size]
    return MessageList(shown, marker(kind, shown[-1].pk) if len(found) > size else "")


def outbox() -> Outbox:
    """Return how the outbox stands; names nobody."""
    states: dict[str, dict[str, int]] = {}
    numbers = Message.objects.values_list("state", "channel").annotate(number=Count("pk"))
    for state, channel, number in numbers.order_by("state", "channel"):
        states.setdefault(state, {})[channel] = number
    failed = Message.objects.filter(state=State.FAILED).values_list("failure").annotate(number=Count("pk"))
    return Outbox(
        states=states,
        oldest_due_at=Message.objects.filter(state__in=OPEN).aggregate(oldest=Min("due_at"))["oldest"],
        failures=dict(failed.order_by("failure")),
    )
