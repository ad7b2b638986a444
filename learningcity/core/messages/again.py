"""Give messages that were given up another chance, when what was wrong has been put right."""

from datetime import datetime

from learningcity.core.models import Message

CANNOT_BE_PUT_RIGHT = ("address_wrong", "address_refused", "gateway_refused")


def try_again(*, at: datetime) -> int:
    """Let failed messages wait again, but not those that would fail for ever; return how many."""
    failed = Message.objects.filter(state=Message.State.FAILED).exclude(failure__in=CANNOT_BE_PUT_RIGHT)
    kept = failed.exclude(body="", subject="")
    return kept.update(state=Message.State.WAITING, attempts=0, due_at=at, failure="")
