"""Pages of one offer for those who keep it: written, changed, looked at, published, copied, withdrawn."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learningcity.catalogue.actions.drafts import OfferDraft
from learningcity.catalogue.actions.offers import change_offer, withdraw_offer
from learningcity.catalogue.actions.workspace_copies import draft_of
from learningcity.catalogue.actions.workspace_offers import (
    copy_offer,
    draft_offer,
    drop_draft_offer,
    release_offer,
)
from learningcity.catalogue.forms import SearchForm
from learningcity.catalogue.forms.kept import CHANGED_OFFER, NEW_OFFER
from learningcity.catalogue.forms.workspace_offers import CopyForm, OfferForm
from learningcity.catalogue.permissions import can_keep_offers, can_offer
from learningcity.catalogue.queries.duplicates import merged_into
from learningcity.catalogue.queries.frame import city_currency, city_languages
from learningcity.catalogue.queries.offer_page import offer_page
from learningcity.catalogue.queries.own import state_of
from learningcity.catalogue.queries.workspace import has_price_for_all, series_of_offer
from learningcity.catalogue.views.linked_data import linked_data
from learningcity.catalogue.views.offer_sheet import OfferSheet
from learningcity.catalogue.views.runs import runs_of
from learningcity.catalogue.views.workspace import answered, form_page, kept_offer, seen_offer
from learningcity.city.queries import the_city
from learningcity.core.display import reader_language
from learningcity.core.refusals import Refused
from learningcity.people.actions.drafts import sending
from learningcity.people.models import Organisation, Person
from learningcity.people.queries.drafts import kept_forms
from learningcity.people.queries.organisations import organisation_with_id
from learningcity.people.queries.persons import person_acting
from learningcity.people.views.drafts import kept_for_later


@never_cache
@require_safe
def offer_new(request: HttpRequest) -> HttpResponse:
    """Lead to the form of a new offer of the organisation for which somebody acts."""
    own = organisation_with_id(request.actor.organisation)
    if own is None or not can_offer(request.actor, own, now()):
        raise PermissionDenied
    return redirect("catalogue:offer_new_for", own.public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer_new_for(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write a new offer; nobody else sees it until it is published."""
    organisation, person = organisation_with_id(public_id), person_acting(request.actor)
    if organisation is None or person is None or not can_offer(request.actor, organisation, now()):
        raise PermissionDenied
    form = offer_form(request, person, NEW_OFFER, str(public_id))
    if form.is_to_be_kept:
        return kept_for_later(request, form, person, NEW_OFFER, subject=str(public_id))
    if form.is_valid() and (key := written(request, form, person, organisation)):
        messages.success(request, _("The draft is saved. Add dates, look at it, then publish it."))
        return redirect("catalogue:offer_workspace", key)
    context = {"organisation": organisation, "is_new": True, "kept": form.kept_by}
    return form_page(request, form, "catalogue/offer_change.html", context)


def written(
    request: HttpRequest, form: "KeptOfferForm", person: Person, organisation: Organisation
) -> UUID | None:
    """Write the draft of a new offer; return its public identifier, None if it was refused."""
    by, at = request.actor, now()
    draft = form.offer()
    made: list[UUID] = []

    def write(_seen: object) -> None:
        with sending(NEW_OFFER, person, subject=str(organisation.public_id), by=by, at=at) as acting:
            offer = draft_offer(with_key(draft), organisation=organisation, by=acting, at=at)
            made.append(offer.public_id)

    return made[0] if answered(request, form, write).is_done else None


def with_key(draft: OfferDraft) -> OfferDraft:
    """Return a draft with a key of its own."""
    return draft if draft.key else OfferDraft(**{**slots_of(draft), "key": secrets.token_hex(16)})


def slots_of(draft: OfferDraft) -> dict[str, Any]:
    """Return what a draft says, by field."""
    return {name: getattr(draft, name) for name in OfferDraft.__slots__}


@never_cache
@require_safe
def offer_workspace(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show where an offer stands, its series, and what residents will miss."""
    offer, at = seen_offer(request, public_id), now()
    series = list(series_of_offer(offer, at=at))
    survivor = None if offer.is_published else merged_into([offer.pk]).get(offer.pk)
    context = {
        "offer": offer,
        "survivor": survivor,
        "state": state_of(offer),
        "series": series,
        "may_keep": can_keep_offers(request.actor, offer.provider, at),
        "missing": missing(offer, series),
    }
    return render(request, "catalogue/offer_workspace.html", context)


def missing(offer: Any, series: list[Any]) -> list[str]:
    """Return what people look for and will not find in an offer."""
    found = []
    if not any(one.coming or one.runs_from_on for one in series):
        found.append(_("There is no date to come."))
    if not has_price_for_all(offer):
        found.append(_("The price is not said. If it is free, give 0."))
    if not offer.summary and not offer.description:
        found.append(_("There is no description."))
    if not offer.taught_in:
        found.append(_("The language of instruction is not said."))
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer_change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change what an offer says."""
    offer, person = kept_offer(request, public_id), person_acting(request.actor)
    if person is None:
        raise PermissionDenied
    known, by, at = draft_of(offer), request.actor, now()
    form = offer_form(request, person, CHANGED_OFFER, str(public_id), known)

    def change(_seen: object) -> None:
        with sending(CHANGED_OFFER, person, subject=str(public_id), by=by, at=at) as acting:
            change_offer(offer, form.offer(), by=acting, at=at)

    if form.is_to_be_kept:
        return kept_for_later(request, form, person, CHANGED_OFFER, subject=str(public_id))
    if form.is_valid() and answered(request, form, change).is_done:
        messages.success(request, _("Your changes are saved."))
        return redirect("catalogue:offer_workspace", offer.public_id)
    context = {"offer": offer, "organisation": offer.provider.organisation, "kept": form.kept_by}
    return form_page(request, form, "catalogue/offer_change.html", context)


class KeptOfferForm(OfferForm):
    """The form of an offer, with who kept it before."""

    kept_by: Any = None


def offer_form(
    request: HttpRequest, person: Person, key: str, subject: str, known: OfferDraft | None = None
) -> KeptOfferForm:
    """Return the form of an offer, filled from what was sent, kept or known."""
    kept = [
        one for one in kept_forms(person, [key], by=request.actor, at=now()) if one.draft.subject == subject
    ]
    form = KeptOfferForm(
        request.POST or None,
        draft=kept[0].draft if kept else None,
        languages=city_languages(),
        currency=known.prices[0].currency if known and known.prices else city_currency(),
        known=known,
        initial={} if known else {"key": secrets.token_hex(16)},
    )
    form.kept_by = kept[0] if kept else None
    return form


@never_cache
@require_safe
def offer_preview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an offer as everybody will see it."""
    offer = seen_offer(request, public_id)
    shown = offer_page(public_id, at=now(), language=reader_language(), with_drafts=True)
    if shown is None:
        raise PermissionDenied
    city = the_city()
    address = request.build_absolute_uri(reverse("catalogue:offer_detail", args=[public_id]))
    page = OfferSheet(
        offer=shown,
        form=SearchForm(QueryDict()),
        runs=runs_of(shown.series, minutes={}, city_zone=city.time_zone if city else ""),
        canonical=address,
        linked_data=linked_data(shown, address=address),
    )
    request.META["catalogue.synthetic"] = shown.is_synthetic
    return render(request, "catalogue/offer_preview.html", {"page": page, "offer": offer})


@never_cache
@require_POST
def offer_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Publish a draft, or what was withdrawn."""
    offer = kept_offer(request, public_id)
    try:
        release_offer(offer, by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is published. It is found in the search within a minute."))
    return redirect("catalogue:offer_workspace", offer.public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer_withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take an offer off the pages and the search, or throw a draft away, after a look at what that means."""
    offer = kept_offer(request, public_id)
    if request.method != "POST":
        return render(request, "catalogue/offer_withdraw.html", {"offer": offer})
    try:
        if offer.is_draft:
            drop_draft_offer(offer, by=request.actor, at=now())
        else:
            withdraw_offer(offer, by=request.actor, at=now())
    except Refused as refusal:
        return render(
            request, "catalogue/offer_withdraw.html", {"offer": offer, "refusal": refusal}, status=400
        )
    if offer.is_draft:
        messages.success(request, _("The draft is thrown away."))
        return redirect("catalogue:own_offers")
    messages.success(request, _("It is withdrawn. You can publish it again at any moment."))
    return redirect("catalogue:offer_workspace", offer.public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer_copy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Copy an offer as a draft, with its dates or without."""
    offer = kept_offer(request, public_id)
    form = CopyForm(request.POST or None)
    made: list[UUID] = []

    def copy(_seen: object) -> None:
        copied = copy_offer(offer, key=secrets.token_hex(16), **form.cleaned_data, by=request.actor, at=now())
        made.append(copied.public_id)

    if form.is_bound and form.is_valid() and answered(request, form, copy).is_done:
        messages.success(request, _("This is the copy. It is a draft: change it, then publish it."))
        return redirect("catalogue:offer_workspace", made[0])
    return form_page(request, form, "catalogue/offer_copy.html", {"offer": offer})
