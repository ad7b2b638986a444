"""The city's words on imported offers: each field holds until the source says something else there."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.checking import Limits, faults
from learningcity.catalogue.actions.drafts import AccessDraft, OfferDraft, PriceDraft, TextDraft
from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.actions.writing import OF_THE_SERIES, Entry, write_parts
from learningcity.catalogue.models import FieldCorrection, ImportRun, Offer
from learningcity.catalogue.permissions import can_import
from learningcity.catalogue.queries.frame import city_currency
from learningcity.catalogue.queries.said import (
    PART_COLUMNS,
    SCALARS,
    SERIES,
    WORD_COLUMNS,
    differing,
    in_order,
    said_by,
    value_digest,
)
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused


class ConflictSettled(Refused):
    """The conflict is over."""

    code = "conflict_settled"


BACK: dict[str, Callable[..., Any]] = {"texts": TextDraft, "prices": PriceDraft, "access": AccessDraft}


def said_in(draft: OfferDraft, *, currency: str) -> dict[str, Any]:
    """Return what a draft says, by field, as `said_by` tells it of an offer that is written."""
    said = {name: getattr(draft, name) for name in SCALARS}
    said["taught_in"] = list(draft.taught_in)
    said["texts"] = in_order(map(asdict, draft.texts))
    said["prices"] = in_order(
        asdict(price) | {"currency": price.currency or currency} for price in draft.prices
    )
    said["access"] = in_order(map(asdict, draft.access))
    for name in WORD_COLUMNS:
        said[name] = list(dict.fromkeys(getattr(draft, name)))
    return said


def draft_value(name: str, value: Any) -> Any:
    """Return a kept value as a field of a draft."""
    if name in PART_COLUMNS:
        return tuple(BACK[name](**row) for row in value)
    return tuple(value) if isinstance(value, list) else value


def keep_corrections(
    offer: Offer, draft: OfferDraft | None = None, *, with_series: bool = False, at: datetime
) -> None:
    """Note which fields of an imported offer the city is about to change, so that imports leave them alone.

    Called by the actions that change an offer, inside their transaction, before they write; without a draft
    only the series are meant. A field that gets the source's own value back is no correction any more.
    """
    if not ImportRun.objects.filter(source=offer.source_id, state=ImportRun.State.DONE).exists():
        return
    if draft is not None:
        before, after = said_by(offer), said_in(draft, currency=city_currency())
        for name in differing(before, after):
            keep_correction(offer, name, before[name], after[name], at)
    if with_series:
        FieldCorrection.objects.update_or_create(
            offer=offer,
            field=SERIES,
            defaults={
                "source_digest": offer.source_digest[-OF_THE_SERIES:],
                "corrected_at": at,
                "conflict_at": None,
            },
        )


def keep_correction(offer: Offer, name: str, before: Any, after: Any, at: datetime) -> None:
    """Note one corrected field; `before` is the source's word, unless the field was corrected already."""
    known = FieldCorrection.objects.filter(offer=offer, field=name).first()
    holds = known is not None and known.conflict_at is None
    digest = known.source_digest if known is not None and holds else value_digest(before)
    if value_digest(after) == digest:
        FieldCorrection.objects.filter(offer=offer, field=name).delete()
        return
    FieldCorrection.objects.update_or_create(
        offer=offer,
        field=name,
        defaults={"value": after, "source_digest": digest, "corrected_at": at, "conflict_at": None},
    )


@dataclass
class Held:
    """What the city holds of some imported offers, while their source says something new of them."""

    by_offer: dict[int, list[FieldCorrection]]
    currency: str
    limits: Limits
    at: datetime
    spoken_against: list[FieldCorrection] = field(default_factory=list)

    @classmethod
    def of(cls, offers: Iterable[Offer], *, currency: str, limits: Limits, at: datetime) -> Self:
        """Return what the city holds of these offers."""
        found: dict[int, list[FieldCorrection]] = {}
        numbers = [offer.pk for offer in offers]
        for one in FieldCorrection.objects.filter(offer__in=numbers, conflict_at=None) if numbers else ():
            found.setdefault(one.offer_id, []).append(one)
        return cls(found, currency, limits, at)

    def entry(self, entry: Entry) -> Entry:
        """Return an entry with the city's words in the fields where the source says what it said before."""
        held = self.by_offer.get(entry.known.pk, []) if entry.known else []
        if not held:
            return entry
        said = said_in(entry.draft, currency=self.currency)
        said_digests = {name: value_digest(value) for name, value in said.items()}
        said_digests[SERIES] = entry.digest[-OF_THE_SERIES:]
        kept = [one for one in held if said_digests[one.field] == one.source_digest]
        values = {one.field: draft_value(one.field, one.value) for one in kept if one.field != SERIES}
        draft = replace(entry.draft, **values)
        if faults(draft, self.limits):
            # The city's words no longer fit to what the source says now beside them.
            kept, draft = [one for one in kept if one.field == SERIES], entry.draft
        self.spoken_against += [one for one in held if one not in kept]
        return replace(entry, draft=draft, with_series=all(one.field != SERIES for one in kept))

    def close(self) -> None:
        """Note the conflicts that were found."""
        numbers = [one.pk for one in self.spoken_against]
        if numbers:
            FieldCorrection.objects.filter(pk__in=numbers).update(conflict_at=self.at)


@transaction.atomic
def settle_conflict(correction: FieldCorrection, *, with_ours: bool, by: Actor, at: datetime) -> None:
    """End a conflict: write the city's word again, which then holds, or let the source's word stand.

    Series are not written again: plan them anew on the page of the offer. Raises PermissionDenied or
    ConflictSettled.
    """
    if not can_import(by):
        raise PermissionDenied
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=correction.offer_id)
    known = FieldCorrection.objects.filter(pk=correction.pk, conflict_at__isnull=False).first()
    if known is None:
        raise ConflictSettled(_("Somebody has settled this already. The offer says what was decided."))
    if with_ours and known.field != SERIES:
        before = said_by(offer)[known.field]
        write_again(offer, known, at)
        FieldCorrection.objects.filter(pk=known.pk).update(
            source_digest=value_digest(before), corrected_at=at, conflict_at=None
        )
    else:
        known.delete()
    record("catalogue.conflict_settled", by=by, about=offer, at=at)


def write_again(offer: Offer, correction: FieldCorrection, at: datetime) -> None:
    """Write the city's word into the offer."""
    name, value = correction.field, correction.value
    if name in PART_COLUMNS or name in WORD_COLUMNS:
        getattr(offer, name).all().delete()
        draft = OfferDraft(key="", title="", language="", **{name: draft_value(name, value)})
        write_parts([(offer.pk, Entry(draft, offer.provider_id, ""))], currency=city_currency())
    else:
        Offer.objects.filter(pk=offer.pk).update(**{name: value})
    Offer.objects.filter(pk=offer.pk).update(changed_at=at)
    note_change([offer.pk], at)
