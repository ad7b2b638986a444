"""The schedule: periodic work that rooms register from their `tasks.py`, and the runs of what is due.

Several schedulers may run side by side: whoever gets the lease of a job in the database runs it.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils.module_loading import autodiscover_modules

from learningcity.core.models import ScheduledRun
from learningcity.core.piecework import shift

Work = Callable[[datetime], object]
SHARE = 0.8
"""So much of a lease a run that goes piece by piece uses; the rest is for the piece it is at."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of periodic work: `run(at)` is called once in each `rhythm`.

    It is expected to end within `lease`; if its process dies, another one runs it when the lease is over.
    """

    name: str
    rhythm: timedelta
    lease: timedelta
    run: Work


REGISTERED: dict[str, Job] = {}


def every(
    *, minutes: int = 0, seconds: int = 0, name: str, lease_minutes: int = 10
) -> Callable[[Work], Work]:
    """Register the decorated function as periodic work; it is given the moment at which it runs.

    Raises ValueError if the name is taken, the rhythm under a second or the lease under a minute: these are
    mistakes in the code.
    """
    rhythm = timedelta(minutes=minutes, seconds=seconds)
    if rhythm < timedelta(seconds=1) or lease_minutes < 1:
        raise ValueError(f"{name!r} must run every 1 or more seconds, and for 1 or more minutes.")

    def register(work: Work) -> Work:
        if name in REGISTERED:
            raise ValueError(f"Two pieces of periodic work are called {name!r}.")
        REGISTERED[name] = Job(name, rhythm, timedelta(minutes=lease_minutes), work)
        return work

    return register


def jobs() -> list[Job]:
    """Return all periodic work of all rooms, by name."""
    autodiscover_modules("tasks")
    return sorted(REGISTERED.values(), key=lambda job: job.name)


def run_due(*, at: datetime) -> list[str]:
    """Run everything that is due; return the names of what ran. A job that fails does not stop the others."""
    return [job.name for job in jobs() if run_if_due(job, at=at)]


def run_if_due(job: Job, *, at: datetime) -> bool:
    """Run a job if it is due and nobody else holds its lease; return whether it ran.

    A failure, also of one piece of it, is logged and counted; the job is tried again when it is due next.
    """
    holder = secrets.token_hex(16)
    if not take_lease(job, holder, at=at):
        return False
    with Attempt(job) as attempt, shift(seconds=job.lease.total_seconds() * SHARE) as time:
        job.run(at)
    has_failed = attempt.has_failed or time.failures > 0
    give_back(job, holder, failures=F("failures") + 1 if has_failed else 0, at=at)
    return True


class Attempt:
    """A run of a job whose bugs are logged and do not reach the other jobs."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.has_failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        """Log an error and keep it here; whatever asks the process to end passes."""
        self.has_failed = isinstance(error, Exception)
        if self.has_failed:
            logger.error("A job of the schedule failed.", exc_info=error, extra={"job": self.job.name})
        return self.has_failed


def due_since(name: str, *, at: datetime) -> datetime:
    """Return since when a job is due, while it runs: long ago if the schedule stood still meanwhile."""
    found = ScheduledRun.objects.filter(job=name).values_list("due_at", flat=True).first()
    return at if found is None else min(found, at)


def take_lease(job: Job, holder: str, *, at: datetime) -> bool:
    """Take the lease of a job that is due; return whether it was free."""
    ScheduledRun.objects.bulk_create([ScheduledRun(job=job.name, due_at=at)], ignore_conflicts=True)
    is_free = Q(leased_until=None) | Q(leased_until__lte=at)
    due = ScheduledRun.objects.filter(is_free, job=job.name, due_at__lte=at)
    return due.update(leased_until=at + job.lease, holder=holder) == 1


def give_back(job: Job, holder: str, *, failures: Combinable | int, at: datetime) -> None:
    """Give the lease back and say when the job is due next; somebody else's lease stays as it is."""
    mine = ScheduledRun.objects.filter(job=job.name, holder=holder)
    mine.update(due_at=at + job.rhythm, leased_until=None, holder="", failures=failures)
