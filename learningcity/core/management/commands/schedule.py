"""`learningcity schedule`: periodic work and the queue of tasks, until told to stop."""

import secrets
import signal
from argparse import ArgumentParser
from threading import Event
from types import FrameType

from django.db import close_old_connections
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from learningcity.core.commands import Answer, Call, PlainCommand
from learningcity.core.schedule import run_due

SECONDS_BETWEEN_LOOKS = 1.0


class Command(PlainCommand):
    """The worker beside the web."""

    help = "Run periodic work as it falls due, and the tasks that wait in the queue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--once", action="store_true", help="Run what is due now, then stop.")
        parser.add_argument("--json", action="store_true", help="With --once: print what ran as data.")

    def answer(self, call: Call, *, once: bool) -> Answer:
        """Work until told to stop."""
        if once:
            ran = run_due(at=call.at)
            run_tasks(Event())
            return Answer(
                {"ran": ran}, _("Ran: %(jobs)s.") % {"jobs": ", ".join(ran) or _("nothing was due")}
            )
        self.work_until_stopped()
        return Answer({})

    def work_until_stopped(self) -> None:
        """Look for work each second; finish what is under way before stopping."""
        stop = Event()

        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        while not stop.is_set():
            close_old_connections()
            run_due(at=now())
            run_tasks(stop)
            stop.wait(SECONDS_BETWEEN_LOOKS)


def run_tasks(stop: Event) -> None:
    """Run the tasks that wait in the queue, until there is none or we shall stop."""
    while not stop.is_set() and DBTaskResult.objects.ready().exists():
        worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=1,
            worker_id=secrets.token_hex(16),
            excluded_queue_names=[],
        )
        worker.run()
