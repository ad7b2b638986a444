"""Pages of mandates at the desk: asking, the code, the paper, the end."""

import secrets
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learningcity.core.actors import Channel
from learningcity.core.refusals import Refused
from learningcity.core.uploads import CheckedFile, checked_upload
from learningcity.people.actions.drafts import sending
from learningcity.people.actions.mandates import (
    MANDATE_END_PAPER,
    ask_for_mandate,
    end_mandate,
    give_by_code,
    give_on_paper,
    show_scan,
)
from learningcity.people.forms.contact import CodeForm
from learningcity.people.forms.mandates import AskForm, EndForm
from learningcity.people.middleware import own_actor
from learningcity.people.models import Mandate, Person
from learningcity.people.permissions.desk import can_open_person, can_use_desk
from learningcity.people.permissions.mandates import can_ask_for_mandate, can_enter_mandate
from learningcity.people.queries.mandates import mandate_with_id
from learningcity.people.queries.organisations import organisation_with_id
from learningcity.people.queries.persons import person_with_id


def six_figures() -> str:
    """Return a fresh code that a person can read out."""
    return f"{secrets.randbelow(1_000_000):06}"


@never_cache
@require_http_methods(["GET", "POST"])
def mandate_ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask a person for a mandate, at the desk."""
    by, at = own_actor(request), now()
    person = person_with_id(public_id)
    organisation = organisation_with_id(by.organisation) if by.organisation else None
    if person is None or organisation is None:
        raise PermissionDenied
    if not can_ask_for_mandate(by, person, organisation, at):
        return look_up_first(request, person)
    form = AskForm(request.POST or None, request.FILES or None, paper=request.GET.get("paper", ""))
    if request.method == "POST" and form.is_valid():
        try:
            return asked(request, form, person)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    context = {"form": form, "person": person, "organisation": organisation}
    return render(request, "people/mandate_ask.html", context, status=400 if form.errors else 200)


def asked(request: HttpRequest, form: AskForm, person: Person) -> HttpResponse:
    """Ask in the way that the helper chose, and lead on to what comes next."""
    by, at = own_actor(request), now()
    organisation = organisation_with_id(by.organisation)
    way, terms = form.cleaned_data["way"], form.terms()
    if organisation is None:
        raise PermissionDenied
    if way == Mandate.Way.PAPER:
        give_on_paper(
            person,
            organisation,
            paper_number=form.cleaned_data["paper_number"],
            scan=scan_of(form.cleaned_data["scan"]),
            **terms,
            by=replace(by, channel=Channel.PAPER),
            at=at,
        )
        messages.success(request, _("The mandate is entered."))
        return redirect("people:desk_person", person.public_id)
    if way == Mandate.Way.CODE:
        mandate = ask_for_mandate(person, organisation, code=six_figures(), **terms, by=by, at=at)
        return redirect("people:mandate_code", mandate.public_id)
    ask_for_mandate(person, organisation, **terms, by=by, at=at)
    messages.success(request, _("The person is asked. They answer on their own page within a week."))
    return redirect("people:desk_person", person.public_id)


@never_cache
@require_http_methods(["GET", "POST"])
def mandate_code(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Enter the code that a person tells."""
    by, at = own_actor(request), now()
    mandate = mandate_or_404(public_id)
    if not can_enter_mandate(by, mandate, at):
        raise PermissionDenied
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            give_by_code(mandate, form.cleaned_data["code"], by=by, at=at)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The mandate is given."))
            return redirect("people:desk_person", mandate.person.public_id)
    context = {"form": form, "mandate": mandate}
    return render(request, "people/mandate_code.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def mandate_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a mandate at any desk, because the person said so."""
    by, at = own_actor(request), now()
    mandate = mandate_or_404(public_id)
    if not can_open_person(by, mandate.person, at):
        return look_up_first(request, mandate.person)
    form = EndForm(request.POST or None, paper=request.GET.get("paper", ""))
    if request.method == "POST" and form.is_valid():
        by = replace(by, channel=form.actor_channel())
        paper, subject = form.cleaned_data["paper"], str(mandate.public_id)
        try:
            with sending(
                MANDATE_END_PAPER, mandate.person, subject=subject, paper=paper, by=by, at=at
            ) as acting:
                end_mandate(mandate, by=acting, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The mandate has ended."))
            return redirect("people:desk_person", mandate.person.public_id)
    context = {"form": form, "mandate": mandate}
    return render(request, "people/mandate_end.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
def mandate_scan(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Hand out the scan of a mandate on paper, as a file to save, and write down who looked."""
    mandate = mandate_or_404(public_id)
    acts_for_person = request.acting and request.acting.person_id == mandate.person_id
    by = request.actor if acts_for_person else own_actor(request)
    scan = show_scan(mandate, by=by, at=now())
    if scan is None:
        raise Http404
    name = f"mandate.{scan.file.name.rsplit('.', 1)[-1]}"
    answer = FileResponse(
        scan.file.open("rb"), as_attachment=True, filename=name, content_type=scan.content_type
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def look_up_first(request: HttpRequest, person: Person) -> HttpResponse:
    """Lead a helper to giving a reason before a page about somebody opens."""
    by, at = own_actor(request), now()
    if not can_use_desk(by, at) or request.method == "POST":
        raise PermissionDenied
    messages.info(request, _("Say first why you open this page. Then come back here."))
    return redirect("people:desk_person", person.public_id) if by.is_staff else redirect("people:desk_people")


def mandate_or_404(public_id: UUID) -> Mandate:
    """Return a mandate; who may do what with it is asked next."""
    mandate = mandate_with_id(public_id)
    if mandate is None:
        raise Http404
    return mandate


def scan_of(file: UploadedFile) -> CheckedFile:
    """Return the scan as it may be kept."""
    return checked_upload(file, field="scan")
