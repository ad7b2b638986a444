"""Work that waits for other machines, done beside the schedule so that nothing else waits with it."""

from collections.abc import Callable
from threading import Thread

from django.db import connections


def work_aside(work: Callable[[], object], *, name: str, seconds: float) -> bool:
    """Start work in a thread of its own and wait a little; return whether it is done already.

    What it holds must have a lease: the next round of the schedule may find it still at work.
    """

    def attempt() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = Thread(target=attempt, name=name)
    thread.start()
    thread.join(seconds)
    return not thread.is_alive()
