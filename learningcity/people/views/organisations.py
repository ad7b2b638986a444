"""Pages of organisations: the list, a new one, and the workspace of each."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learningcity.core.markers import BadMarker
from learningcity.core.refusals import Refused
from learningcity.people.actions.organisations import change_organisation, found_organisation
from learningcity.people.forms.organisations import (
    NewOrganisationForm,
    OrganisationFilterForm,
    OrganisationForm,
)
from learningcity.people.models import Organisation
from learningcity.people.permissions.desk import can_use_desk
from learningcity.people.permissions.keys import can_keep_keys
from learningcity.people.permissions.organisations import (
    can_change_kind,
    can_change_organisation,
    can_found_organisation,
    can_list_organisations,
    can_see_members,
    can_see_organisation,
    is_city_staff,
)
from learningcity.people.permissions.roles import can_see_everyones_roles
from learningcity.people.queries.organisations import (
    able_administrators,
    organisation_with_id,
    organisations,
)


@never_cache
@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Show the city's staff all organisations, by name."""
    if not can_list_organisations(request.actor):
        raise PermissionDenied
    form = OrganisationFilterForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    wanted = {
        "words": said.get("q", ""),
        "kind": said.get("kind", ""),
        "only_without": said.get("alone", False),
    }
    refusal = None
    try:
        shown = organisations(**wanted, after=request.GET.get("after", ""), at=now())
    except BadMarker as bad:
        refusal, shown = bad, organisations(**wanted, at=now())
    context = {
        "form": form,
        "shown": shown,
        "refusal": refusal,
        "sees_roles": can_see_everyones_roles(request.actor, now()),
    }
    return render(request, "people/organisation_list.html", context, status=400 if refusal else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Let the city's staff enter an organisation."""
    if not can_found_organisation(request.actor):
        raise PermissionDenied
    form = NewOrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = found_organisation(**form.cleaned_data, by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(field_of(form, refusal), str(refusal))
        else:
            messages.success(request, _("%(organisation)s is entered.") % {"organisation": made.name})
            return redirect("people:organisation", made.public_id)
    status = 400 if form.errors else 200
    return render(request, "people/organisation_new.html", {"form": form}, status=status)


@never_cache
@require_safe
def organisation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the workspace of an organisation to those who have a role in it, and to the city's staff."""
    return overview(request, visible(request, public_id))


@never_cache
@require_safe
def own_organisation(request: HttpRequest) -> HttpResponse:
    """Show somebody the workspace of the organisation for which they act."""
    own = organisation_with_id(request.actor.organisation)
    if own is None or not can_see_organisation(request.actor, own):
        raise PermissionDenied
    return overview(request, own)


def overview(request: HttpRequest, shown: Organisation) -> HttpResponse:
    """Show the first page of a workspace."""
    at = now()
    administrators = able_administrators(at=at).filter(organisation=shown)
    context = {
        **workspace(request, shown, "people:organisation"),
        "may_help": can_use_desk(request.actor, at),
        "may_change": can_change_organisation(request.actor, shown, at),
        "administrators": administrators.select_related("person").order_by("pk")[:20],
    }
    return render(request, "people/organisation.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def organisation_change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change the particulars of an organisation."""
    shown = visible(request, public_id)
    if not can_change_organisation(request.actor, shown, now()):
        raise PermissionDenied
    with_kind = can_change_kind(request.actor, now())
    fields = ("name", "kind", "email", "phone", "website")
    initial = {field: getattr(shown, field) for field in fields}
    form = OrganisationForm(request.POST or None, initial=initial, with_kind=with_kind)
    if request.method == "POST" and form.is_valid():
        try:
            change_organisation(shown, **form.cleaned_data, by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(field_of(form, refusal), str(refusal))
        else:
            messages.success(request, _("Your changes are kept."))
            return redirect("people:organisation", shown.public_id)
    context = {**workspace(request, shown, "people:organisation_change"), "form": form}
    status = 400 if form.errors else 200
    return render(request, "people/organisation_change.html", context, status=status)


def visible(request: HttpRequest, public_id: UUID) -> Organisation:
    """Return an organisation that the actor may see; others cannot tell whether it exists."""
    found = organisation_with_id(public_id)
    if found is None and is_city_staff(request.actor):
        raise Http404(_("There is no organisation at this address. All are in the list."))
    if found is None or not can_see_organisation(request.actor, found):
        raise PermissionDenied
    return found


def workspace(request: HttpRequest, shown: Organisation, here: str) -> dict[str, Any]:
    """Return what every page of a workspace shows: the organisation and the way to its other pages."""
    at = now()
    tabs = [(_("Overview"), "people:organisation")]
    if can_see_members(request.actor, shown, at):
        tabs.append((_("Roles"), "people:organisation_members"))
    if can_keep_keys(request.actor, shown, at):
        tabs.append((_("Keys"), "people:organisation_keys"))
    return {
        "organisation": shown,
        "tabs": [
            {
                "label": label,
                "address": reverse(name, args=[shown.public_id]),
                "is_here": name == here,
            }
            for label, name in tabs
        ],
    }


def field_of(form: Form, refusal: Refused) -> str | None:
    """Return the field of a form at which a refusal stands; none if the form does not ask for it."""
    return refusal.field if refusal.field in form.fields else None
