"""Offers kept by those who offer: written as drafts, published when they are right, copied, withdrawn."""

from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import translation
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.drafts import OfferDraft
from learningcity.catalogue.actions.offers import OfferKnown, locked, mark_changed, written
from learningcity.catalogue.actions.workspace_copies import draft_of, shifted_series
from learningcity.catalogue.models import Offer, Provider, Source
from learningcity.catalogue.permissions import can_keep_offers, can_offer
from learningcity.catalogue.queries.feeds import OWN_SOURCE
from learningcity.city.queries.clock import city_day
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.models import Organisation


class OfferSettled(Refused):
    """The offer is in this state already, or cannot come into it."""

    code = "offer_settled"


class FirstDayNeeded(Refused):
    """The dates of a copy need a first day."""

    code = "first_day_needed"


@transaction.atomic
def draft_offer(draft: OfferDraft, *, organisation: Organisation, by: Actor, at: datetime) -> Offer:
    """Write an offer that only its organisation and the city's staff see; `draft.key` tells it from others.

    Raises PermissionDenied, OfferKnown, or OfferNotRight with the first fault.
    """
    if not can_offer(by, organisation, at):
        raise PermissionDenied
    provider = own_provider(organisation, by=by, at=at)
    if Offer.objects.filter(source=own_source(), source_key=draft.key).exists():
        raise OfferKnown(_("This offer is kept already. You find it in the list of your offers."))
    offer = written(draft, provider=provider, source=own_source(), as_draft=True, by=by, at=at)
    record("catalogue.offer_drafted", by=by, about=offer, at=at)
    return offer


@transaction.atomic
def release_offer(offer: Offer, *, by: Actor, at: datetime) -> None:
    """Show a draft, or an offer that was withdrawn, to everybody. Raises PermissionDenied or OfferSettled."""
    known = locked(offer)
    if not can_keep_offers(by, known.provider, at):
        raise PermissionDenied
    if known.is_published:
        raise OfferSettled(_("It is published already. What you change is seen at once."))
    if known.merged_away.filter(undone_at__isnull=True).exists():
        raise OfferSettled(
            _("It is the same as another offer, which is shown in its place. Change that one.")
        )
    # A draft is new to everybody else from now on, however long it was written.
    began_at = at if known.is_draft else known.created_at
    Offer.objects.filter(pk=known.pk).update(
        is_published=True, is_draft=False, confirmed_on=city_day(at), created_at=began_at
    )
    mark_changed(known, at)
    record("catalogue.offer_published", by=by, about=known, at=at)


@transaction.atomic
def drop_draft_offer(offer: Offer, *, by: Actor, at: datetime) -> None:
    """Throw away an offer that was never published. Raises PermissionDenied or OfferSettled."""
    known = locked(offer)
    if not can_keep_offers(by, known.provider, at):
        raise PermissionDenied
    if not known.is_draft:
        raise OfferSettled(_("People may have a place in this offer. Withdraw it; its records stay."))
    record("catalogue.draft_dropped", by=by, about=known, at=at)
    try:
        known.delete()
    except ProtectedError:
        raise OfferSettled(_("Places are planned for this offer already. Leave it as a draft.")) from None


@transaction.atomic
def copy_offer(
    offer: Offer,
    *,
    key: str,
    with_series: bool = False,
    first_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Offer:
    """Write a draft that says what an offer says, with its series moved to a first day if they are wanted.

    Raises PermissionDenied, FirstDayNeeded, OfferKnown, or OfferNotRight with the first fault.
    """
    known = locked(offer)
    if not can_keep_offers(by, known.provider, at):
        raise PermissionDenied
    if with_series and first_on is None:
        raise FirstDayNeeded(
            _("Give the first day of the copied dates, or leave the dates out."), field="first_on"
        )
    series = shifted_series(known, first_on) if with_series and first_on else ()
    copied = replace(draft_of(known), key=key, series=series)
    made = draft_offer(copied, organisation=known.provider.organisation, by=by, at=at)
    record("catalogue.offer_copied", by=by, about=known, at=at)
    return made


def own_source() -> Source:
    """Return the source of all that is entered in the workspace, locked; entered with the first offer."""
    with translation.override(settings.LANGUAGE_CODE):
        name = _("Entered here by those who offer it")
    Source.objects.get_or_create(key=OWN_SOURCE, defaults={"name": name})
    return Source.objects.select_for_update(of=("self",)).get(key=OWN_SOURCE)


def own_provider(organisation: Organisation, *, by: Actor, at: datetime) -> Provider:
    """Return the public face of an organisation; it gets one with its first offer."""
    provider, is_new = Provider.objects.get_or_create(
        organisation=organisation,
        defaults={"source": own_source(), "source_key": str(organisation.public_id)},
    )
    if is_new:
        record("catalogue.provider_published", by=by, about=organisation, at=at)
    return provider
