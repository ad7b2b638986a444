"""Import the offers of a source: new, changed, the same or rejected; a second run changes nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.checking import Limits, faults, limits_at
from learningcity.catalogue.actions.directory import Directory
from learningcity.catalogue.actions.drafts import OfferDraft, Rejected
from learningcity.catalogue.actions.faults import NEVER_IN_A_LINE, Fault, shown
from learningcity.catalogue.actions.writing import Entry, digest_of, write_offers
from learningcity.catalogue.models import ImportRun, Offer, Source
from learningcity.catalogue.permissions import can_import
from learningcity.catalogue.queries.frame import city_box, city_currency
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.progress import SILENT, Progress
from learningcity.core.refusals import Refused

BATCH = 400
MOST_REJECTED = 10_000


class TooManyRejected(Refused):
    """So many rows are wrong that the file is hardly of this layout."""

    code = "too_many_rejected"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: offers new, changed and the same, and every reason for a rejected row."""

    new: int
    changed: int
    same: int
    rejected: tuple[Rejected, ...]


@transaction.atomic
def import_offers(
    drafts: Iterable[OfferDraft | Rejected],
    *,
    source: Source,
    by: Actor,
    at: datetime,
    progress: Progress = SILENT,
    columns: Mapping[str, str] | None = None,
) -> ImportReport:
    """Write the offers of one source, all in one transaction: an error on the way leaves nothing behind.

    Rows that are wrong are rejected one by one. Offers that the drafts no longer name are left as they are.
    An offer that the city changed or withdrew is written over only when the source says something new of it;
    what was withdrawn stays withdrawn. `columns` names our fields by the columns of the file. One line of the
    audit trail stands for the whole run and names its `ImportRun`, which holds the counts.

    Raises PermissionDenied, or TooManyRejected after 10,000 rejected rows.
    """
    if not can_import(by):
        raise PermissionDenied
    # Two imports of one source at the same moment follow one another.
    Source.objects.select_for_update().get(pk=source.pk)
    run = Run(source=source, by=by, at=at, columns=columns or {})
    rows = iter(progress.steps(drafts, label=_("Offers")))
    while batch := list(islice(rows, BATCH)):
        run.take(batch)
    run.directory.close()
    kept = ImportRun.objects.create(
        source=source,
        new=run.new,
        changed=run.changed,
        same=run.same,
        rejected=len(run.rejected),
        imported_at=at,
    )
    record("catalogue.offers_imported", by=by, about=kept, at=at)
    rejected = sorted(run.rejected, key=lambda one: one.row)
    return ImportReport(run.new, run.changed, run.same, tuple(rejected))


@dataclass
class Run:
    """One import on its way."""

    source: Source
    by: Actor
    at: datetime
    columns: Mapping[str, str]
    new: int = 0
    changed: int = 0
    same: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.directory = Directory(self.source, by=self.by, at=self.at)
        self.limits: Limits = limits_at(self.at, city_box())
        self.currency = city_currency()

    def take(self, batch: list[OfferDraft | Rejected]) -> None:
        """Import the rows of one batch."""
        drafts = [draft for draft in map(self.first_of_its_key, batch) if draft is not None]
        known = self.known([draft.key for draft in drafts])
        fresh = [
            (draft, digest, known.get(draft.key))
            for draft in drafts
            if not self.is_same(digest := digest_of(draft), known.get(draft.key))
        ]
        self.directory.meet(draft for draft, _digest, _known in fresh)
        entries = [
            Entry(draft, self.directory.provider_id(draft.provider), digest, offer)
            for draft, digest, offer in fresh
            if self.is_right(draft) and draft.provider is not None
        ]
        changed = sum(entry.known is not None for entry in entries)
        self.changed += changed
        self.new += len(entries) - changed
        if entries:
            write_offers(entries, directory=self.directory, currency=self.currency, at=self.at)

    def known(self, keys: list[str]) -> dict[str, Offer]:
        """Return the offers that the source brought before, by key."""
        # A database cannot even be asked for some characters; no offer has such a key.
        askable = [key for key in keys if not NEVER_IN_A_LINE.search(key)]
        return {offer.source_key: offer for offer in self.source.offers.filter(source_key__in=askable)}

    def is_same(self, digest: str, known: Offer | None) -> bool:
        """Count and return whether the source says of this offer what it said before."""
        is_same = known is not None and known.source_digest == digest
        self.same += is_same
        return is_same

    def first_of_its_key(self, row: OfferDraft | Rejected) -> OfferDraft | None:
        """Return the draft of a row; reject it if an earlier row had its key."""
        if isinstance(row, Rejected):
            self.reject(row)
            return None
        first = self.seen.setdefault(row.key, row.row)
        if first == row.row:
            return row
        sentence = _("The key “%(key)s” is in row %(row)s already. Give each offer a key of its own.")
        self.reject_fault(row, Fault("key", sentence % {"key": shown(row.key), "row": first}))
        return None

    def is_right(self, draft: OfferDraft) -> bool:
        """Reject a draft with all its faults; return whether it has none."""
        found = [*faults(draft, self.limits), *self.directory.faults(draft), *no_provider(draft)]
        for fault in found:
            self.reject_fault(draft, fault)
        return not found

    def reject_fault(self, draft: OfferDraft, fault: Fault) -> None:
        """Reject the row of a draft for a fault."""
        self.reject(Rejected(draft.row, self.columns.get(fault.field, fault.field), fault.reason))

    def reject(self, rejected: Rejected) -> None:
        """Keep a rejected row for the report."""
        self.rejected.append(rejected)
        if len(self.rejected) > MOST_REJECTED:
            first = self.rejected[0]
            raise TooManyRejected(
                _(
                    "More than %(most)s rows are wrong; the first is row %(row)s, %(field)s: %(reason)s "
                    "Nothing was imported. See whether the file has this layout."
                )
                % {
                    "most": MOST_REJECTED,
                    "row": first.row,
                    "field": first.field,
                    "reason": first.reason,
                }
            )


def no_provider(draft: OfferDraft) -> Iterator[Fault]:
    """Yield the fault of an offer that nobody offers."""
    if draft.provider is None:
        yield Fault("provider", _("Nobody offers this. Name the provider."))
