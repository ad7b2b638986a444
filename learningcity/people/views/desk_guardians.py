"""The desk's pages of guardians: enter one with its proof, end one, and record what a court limits."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learningcity.core.actors import Actor, Channel
from learningcity.core.refusals import Refused
from learningcity.people.actions.court_limits import lift_court_limit, set_court_limit
from learningcity.people.actions.guardians import end_guardianship, enter_guardianship
from learningcity.people.forms.guardians import CourtLimitForm, ProofForm, StandingForm
from learningcity.people.middleware import own_actor
from learningcity.people.models import Person
from learningcity.people.permissions.desk import can_look_at
from learningcity.people.permissions.guardians import can_keep_guardians
from learningcity.people.queries.acting import open_pages
from learningcity.people.queries.guardians import (
    court_limits_of,
    desk_guardianships_of,
    open_guardianships_of,
)
from learningcity.people.queries.persons import person_with_id


class ReasonFirst(Exception):  # noqa: N818 - it leads on, nothing is wrong
    """The person's page is not open at this desk: the helper gives a reason first."""


def leads_to_reason(view: Any) -> Any:
    """Let a page lead to the reason for a look-up where none was given a short time ago."""

    def led(request: HttpRequest, public_id: UUID, **more: UUID) -> HttpResponse:
        try:
            return view(request, public_id, **more)
        except ReasonFirst:
            return redirect("people:desk_person", public_id)

    return led


@never_cache
@leads_to_reason
@require_http_methods(["GET", "POST"])
def desk_guardians(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show who stands for a person, with proofs and limits, and let the desk enter somebody."""
    by, person = at_desk(request, public_id)
    at = now()
    pages = open_pages(by.person, by.organisation, at=at)
    form = StandingForm([page.person for page in pages if page.person.pk != person.pk], request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = enter_guardianship(person, form.chosen(), form.standing(), by=by, at=at)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            words = {"guardian": found.guardian.name, "name": person.name}
            messages.success(request, _("%(guardian)s stands for %(name)s now.") % words)
            return redirect("people:desk_guardians", public_id)
    context = {"person": person, "form": form, "rows": desk_guardianships_of(person, at=at)}
    return render(request, "people/guardians_desk.html", context, status=400 if form.errors else 200)


@never_cache
@leads_to_reason
@require_http_methods(["GET", "POST"])
def desk_guardian_end(request: HttpRequest, public_id: UUID, guardianship_id: UUID) -> HttpResponse:
    """End that somebody stands for a person, with the paper of a court or an authority."""
    by, person = at_desk(request, public_id)
    guardianship = get_object_or_404(open_guardianships_of(person), public_id=guardianship_id)
    form = ProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_guardianship(guardianship, proof=form.cleaned_data["proof"], by=by, at=now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            words = {"guardian": guardianship.guardian.name, "name": person.name}
            messages.success(request, _("%(guardian)s no longer stands for %(name)s.") % words)
            return redirect("people:desk_guardians", public_id)
    context = {"person": person, "guardianship": guardianship, "form": form}
    return render(request, "people/guardians_desk_end.html", context, status=400 if form.errors else 200)


@never_cache
@leads_to_reason
@require_http_methods(["GET", "POST"])
def desk_guardian_limit(request: HttpRequest, public_id: UUID, guardianship_id: UUID) -> HttpResponse:
    """Record what a court forbids a guardian."""
    by, person = at_desk(request, public_id)
    guardianship = get_object_or_404(open_guardianships_of(person), public_id=guardianship_id)
    form = CourtLimitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        purposes, proof, until_on = form.limit()
        try:
            set_court_limit(guardianship, purposes, proof=proof, until_on=until_on, by=by, at=now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The limit holds from now on."))
            return redirect("people:desk_guardians", public_id)
    context = {"person": person, "guardianship": guardianship, "form": form}
    return render(request, "people/guardians_desk_limit.html", context, status=400 if form.errors else 200)


@never_cache
@leads_to_reason
@require_http_methods(["GET", "POST"])
def desk_guardian_lift(request: HttpRequest, public_id: UUID, limit_id: UUID) -> HttpResponse:
    """Record that a court's limit is over."""
    by, person = at_desk(request, public_id)
    limit = get_object_or_404(court_limits_of(person), public_id=limit_id)
    form = ProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lift_court_limit(limit, proof=form.cleaned_data["proof"], by=by, at=now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The limit is over from now on."))
            return redirect("people:desk_guardians", public_id)
    context = {"person": person, "limit": limit, "form": form}
    return render(request, "people/guardians_desk_lift.html", context, status=400 if form.errors else 200)


def at_desk(request: HttpRequest, public_id: UUID) -> tuple[Actor, Person]:
    """Return who acts at the desk, and the person whose page is open there for a reason."""
    by, at = replace(own_actor(request), channel=Channel.DESK), now()
    person = person_with_id(public_id)
    if person is None:
        raise PermissionDenied
    if can_keep_guardians(by, person, at):
        return by, person
    if by.is_staff and can_look_at(by, person, at):
        raise ReasonFirst
    raise PermissionDenied
