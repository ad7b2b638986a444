"""The person's own page of helpers: who may help, until when, and how to end it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learningcity.core.refusals import Refused
from learningcity.people.actions.mandates import accept_mandate, end_mandate, give_mandate
from learningcity.people.forms.mandates import GiveForm
from learningcity.people.models import Mandate, Person
from learningcity.people.permissions.mandates import can_see_mandates, purposes_to_give
from learningcity.people.queries.mandates import (
    is_mandate_of_another,
    mandate_of,
    mandates_of,
    organisations_that_help,
    past_mandates_of,
)
from learningcity.people.queries.persons import person_at_hand

SHOWN_OF_THE_PAST = 20


@never_cache
@require_http_methods(["GET", "POST"])
def helpers(request: HttpRequest) -> HttpResponse:
    """Show who may help a person, and let them choose somebody more."""
    person, at = allowed_person(request), now()
    purposes = purposes_to_give(request.actor, person, at)
    form = GiveForm(organisations_that_help(at=at), purposes, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            give_mandate(person, form.chosen(), **form.terms(), by=request.actor, at=at)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("%(name)s may help from now on.") % {"name": form.chosen().name})
            return redirect("people:helpers")
    found = list(mandates_of(person, at=at))
    context = {
        "person": person,
        "form": form,
        "asked": [mandate for mandate in found if mandate.given_at is None],
        "given": [mandate for mandate in found if mandate.given_at],
        "past": past_mandates_of(person, at=at)[:SHOWN_OF_THE_PAST],
    }
    return render(request, "people/helpers.html", context, status=400 if form.errors else 200)


@require_POST
def helpers_accept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give a mandate that a helper asked for."""
    mandate = own_mandate(request, public_id)
    try:
        accept_mandate(mandate, by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("%(name)s may help from now on.") % {"name": mandate.organisation.name}
        messages.success(request, words)
    return redirect("people:helpers")


@require_POST
def helpers_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a mandate, or say no to one that a helper asked for."""
    mandate = own_mandate(request, public_id)
    end_mandate(mandate, by=request.actor, at=now())
    words = _("%(name)s may not help any more.") % {"name": mandate.organisation.name}
    messages.success(request, words)
    return redirect("people:helpers")


def allowed_person(request: HttpRequest) -> Person:
    """Return the person whose helpers the reader may manage."""
    person = person_at_hand(request.actor)
    if person is None or not can_see_mandates(request.actor, person, now()):
        raise PermissionDenied
    return person


def own_mandate(request: HttpRequest, public_id: UUID) -> Mandate:
    """Return a mandate of the person at hand, as long as it holds or waits for an answer."""
    person = person_at_hand(request.actor)
    if person is None:
        raise PermissionDenied
    mandate = mandate_of(person, public_id, at=now())
    if mandate is None:
        refuse_of_another(person, public_id)
        raise Http404(_("This mandate has ended already. See who may help you."))
    return mandate


def refuse_of_another(person: Person, public_id: UUID) -> None:
    """Refuse whoever asks for a mandate of somebody else."""
    if is_mandate_of_another(person, public_id):
        raise PermissionDenied
