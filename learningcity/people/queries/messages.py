"""The messages that were sent to a person, as they can read them again."""

from collections.abc import Sequence
from dataclasses import dataclass

from learningcity.core.models import Message
from learningcity.people.models import Person

MESSAGES_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """One message; the body of a secret one is never shown."""

    message: Message

    @property
    def body(self) -> str:
        """The body, unless it is secret."""
        return "" if self.message.is_secret else self.message.body


def messages_of(person: Person, *, before: int | None) -> tuple[Sequence[Letter], int | None]:
    """Return the newest messages to a person, and where the next part begins."""
    found = Message.objects.filter(recipient=str(person.public_id)).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: MESSAGES_A_PAGE + 1])
    shown = rows[:MESSAGES_A_PAGE]
    return [Letter(row) for row in shown], shown[-1].pk if len(rows) > MESSAGES_A_PAGE else None
