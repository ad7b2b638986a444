"""Pages of the desk: today, finding a person, and the page of one."""

from dataclasses import replace
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learningcity.core.refusals import Refused
from learningcity.people.actions.lookups import look_at, look_up
from learningcity.people.forms.acting import HelperChannelForm
from learningcity.people.forms.lookups import LookupForm, ReasonForm
from learningcity.people.middleware import own_actor
from learningcity.people.models import Person
from learningcity.people.permissions import is_city_staff
from learningcity.people.permissions.desk import (
    can_look_at,
    can_look_up_everybody,
    can_open_person,
    can_use_desk,
)
from learningcity.people.permissions.guardians import can_keep_guardians
from learningcity.people.queries.acting import asked_and_waiting, open_pages
from learningcity.people.queries.desk import page_of
from learningcity.people.queries.persons import person_with_id


@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits today, and for whom one acts."""
    by, at = own_actor(request), now()
    helps = can_use_desk(by, at)
    if not helps and not is_city_staff(by):
        raise PermissionDenied
    context = {
        "helps": helps,
        "is_staff": is_city_staff(by),
        "open_pages": open_pages(by.person, by.organisation, at=at),
        "waiting": asked_and_waiting(by.person, by.organisation, at=at),
    }
    return render(request, "people/desk.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def desk_people(request: HttpRequest) -> HttpResponse:
    """Find a person; what is found is shown once, and written down."""
    by, at = own_actor(request), now()
    if not can_use_desk(by, at):
        raise PermissionDenied
    form = LookupForm(request.POST or None)
    hits = None
    if request.method == "POST" and form.is_valid():
        try:
            hits = look_up(form.wanted(), **form.why(), by=replace(by, channel=form.channel()), at=at)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
    context = {
        "form": form,
        "hits": hits,
        "finds_everybody": can_look_up_everybody(by, at),
        "open_pages": open_pages(by.person, by.organisation, at=at),
    }
    return render(request, "people/desk_people.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def desk_person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what a person allows and what was done for them; ask for a reason first."""
    by, at = own_actor(request), now()
    person = person_with_id(public_id)
    if not can_use_desk(by, at):
        raise PermissionDenied
    if person is None:
        raise Http404
    if request.method == "GET" and can_open_person(by, person, at):
        page = page_of(person, helper=by.person, organisation=by.organisation, at=at)
        context = {
            "page": page,
            "form": HelperChannelForm(),
            "keeps_guardians": can_keep_guardians(by, person, at),
        }
        return render(request, "people/desk_person.html", context)
    return give_reason(request, person)


def give_reason(request: HttpRequest, person: Person) -> HttpResponse:
    """Ask why somebody's page is to be opened, before anything of it is shown."""
    by, at = own_actor(request), now()
    if not can_look_at(by, person, at):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            look_at(person, **form.why(), by=replace(by, channel=form.channel()), at=at)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect("people:desk_person", person.public_id)
    return render(request, "people/desk_reason.html", {"form": form}, status=400 if form.errors else 200)
