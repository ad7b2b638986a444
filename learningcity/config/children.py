"""Child processes: kept alive together, stopped together."""

import ctypes
import logging
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event
from types import FrameType

SECONDS_TO_STOP = 20
SECONDS_BETWEEN_LOOKS = 0.2
DEATHS_ALLOWED = 5
SECONDS_REMEMBERED = 60
PR_SET_PDEATHSIG = 1

logger = logging.getLogger(__name__)


class DiesTooOften(Exception):  # noqa: N818 - said to the operator as an answer
    """A child process has died again and again."""


@dataclass
class Child:
    """A process that shall run as long as we do."""

    name: str
    words: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=deque)

    def start(self) -> None:
        """Start the process."""
        self.process = subprocess.Popen(  # noqa: S603 - our own words, no shell
            [sys.executable, "-m", *self.words], stdin=subprocess.DEVNULL
        )

    def is_running(self) -> bool:
        """Return whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def start_again(self) -> None:
        """Start the process that died; raise DiesTooOften if it does nothing else."""
        moment = time.monotonic()
        self.deaths.append(moment)
        while self.deaths[0] < moment - SECONDS_REMEMBERED:
            self.deaths.popleft()
        if len(self.deaths) > DEATHS_ALLOWED:
            raise DiesTooOften(self.name)
        logger.error("A process died and is started again.", extra={"process": self.name})
        self.start()


class Family:
    """Child processes that are started, watched and stopped together."""

    def __init__(self, *children: Child) -> None:
        self.children = children
        self.stop_asked = Event()

    def start(self) -> None:
        """Start every child; from now on SIGTERM and SIGINT ask us to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
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
            if child.process and child.is_running():
                child.process.terminate()
        deadline = time.monotonic() + SECONDS_TO_STOP
        for child in self.children:
            if child.process:
                end(child.process, deadline - time.monotonic())


def end(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait so long for a process, then end it by force."""
    try:
        process.wait(max(seconds, 0.1))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def die_with_parent() -> None:
    """Ask Linux to stop this process when its parent is gone, however that came about."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
