"""Progress of long work: a bar on a terminal, silence everywhere else."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TypeVar

from tqdm import tqdm

Thing = TypeVar("Thing")


class Progress:
    """Tell the person at the terminal how far long work is.

    Long actions take one; `Progress(shown=False)` (or `SILENT`) tells nothing.
    """

    def __init__(self, *, shown: bool) -> None:
        self.shown = shown

    def steps(self, things: Iterable[Thing], *, label: str, total: int | None = None) -> Iterator[Thing]:
        """Yield the things, one step each; `total` is needed when they have no length."""
        with self.bar(label=label, total=length_of(things, total)) as advance:
            for thing in things:
                yield thing
                advance(1)

    @contextmanager
    def bar(self, *, label: str, total: int | None = None) -> Iterator[Callable[[int], object]]:
        """Open a bar and give the function that advances it by so many steps."""
        with tqdm(
            total=total, desc=label, disable=not self.shown, file=sys.stderr, mininterval=0.2, leave=True
        ) as shown:
            yield shown.update


def length_of(things: Iterable[object], total: int | None) -> int | None:
    """Return the number of steps, as given or as the things know it."""
    if total is not None:
        return total
    return len(things) if isinstance(things, Sized) else None


def on_terminal() -> Progress:
    """Return a progress that is shown if standard error is a terminal."""
    return Progress(shown=sys.stderr.isatty())


# A background thread that wakes slow bars would outlive the work.
tqdm.monitor_interval = 0

SILENT = Progress(shown=False)
