"""Child processes: forked from what is loaded already, kept alive together, stopped together."""

import ctypes
import logging
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from threading import Event
from types import FrameType

from django.db import connections

SECONDS_TO_STOP = 20
SECONDS_BETWEEN_LOOKS = 0.2
DEATHS_ALLOWED = 5
SECONDS_REMEMBERED = 60
STOPPING = (signal.SIGTERM, signal.SIGINT)
PR_SET_PDEATHSIG = 1

logger = logging.getLogger(__name__)


class DiesTooOften(Exception):  # noqa: N818 - said to the operator as an answer
    """A child process has died again and again."""


@dataclass
class Child:
    """A process that shall run as long as we do."""

    name: str
    work: Callable[[], object]
    process: BaseProcess | None = None
    deaths: deque[float] = field(default_factory=deque)

    def start(self) -> None:
        """Start the process as a copy of this one."""
        # A copy of an open connection would speak to the database in our place.
        connections.close_all()
        self.process = get_context("fork").Process(target=self.run, name=self.name)
        # Until the copy has handlers of its own, a signal must wait, or ours would swallow it.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)

    def run(self) -> None:
        """Do the work of the child, in the child."""
        die_with_parent()
        for number in STOPPING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        self.work()

    def is_running(self) -> bool:
        """Return whether the process runs."""
        return self.process is not None and self.process.is_alive()

    def start_again(self) -> None:
        """Start the process that died; raise DiesTooOften if it does nothing else."""
        moment = time.monotonic()
        self.deaths.append(moment)
        while self.deaths[0] < moment - SECONDS_REMEMBERED:
            self.deaths.popleft()
        if len(self.deaths) > DEATHS_ALLOWED:
            raise DiesTooOften(self.name)
        logger.error("A process died and is started again.", extra={"child": self.name})
        self.start()

    def ask_to_stop(self) -> None:
        """Ask the process to end what it does."""
        if self.process and self.is_running():
            self.process.terminate()

    def end(self, seconds: float) -> None:
        """Wait so long for the process, then end it by force."""
        if self.process:
            self.process.join(max(seconds, 0.1))
        if self.process and self.is_running():
            self.process.kill()
            self.process.join()


class Family:
    """Child processes that are started, watched and stopped together."""

    def __init__(self, *children: Child) -> None:
        self.children = children
        self.stop_asked = Event()

    def start(self) -> None:
        """Start every child; from now on SIGTERM and SIGINT ask us to stop."""
        for number in STOPPING:
            signal.signal(number, self.ask_to_stop)
        for child in self.children:
            child.start()

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        """Remember that we shall stop."""
        self.stop_asked.set()

    def watch(self) -> None:
        """Keep the children running until asked to stop; raise DiesTooOften if one cannot be kept."""
        while not self.stop_asked.wait(SECONDS_BETWEEN_LOOKS):
            self.look_after()

    def look_after(self) -> None:
        """Start again whoever died."""
        for child in self.children:
            if not child.is_running():
                child.start_again()

    def stop(self) -> None:
        """Ask the children to stop, wait for them, and end those that do not."""
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + SECONDS_TO_STOP
        for child in self.children:
            child.end(deadline - time.monotonic())


def die_with_parent() -> None:
    """Ask Linux to stop this process when its parent is gone, however that came about."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
