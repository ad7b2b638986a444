"""The collector of cycles, asked to look seldom while many plain rows are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

SELDOM = 100_000
"""New objects between two looks. A sixth of an import went into looking for cycles among rows without any."""


class _Work:
    """How many are at work, and how often the collector looked before the first of them."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.at_work = 0
        self.before = gc.get_threshold()


_work = _Work()


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for cycles seldom while the block runs; as before when the last of several blocks has ended."""
    with _work.lock:
        if not _work.at_work:
            _work.before = gc.get_threshold()
            gc.set_threshold(SELDOM, *_work.before[1:])
        _work.at_work += 1
    try:
        yield
    finally:
        with _work.lock:
            _work.at_work -= 1
            if not _work.at_work:
                gc.set_threshold(*_work.before)
