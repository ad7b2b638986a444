"""The schedule: periodic work that rooms register from their `tasks.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.module_loading import autodiscover_modules

Work = Callable[[datetime], object]


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of periodic work: `run(at)` is called every so many minutes."""

    name: str
    minutes: int
    run: Work

    @property
    def rhythm(self) -> timedelta:
        """How much time lies between two runs."""
        return timedelta(minutes=self.minutes)


REGISTERED: dict[str, Job] = {}


def every(*, minutes: int, name: str) -> Callable[[Work], Work]:
    """Register the decorated function as periodic work; it is given the moment at which it runs.

    The same name twice, or a rhythm under a minute, is a mistake in the code: raises ValueError.
    """
    if minutes < 1:
        raise ValueError(f"{name!r} must run every 1 or more minutes, not {minutes}.")

    def register(work: Work) -> Work:
        if name in REGISTERED:
            raise ValueError(f"Two pieces of periodic work are called {name!r}.")
        REGISTERED[name] = Job(name, minutes, work)
        return work

    return register


def jobs() -> list[Job]:
    """Return all periodic work of all rooms, by name."""
    autodiscover_modules("tasks")
    return sorted(REGISTERED.values(), key=lambda job: job.name)
