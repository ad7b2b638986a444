"""Feeds with their last result, their runs, and what the city and a source say differently."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from learningcity.catalogue.models import FieldCorrection, ImportRun, RejectedRow, Source
from learningcity.catalogue.queries.licences import licence_address

OWN_SOURCE = "own"
"""The key of the source of all that is entered in the workspaces."""
MOST_RUNS = 20
MOST_ROWS = 200
MOST_CONFLICTS = 100


def due_feeds(at: datetime) -> QuerySet[Source]:
    """Return the feeds that are due, longest first; none while one is being read."""
    if Source.objects.filter(leased_until__gt=at).exists():
        return Source.objects.none()
    due = Source.objects.filter(due_at__lte=at).exclude(address="")
    return due.order_by("due_at", "pk")


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A source with its newest run, if it had one."""

    source: Source
    run: ImportRun | None

    @property
    def is_own(self) -> bool:
        """Whether it is what is entered in the workspaces."""
        return self.source.key == OWN_SOURCE


def feed_lines() -> list[FeedLine]:
    """Return every source that has an address or was imported, and our own, by name, with its newest run."""
    newest = ImportRun.objects.filter(source=OuterRef("pk")).order_by("-imported_at", "-pk").values("pk")[:1]
    sources = Source.objects.annotate(newest=Subquery(newest)).filter(
        Q(newest__isnull=False) | ~Q(address="") | Q(key=OWN_SOURCE)
    )
    found = list(sources.select_related("owner").order_by("name", "pk"))
    runs = ImportRun.objects.in_bulk([source.newest for source in found if source.newest])
    return [FeedLine(source, runs.get(source.newest)) for source in found]


def feed_with_key(key: str) -> Source | None:
    """Return a source by its key."""
    return Source.objects.filter(key=key).select_related("owner").first()


@dataclass(frozen=True, slots=True)
class FeedPage:
    """What the page of a feed shows."""

    source: Source
    runs: list[ImportRun]
    rows: list[RejectedRow]
    conflicts: list[FieldCorrection]
    published: int

    @property
    def is_own(self) -> bool:
        """Whether it is what is entered in the workspaces: nobody reads it from elsewhere."""
        return self.source.key == OWN_SOURCE

    @property
    def goes_out(self) -> bool:
        """Whether the licence lets anybody pass the records on: then they are in our feeds."""
        return bool(licence_address(self.source.licence))

    @property
    def newest(self) -> ImportRun | None:
        """The newest run."""
        return self.runs[0] if self.runs else None

    @property
    def asks(self) -> bool:
        """Whether the newest run stopped, and nobody has let it pass."""
        is_stopped = self.newest is not None and self.newest.state == ImportRun.State.STOPPED
        return is_stopped and not self.is_let_pass

    @property
    def is_let_pass(self) -> bool:
        """Whether somebody has let the newest run pass."""
        return self.newest is not None and self.newest.passed_at is not None


def feed_page(source: Source) -> FeedPage:
    """Return a feed with its runs, the rejected rows of the newest, and its conflicts."""
    runs = list(source.imports.order_by("-imported_at", "-pk")[:MOST_RUNS])
    rows = list(runs[0].rows.order_by("is_remark", "row", "pk")[:MOST_ROWS]) if runs else []
    conflicts = FieldCorrection.objects.filter(offer__source=source, conflict_at__isnull=False)
    return FeedPage(
        source=source,
        runs=runs,
        rows=rows,
        conflicts=list(conflicts.select_related("offer").order_by("conflict_at", "pk")[:MOST_CONFLICTS]),
        published=source.offers.filter(is_published=True).count(),
    )
