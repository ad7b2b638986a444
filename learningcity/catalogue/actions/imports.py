"""Import the offers of a source: new, changed, the same, gone or rejected; a second run changes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learningcity.catalogue.actions.arrivals import Arrival, Remark
from learningcity.catalogue.actions.collecting import seldom_collecting
from learningcity.catalogue.actions.drafts import Rejected
from learningcity.catalogue.actions.duplicates import propose_for
from learningcity.catalogue.actions.import_run import MOST_REJECTED, Run, TooManyRejected
from learningcity.catalogue.actions.withdrawing import Leaving, withdraw
from learningcity.catalogue.models import ImportRun, RejectedRow, Source
from learningcity.catalogue.permissions import can_import
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.progress import SILENT, Progress
from learningcity.core.refusals import Refused

__all__ = ["MOST_REJECTED", "ImportReport", "TooManyRejected", "import_offers", "note_failure"]

BATCH = 1000
MOST_KEPT_ROWS = 1000
RUNS_WITH_ROWS = 10
LONGEST_SENTENCE = 600


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: offers new, changed, the same and gone, and every reason for a rejected row.

    A run that `stopped` has written nothing: the counts say what it would have done, `sentence` why it asks.
    """

    new: int
    changed: int
    same: int
    rejected: tuple[Rejected, ...]
    gone: int = 0
    remarks: tuple[Remark, ...] = ()
    state: str = ImportRun.State.DONE
    sentence: str = ""
    run: UUID | None = None

    @property
    def is_stopped(self) -> bool:
        """Whether the run asks before it withdraws so much."""
        return self.state == ImportRun.State.STOPPED


class Stop(Exception):  # noqa: N818 - it takes back what was written, and never leaves this module
    """The run would withdraw more than the share that its source allows."""

    def __init__(self, run: Run, leaving: Leaving) -> None:
        super().__init__()
        self.run = run
        self.leaving = leaving


def import_offers(
    drafts: Iterable[Arrival],
    *,
    source: Source,
    is_whole: bool = True,
    marker: str | None = None,
    by: Actor,
    at: datetime,
    progress: Progress = SILENT,
    columns: Mapping[str, str] | None = None,
) -> ImportReport:
    """Write the offers of one source, all in one transaction: an error on the way leaves nothing behind.

    Rows that are wrong are rejected one by one. If the drafts are the whole of the source, offers that they
    no longer name are withdrawn, and their dates to come cancelled; nothing is deleted. If more than the
    source's share of its published offers would go, nothing is written: the run stops and asks, until a
    member of the city's staff has let exactly these go. While a row does not even tell its key, nothing is
    taken for gone.

    A field that the city corrected is written over only when the source says something new of it; what the
    city withdrew stays withdrawn. `columns` names our fields by the columns of the file; `marker` is where
    the next reading begins. One line of the audit trail names the `ImportRun`, which holds the counts.

    Raises PermissionDenied, or TooManyRejected after 10,000 rejected rows.
    """
    if not can_import(by):
        raise PermissionDenied
    arrivals = progress.steps(drafts, label=_("Offers"))
    with seldom_collecting():
        try:
            report, written = imported(
                arrivals, source=source, is_whole=is_whole, marker=marker, by=by, at=at, columns=columns or {}
            )
        except Stop as stop:
            return stopped(stop, source, by=by, at=at)
        # In a transaction of its own: an import stands without what may be double.
        propose_for(written, by=by, at=at)
    return report


@transaction.atomic
def imported(
    arrivals: Iterable[Arrival],
    *,
    source: Source,
    is_whole: bool,
    marker: str | None,
    by: Actor,
    at: datetime,
    columns: Mapping[str, str],
) -> tuple[ImportReport, list[int]]:
    """Write what arrives; return the report and the rows of the offers that were written. Raises Stop."""
    # Two imports of one source at the same moment follow one another.
    source = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    run = Run(source=source, by=by, at=at, columns=columns)
    rows = iter(arrivals)
    while batch := list(islice(rows, BATCH)):
        run.take(batch)
    run.directory.close()
    leaving = leaving_of(run, is_whole=is_whole)
    if leaving.is_too_much and not is_let_pass(source, leaving.digest):
        raise Stop(run, leaving)
    withdraw(leaving.offers, by=by, at=at)
    if marker is not None:
        Source.objects.filter(pk=source.pk).update(marker=marker)
    kept = keep_run(run, leaving, at=at)
    record("catalogue.offers_imported", by=by, about=kept, at=at)
    return report_of(run, kept), run.written


def leaving_of(run: Run, *, is_whole: bool) -> Leaving:
    """Return the published offers that this run takes away."""
    if is_whole and run.keyless:
        run.remark(
            Remark(
                run.keyless,
                "key",
                _("A row does not tell its key, so nothing was taken for gone. Correct the row."),
            )
        )
        is_whole = False
    return Leaving.found(
        run.source,
        published=run.published,
        named=run.named,
        said_gone=run.said_gone,
        is_whole=is_whole,
    )


def is_let_pass(source: Source, digest: str) -> bool:
    """Return whether the city's staff let exactly these offers go, at the newest run that asked."""
    asked = source.imports.filter(state=ImportRun.State.STOPPED).order_by("-imported_at", "-pk").first()
    return asked is not None and asked.passed_at is not None and asked.gone_digest == digest


@transaction.atomic
def stopped(stop: Stop, source: Source, *, by: Actor, at: datetime) -> ImportReport:
    """Keep a run that wrote nothing, and asks."""
    sentence = ngettext(
        "This would withdraw %(gone)s of %(published)s published offer; %(share)s %% may go at once. "
        "Nothing was written. See whether the source is whole, or let the run pass on its page.",
        "This would withdraw %(gone)s of %(published)s published offers; %(share)s %% may go at once. "
        "Nothing was written. See whether the source is whole, or let the run pass on its page.",
        stop.leaving.published,
    ) % {
        "gone": len(stop.leaving.offers),
        "published": stop.leaving.published,
        "share": stop.leaving.share,
    }
    kept = keep_run(
        stop.run, stop.leaving, at=at, state=ImportRun.State.STOPPED, code="too_many_gone", sentence=sentence
    )
    record("catalogue.import_stopped", by=by, about=kept, at=at)
    return report_of(stop.run, kept)


def keep_run(
    run: Run,
    leaving: Leaving,
    *,
    at: datetime,
    state: str = ImportRun.State.DONE,
    code: str = "",
    sentence: str = "",
) -> ImportRun:
    """Keep what a run did with its first rejected rows; those of long ago are forgotten."""
    kept = ImportRun.objects.create(
        source=run.source,
        state=state,
        code=code,
        sentence=sentence,
        new=run.new,
        changed=run.changed,
        same=run.same,
        gone=len(leaving.offers),
        rejected=len(run.rejected),
        gone_digest=leaving.digest if state == ImportRun.State.STOPPED else "",
        imported_at=at,
    )
    keep_rows(kept, run.rejected, is_remark=False)
    keep_rows(kept, run.remarks, is_remark=True)
    recent = run.source.imports.order_by("-imported_at", "-pk").values_list("pk", flat=True)[:RUNS_WITH_ROWS]
    RejectedRow.objects.filter(run__source=run.source).exclude(run__in=list(recent)).delete()
    return kept


def keep_rows(kept: ImportRun, rows: Iterable[Rejected | Remark], *, is_remark: bool) -> None:
    """Keep the first rows with their reasons."""
    first = sorted(rows, key=lambda one: one.row)[:MOST_KEPT_ROWS]
    RejectedRow.objects.bulk_create(
        [
            RejectedRow(
                run=kept, row=one.row, field=one.field[:120], reason=one.reason[:1000], is_remark=is_remark
            )
            for one in first
        ],
        batch_size=200,
    )


def report_of(run: Run, kept: ImportRun) -> ImportReport:
    """Return the report of a run that was kept."""
    return ImportReport(
        new=run.new,
        changed=run.changed,
        same=run.same,
        gone=kept.gone,
        rejected=tuple(sorted(run.rejected, key=lambda one: one.row)),
        remarks=tuple(run.remarks),
        state=kept.state,
        sentence=kept.sentence,
        run=kept.public_id,
    )


@transaction.atomic
def note_failure(source: Source, refusal: Refused, *, by: Actor, at: datetime) -> ImportRun:
    """Keep that a source could not be read, and why. Raises PermissionDenied."""
    if not can_import(by):
        raise PermissionDenied
    kept = ImportRun.objects.create(
        source=source,
        state=ImportRun.State.FAILED,
        code=refusal.code[:40],
        sentence=str(refusal)[:LONGEST_SENTENCE],
        new=0,
        changed=0,
        same=0,
        rejected=0,
        imported_at=at,
    )
    record("catalogue.import_failed", by=by, about=kept, at=at)
    return kept
