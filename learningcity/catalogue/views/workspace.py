"""What the pages of the workspace share: whose it is, what a form did, where its refusals stand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.workspace_looks import NeedsLook, Seen
from learningcity.catalogue.forms.workspace_dates import LookForm
from learningcity.catalogue.models import Offer, Series, Session
from learningcity.catalogue.permissions import can_keep_offers, can_see_drafts
from learningcity.catalogue.queries.workspace import (
    offer_in_workspace,
    series_in_workspace,
    session_in_workspace,
)
from learningcity.core.refusals import Refused
from learningcity.people.permissions import is_city_staff

Thing = TypeVar("Thing", Offer, Series, Session)
FIELDS = {"venue": "place", "prices": "price_everyone", "taught_in": "taught_in_more"}
"""Fields of a draft that are called otherwise in a form."""


@dataclass
class Answer:
    """What came of a form: done, or what has to be looked at first."""

    is_done: bool = False
    look: LookForm | None = None


def seen_offer(request: HttpRequest, public_id: UUID) -> Offer:
    """Return an offer that the actor may see in the workspace."""
    found = offer_in_workspace(public_id)
    return checked(request, found, found)


def kept_offer(request: HttpRequest, public_id: UUID) -> Offer:
    """Return an offer that the actor may change."""
    return may_keep(request, seen_offer(request, public_id))


def seen_series(request: HttpRequest, public_id: UUID) -> Series:
    """Return a series that the actor may see in the workspace."""
    found = series_in_workspace(public_id)
    return checked(request, found, found.offer if found else None)


def kept_series(request: HttpRequest, public_id: UUID) -> Series:
    """Return a series that the actor may change."""
    series = seen_series(request, public_id)
    may_keep(request, series.offer)
    return series


def seen_session(request: HttpRequest, public_id: UUID) -> Session:
    """Return a date that the actor may see in the workspace."""
    found = session_in_workspace(public_id)
    return checked(request, found, found.series.offer if found else None)


def kept_session(request: HttpRequest, public_id: UUID) -> Session:
    """Return a date that the actor may change."""
    session = seen_session(request, public_id)
    may_keep(request, session.series.offer)
    return session


def checked(request: HttpRequest, found: Thing | None, offer: Offer | None) -> Thing:
    """Return what was found if the actor may see it; strangers cannot tell whether it exists."""
    if found is None and is_city_staff(request.actor):
        raise Http404(_("There is nothing at this address. All offers are in the list."))
    if found is None or offer is None or not can_see_drafts(request.actor, offer.provider.organisation):
        raise PermissionDenied
    return found


def may_keep(request: HttpRequest, offer: Offer) -> Offer:
    """Return the offer if the actor may change it."""
    if not can_keep_offers(request.actor, offer.provider, now()):
        raise PermissionDenied
    return offer


def answered(request: HttpRequest, form: Form, act: Callable[[Seen], object]) -> Answer:
    """Do what a valid form asks for; put a refusal at its field, or show what has to be looked at."""
    seen = Seen(request.POST.get("seen", ""), request.POST.get("why", ""))
    try:
        act(seen)
    except NeedsLook as refusal:
        return Answer(look=look_form(request, refusal))
    except Refused as refusal:
        name = FIELDS.get(refusal.field or "", refusal.field)
        form.add_error(name if name in form.fields else None, str(refusal))
        return Answer()
    return Answer(is_done=True)


def look_form(request: HttpRequest, refusal: NeedsLook) -> LookForm:
    """Return the form under what has to be looked at; with what is missing in it."""
    if not refusal.field:
        return LookForm(refusal)
    look = LookForm(refusal, request.POST)
    look.add_error("why", str(refusal))
    return look


def form_page(
    request: HttpRequest, form: Form, template: str, context: dict[str, Any], look: LookForm | None = None
) -> HttpResponse:
    """Show a form, again with all that was typed if it was refused."""
    status = 400 if form.errors or look else 200
    return render(request, template, {**context, "form": form, "look": look}, status=status)
