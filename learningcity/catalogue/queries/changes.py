"""The change log as its readers see it: from a number on, without gap or repeat.

Numbers are given one after another, after the change was committed and under a lock (`actions.changes`), so
that whoever has read up to a number has seen everything below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from learningcity.catalogue.models import Change, ChangeCount
from learningcity.core.refusals import Refused


class StartAgain(Refused):
    """Removals that the reader has not seen are no longer told: its copy cannot be mended, only replaced."""

    code = "start_again"


class NotReached(Refused):
    """No change has this number yet."""

    code = "bad_marker"


@dataclass(frozen=True, slots=True)
class Reached:
    """How far the log is numbered, from where on it is complete, and when that was."""

    last: int
    complete_from: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Changed:
    """One change: of which offer, by its row and its public identifier, and whether it was taken away."""

    offer_id: int
    public_id: UUID
    number: int
    is_removed: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the log. `after` and `since` are where the next one begins; None is the very beginning.

    `since` is where the log stood when the reader began: what was removed before, it never held.
    """

    changes: Sequence[Changed]
    after: int | None
    since: int | None


def reached() -> Reached:
    """Return how far the log is numbered."""
    count = ChangeCount.objects.first()
    if count is None:
        return Reached(0, 0, None)
    return Reached(count.last_number, count.complete_from, count.numbered_at)


def changes(*, after: int | None = None, since: int | None = None, size: int) -> Part:
    """Return the next changes behind a number, each offer with its last one.

    Raises StartAgain where removals behind the number are no longer told, NotReached for a number to come.
    """
    begun = reached().last if after is None else since
    rows = Change.objects.filter(number__gt=-1 if after is None else after).order_by("number")
    found = [
        Changed(*row) for row in rows.values_list("offer_id", "public_id", "number", "is_removed")[:size]
    ]
    if after is not None:
        # Asked after the rows were read: removals that are dropped meanwhile must not go unnoticed.
        _refuse_what_is_not_in_the_log(after, begun or 0)
    if not found:
        return Part([], after, begun if after is not None else None)
    last = found[-1].number
    return Part(found, last, begun if begun is not None and begun > last else None)


def _refuse_what_is_not_in_the_log(after: int, since: int) -> None:
    log = reached()
    if max(after, since) < log.complete_from:
        raise StartAgain(
            _(
                "Removals since your marker are no longer told. Start again: read the feed without a marker, "
                "and keep of your copy only what you then find."
            ),
            field="afterChangeNumber",
        )
    if max(after, since) > log.last:
        raise NotReached(
            _("No change has this number yet: the marker was changed. Start the feed again."),
            field="afterChangeNumber",
        )
