"""A loading that is stopped while it writes: by an exception, or by killing its own process."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import django

from learningcity.core.actors import operator
from learningcity.core.progress import Progress


class Interrupted(Progress):
    """A progress that calls `stop` at a step of the writing."""

    def __init__(self, *, at_step: int, stop: Callable[[], object]) -> None:
        super().__init__(shown=False)
        self.left, self.stop = at_step, stop

    @contextmanager
    def bar(self, *, label: str, total: int | None = None) -> Iterator[Callable[[int], object]]:
        """Give a function that counts the steps of the writing, which is labelled with the city's name."""

        def advance(steps: int) -> None:
            if label == "Tinytown":
                self.left -= steps
                if self.left == 0:
                    self.stop()

        yield advance


def kill() -> None:
    """End this process at once, without a chance to tidy up."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Load the bundle named first; kill the process at the step named second."""
    django.setup()
    # The tables can be named only after Django is set up.
    actions = import_module("learningcity.city.actions")
    progress = Interrupted(at_step=int(sys.argv[2]), stop=kill)
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    actions.load_bundle(Path(sys.argv[1]), by=operator(), at=monday, progress=progress)


if __name__ == "__main__":
    main()
