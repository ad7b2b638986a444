"""Offers published, changed, planned, confirmed and withdrawn one at a time."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.checking import faults, limits_at, series_faults
from learningcity.catalogue.actions.directory import Directory
from learningcity.catalogue.actions.drafts import OfferDraft, SeriesDraft
from learningcity.catalogue.actions.faults import Fault
from learningcity.catalogue.actions.field_corrections import keep_corrections
from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.actions.planning import Plan, plan_again
from learningcity.catalogue.actions.writing import Entry, digest_of, series_of, write_offers
from learningcity.catalogue.models import Freshness, Offer, Provider, Series, Source
from learningcity.catalogue.permissions import can_keep_offers, can_publish
from learningcity.catalogue.queries.frame import city_box, city_currency
from learningcity.city.queries.clock import city_day
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused


class OfferNotRight(Refused):
    """The offer cannot be published as it is."""

    code = "offer_not_right"


class OfferKnown(Refused):
    """The source has an offer with this key already."""

    code = "offer_known"


@transaction.atomic
def publish_offer(draft: OfferDraft, *, provider: Provider, source: Source, by: Actor, at: datetime) -> Offer:
    """Publish an offer with its texts, prices, access facts, skills and series; `draft.provider` is not read.

    Raises PermissionDenied, OfferNotRight with the first fault, or OfferKnown.
    """
    if not can_publish(by):
        raise PermissionDenied
    Source.objects.select_for_update().get(pk=source.pk)
    if Offer.objects.filter(source=source, source_key=draft.key).exists():
        raise OfferKnown(
            _("There is an offer with this key already. Change that one, or give another key."), field="key"
        )
    offer = written(draft, provider=provider, source=source, by=by, at=at)
    record("catalogue.offer_published", by=by, about=offer, at=at)
    return offer


@transaction.atomic
def change_offer(
    offer: Offer, draft: OfferDraft, *, with_series: bool = False, by: Actor, at: datetime
) -> Offer:
    """Replace what an offer says by a draft; its key, provider and public identifier stay.

    Its series stay too, unless `with_series`: then they become those of the draft, and sessions that are no
    longer named are cancelled. Raises PermissionDenied, or OfferNotRight with the first fault.
    """
    known = locked(offer)
    if not can_keep_offers(by, known.provider, at):
        raise PermissionDenied
    keep_corrections(known, draft, with_series=with_series, at=at)
    changed = written(
        draft,
        provider=known.provider,
        source=known.source,
        known=known,
        with_series=with_series,
        by=by,
        at=at,
    )
    record("catalogue.offer_changed", by=by, about=changed, at=at)
    return changed


def written(
    draft: OfferDraft,
    *,
    provider: Provider,
    source: Source,
    known: Offer | None = None,
    with_series: bool = True,
    as_draft: bool = False,
    by: Actor,
    at: datetime,
) -> Offer:
    """Check one draft and write it. Called by actions that have checked the right to do so."""
    directory = Directory(source, by=by, at=at)
    directory.meet([draft])
    refuse_first([*faults(draft, limits_at(at, city_box())), *directory.faults(draft)])
    # What the source said last stays on record: only something new from it may write over the city's words.
    digest = known.source_digest if known else digest_of(draft)
    entry = Entry(draft, provider.pk, digest, known)
    [pk] = write_offers(
        [entry],
        directory=directory,
        currency=city_currency(),
        at=at,
        with_series=with_series,
        as_drafts=as_draft,
    )
    directory.close()
    return Offer.objects.select_related("provider__organisation", "source").get(pk=pk)


def locked(offer: Offer) -> Offer:
    """Return the offer as it is now, so that two changes at the same moment follow one another."""
    offers = Offer.objects.select_for_update(of=("self",))
    return offers.select_related("provider__organisation", "source").get(pk=offer.pk)


def refuse_first(found: list[Fault]) -> None:
    """Refuse with the first fault, if there is one."""
    if found:
        raise OfferNotRight(found[0].reason, field=found[0].field)


@transaction.atomic
def plan_series(offer: Offer, draft: SeriesDraft, *, by: Actor, at: datetime) -> Series:
    """Plan a run with all its sessions, or none of it; a run with the same key is planned anew.

    Planned anew, a session keeps its identifier when its moment stays or only its hour changes; one that is
    no longer named is cancelled. Raises PermissionDenied, or OfferNotRight with the first fault.
    """
    known = locked(offer)
    if not can_keep_offers(by, known.provider, at):
        raise PermissionDenied
    keep_corrections(known, with_series=True, at=at)
    directory = Directory(known.source, by=by, at=at)
    whole = OfferDraft(key=known.source_key, title=known.title, language=known.language, series=(draft,))
    directory.meet([whole])
    refuse_first([*series_faults(draft, limits_at(at, city_box())), *directory.faults(whole)])
    same_key = [one for one in series_of([known.pk]).get(known.pk, []) if one.source_key == draft.key]
    plan = Plan()
    plan_again(
        plan,
        [draft],
        offer_id=known.pk,
        offer=known.public_id,
        existing=same_key,
        venue=directory.venue_id,
        at=at,
    )
    plan.write(by=by, at=at)
    directory.close()
    mark_changed(known, at)
    series = known.series.get(source_key=draft.key)
    record("catalogue.series_planned", by=by, about=series, at=at)
    return series


@transaction.atomic
def confirm_offer(offer: Offer, *, by: Actor, at: datetime) -> None:
    """Say that an offer still is as it stands. Raises PermissionDenied."""
    if not can_keep_offers(by, offer.provider, at):
        raise PermissionDenied
    Offer.objects.filter(pk=offer.pk).update(confirmed_on=city_day(at))
    mark_changed(offer, at)
    record("catalogue.offer_confirmed", by=by, about=offer, at=at)


@transaction.atomic
def withdraw_offer(offer: Offer, *, by: Actor, at: datetime) -> None:
    """Take an offer off the pages and the search; its records stay. Raises PermissionDenied."""
    if not can_keep_offers(by, offer.provider, at):
        raise PermissionDenied
    Offer.objects.filter(pk=offer.pk).update(is_published=False)
    # What was hidden because nobody confirmed it is now away for good: no link shows it again.
    Freshness.objects.filter(offer=offer).delete()
    mark_changed(offer, at)
    record("catalogue.offer_withdrawn", by=by, about=offer, at=at)


def mark_changed(offer: Offer, at: datetime) -> None:
    """Let readers of changes, and the search index, see the offer anew."""
    Offer.objects.filter(pk=offer.pk).update(changed_at=at)
    note_change([offer.pk], at)
