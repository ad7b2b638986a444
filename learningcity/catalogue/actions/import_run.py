"""One import on its way: what arrives is compared with what the source said before, checked and written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.arrivals import Arrival, Gone, Remark
from learningcity.catalogue.actions.checking import Limits, faults, limits_at
from learningcity.catalogue.actions.directory import Directory
from learningcity.catalogue.actions.drafts import OfferDraft, Rejected
from learningcity.catalogue.actions.faults import NEVER_IN_A_LINE, Fault, shown
from learningcity.catalogue.actions.field_corrections import Held
from learningcity.catalogue.actions.writing import Entry, digest_of, write_offers
from learningcity.catalogue.models import Offer, OfferMerge, Source
from learningcity.catalogue.queries.frame import city_box, city_currency
from learningcity.core.actors import Actor
from learningcity.core.refusals import Refused

MOST_REJECTED = 10_000
MOST_REMARKS = 1000


class TooManyRejected(Refused):
    """So many rows are wrong that the file is hardly of this layout."""

    code = "too_many_rejected"


@dataclass
class Run:
    """One import on its way. `named` holds the key of each offer that the source still names, and its row."""

    source: Source
    by: Actor
    at: datetime
    columns: Mapping[str, str]
    new: int = 0
    changed: int = 0
    same: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)
    said_gone: set[str] = field(default_factory=set)
    keyless: int = 0
    written: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Before anything is written: what is new must not make what goes look small.
        self.published = self.source.offers.filter(is_published=True).count()
        self.directory = Directory(self.source, by=self.by, at=self.at)
        self.limits: Limits = limits_at(self.at, city_box())
        self.currency = city_currency()

    def take(self, batch: list[Arrival]) -> None:
        """Import the rows of one batch."""
        drafts = [draft for row in batch if (draft := self.draft_of(row)) is not None]
        before = self.digests([draft.key for draft in drafts])
        digests = [(draft, digest_of(draft)) for draft in drafts]
        fresh = [(draft, digest) for draft, digest in digests if before.get(draft.key) != digest]
        self.same += len(drafts) - len(fresh)
        if fresh:
            self.write(fresh, known=self.known([draft.key for draft, _digest in fresh]))

    def write(self, fresh: list[tuple[OfferDraft, str]], *, known: dict[str, Offer]) -> None:
        """Check and write the offers that are new, or of which the source says something new."""
        self.directory.meet(draft for draft, _digest in fresh)
        held = Held.of(known.values(), currency=self.currency, limits=self.limits, at=self.at)
        entries = [
            held.entry(Entry(draft, self.directory.provider_id(draft.provider), digest, known.get(draft.key)))
            for draft, digest in fresh
            if self.is_right(draft) and draft.provider is not None
        ]
        held.close()
        changed = sum(entry.known is not None for entry in entries)
        self.changed += changed
        self.new += len(entries) - changed
        if entries:
            self.written += write_offers(
                entries, directory=self.directory, currency=self.currency, at=self.at
            )
            self.publish_again([entry.known for entry in entries if entry.known])

    def publish_again(self, known: list[Offer]) -> None:
        """Publish what was withdrawn only because the source did not name it for a while."""
        # The city's own withdrawal leaves the digest as it is; that of an import empties it.
        back = [one.pk for one in known if not (one.is_published or one.is_draft or one.source_digest)]
        if back:
            # What became one with another offer stays hidden behind it; parted again, it would show.
            merged = OfferMerge.objects.filter(dropped__in=back, undone_at=None)
            merged.update(was_published=True)
            shown_again = Offer.objects.filter(pk__in=back).exclude(pk__in=merged.values("dropped"))
            shown_again.update(is_published=True)

    def digests(self, keys: list[str]) -> dict[str, str]:
        """Return what stands for the last word of the source on each offer that it brought before, by key."""
        found = self.source.offers.filter(source_key__in=askable(keys))
        return dict(found.values_list("source_key", "source_digest"))

    def known(self, keys: list[str]) -> dict[str, Offer]:
        """Return the offers that the source brought before, by key."""
        return {one.source_key: one for one in self.source.offers.filter(source_key__in=askable(keys))}

    def draft_of(self, row: Arrival) -> OfferDraft | None:
        """Return the draft of a row; note everything else that arrives."""
        if isinstance(row, OfferDraft):
            return self.first_of_its_key(row)
        if isinstance(row, Gone):
            self.said_gone.add(row.key)
            self.named.pop(row.key, None)
        elif isinstance(row, Remark):
            self.remark(row)
        else:
            self.keyless = self.keyless or (0 if row.key else max(row.row, 1))
            if row.key:
                self.named.setdefault(row.key, row.row)
            self.reject(row)
        return None

    def first_of_its_key(self, draft: OfferDraft) -> OfferDraft | None:
        """Return a draft; reject it if an earlier row had its key."""
        if not draft.key.strip():
            self.keyless = self.keyless or max(draft.row, 1)
        first = self.named.setdefault(draft.key, draft.row)
        if first == draft.row:
            return draft
        sentence = _("The key “%(key)s” is in row %(row)s already. Give each offer a key of its own.")
        self.reject_fault(draft, Fault("key", sentence % {"key": shown(draft.key), "row": first}))
        return None

    def is_right(self, draft: OfferDraft) -> bool:
        """Reject a draft with all its faults; return whether it has none."""
        found = [*faults(draft, self.limits), *self.directory.faults(draft), *no_provider(draft)]
        for fault in found:
            self.reject_fault(draft, fault)
        return not found

    def reject_fault(self, draft: OfferDraft, fault: Fault) -> None:
        """Reject the row of a draft for a fault."""
        self.reject(Rejected(draft.row, self.columns.get(fault.field, fault.field), fault.reason, draft.key))

    def remark(self, remark: Remark) -> None:
        """Keep a remark for the report; beyond a thousand nobody reads them."""
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(remark)

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


def askable(keys: list[str]) -> list[str]:
    """Return the keys that a database can be asked for: no offer has one with other characters."""
    return [key for key in keys if not NEVER_IN_A_LINE.search(key)]


def no_provider(draft: OfferDraft) -> Iterator[Fault]:
    """Yield the fault of an offer that nobody offers."""
    if draft.provider is None:
        yield Fault("provider", _("Nobody offers this. Name the provider."))
