"""Long work done piece by piece: a piece that fails is logged and stops no other, and a run ends in time.

The schedule opens a shift that ends before the lease of the job does; what is left then is done in the next
run. Outside of a shift all pieces are done.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Self, TypeVar

from django.db.models import Model, Q, QuerySet

Piece = TypeVar("Piece")
Result = TypeVar("Result")
Row = TypeVar("Row", bound=Model)
Errors = tuple[type[Exception], ...]
AT_ONCE = 500

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Shift:
    """The time in which pieces are begun, and how many failed in it."""

    ends_at: float
    failures: int = 0

    @property
    def is_over(self) -> bool:
        """Whether no piece is begun any more."""
        return monotonic() >= self.ends_at


SHIFT: ContextVar[Shift | None] = ContextVar("shift", default=None)


@contextmanager
def shift(*, seconds: float) -> Iterator[Shift]:
    """Let pieces be begun for so many seconds."""
    opened = Shift(monotonic() + seconds)
    token = SHIFT.set(opened)
    try:
        yield opened
    finally:
        SHIFT.reset(token)


class Try:
    """One piece of work, whose bugs are logged with the key of a row and do not reach the other pieces."""

    def __init__(self, piece: object, stops: Errors) -> None:
        self.piece = piece
        self.stops = stops

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        """Log an error and keep it here; what stops everything passes."""
        if not isinstance(error, Exception) or isinstance(error, self.stops):
            return False
        logger.error("A piece of work failed.", exc_info=error, extra={"item": key_of(self.piece)})
        current = SHIFT.get()
        if current is not None:
            current.failures += 1
        return True


def each(
    pieces: Iterable[Piece],
    do: Callable[[Piece], Result],
    *,
    about: Callable[[Piece], object] = lambda piece: piece,
    stops: Errors = (),
) -> list[Result]:
    """Do something with each piece until the shift is over; return what came of those that did not fail.

    `about`: the row that is named in the log. Raises the errors named in `stops`: after them no piece would
    succeed.
    """
    results = []
    for piece in pieces:
        current = SHIFT.get()
        if current is not None and current.is_over:
            break
        with Try(about(piece), stops):
            results.append(do(piece))
    return results


def in_parts(rows: "QuerySet[Row]", *, by: str = "pk", size: int = AT_ONCE) -> Iterator[list[Row]]:
    """Yield rows in the order of a column (never empty) and the key, a part at a time.

    Each part is asked for when it is needed. What was done may leave the list, and what failed stays behind.
    """
    after, is_last = Q(), False
    while not is_last and (part := list(rows.filter(after).order_by(*dict.fromkeys((by, "pk")))[:size])):
        is_last = len(part) < size
        last, value = part[-1].pk, getattr(part[-1], by)
        yield part
        after = Q(**{f"{by}__gt": value})
        if by != "pk":
            after |= Q(**{by: value, "pk__gt": last})


def in_order(rows: "QuerySet[Row]", *, by: str = "pk", size: int = AT_ONCE) -> Iterator[Row]:
    """Yield rows one by one in the order of a column (never empty) and the key, read a part at a time."""
    for part in in_parts(rows, by=by, size=size):
        yield from part


def key_of(piece: object) -> str:
    """Return the table and key of a row; nothing of anything else, which might be personal."""
    return f"{piece._meta.label_lower} {piece.pk}" if isinstance(piece, Model) else ""
