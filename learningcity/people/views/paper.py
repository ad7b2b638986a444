"""Pages of forms on paper: print one, look at it, enter the code of one that came back."""

import secrets
from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learningcity.core.models import PaperForm
from learningcity.core.paper import (
    PaperTwin,
    fresh_code,
    in_groups,
    paper_form,
    qr_code,
    questions_of,
    twin_named,
)
from learningcity.core.paper.codes import BYTES_NEEDED
from learningcity.core.paper.keeping import FORM_TEMPLATE
from learningcity.core.refusals import Refused
from learningcity.people.actions.paper import bring_back, print_for
from learningcity.people.forms.paper import PaperCodeForm
from learningcity.people.models import Person
from learningcity.people.permissions.paper import can_enter_paper, can_see_paper
from learningcity.people.queries.paper import owner_of
from learningcity.people.queries.persons import person_at_hand, person_with_id


@never_cache
@require_POST
def print_paper(request: HttpRequest) -> HttpResponse:
    """Print a form for the person at hand, for a person at the desk, or for whoever takes it."""
    person = person_on_paper(request.POST, request)
    form = print_for(
        person,
        request.POST.get("print", ""),
        subject=request.POST.get("print_subject", "")[:80],
        code=fresh_code(secrets.token_bytes(BYTES_NEEDED)),
        by=request.actor,
        at=now(),
    )
    return redirect("people:paper_form", in_groups(form.code))


def person_on_paper(asked: Mapping[str, str], request: HttpRequest) -> Person | None:
    """Return the person whose form is printed; none for a form that anybody takes."""
    if asked.get("print_for") == "anybody":
        return None
    person = person_with_id(asked["print_for"]) if "print_for" in asked else person_at_hand(request.actor)
    if person is None:
        raise PermissionDenied
    return person


@never_cache
@require_safe
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """Show a form as it is printed. Whoever may not see it learns nothing, not even that it exists."""
    at = now()
    if not request.actor.person:
        raise PermissionDenied
    try:
        form = paper_form(code, at=at)
    except Refused as refusal:
        raise Http404(str(refusal)) from None
    twin, person = twin_named(form.form), owner_of(form)
    if twin is None or not can_see_paper(request.actor, form, person, twin, at):
        raise PermissionDenied
    is_at_desk = can_enter_paper(request.actor, at)
    context = sheet_of(form, twin) | {
        "person": person,
        "room": "desk" if is_at_desk else "mine",
        "may_enter": is_at_desk and not form.entered_at,
    }
    return render(request, "people/paper.html", context)


def sheet_of(form: PaperForm, twin: PaperTwin) -> dict[str, object]:
    """Return what stands on the paper."""
    address = settings.PUBLIC_ADDRESS.rstrip("/") + reverse("people:paper_form", args=[in_groups(form.code)])
    return {
        "form": form,
        "twin": twin,
        "template": twin.template or FORM_TEMPLATE,
        "code": in_groups(form.code),
        "qr_code": qr_code(address),
        "address": address,
        "questions": questions_of(twin.form()) if twin.form else [],
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_paper(request: HttpRequest) -> HttpResponse:
    """Let a desk enter the code of a form that came back, and go on to the page where it is entered."""
    if not can_enter_paper(request.actor, now()):
        raise PermissionDenied
    form = PaperCodeForm(request.POST or None, initial={"code": request.GET.get("code", "")[:40]})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(bring_back(form.cleaned_data["code"], by=request.actor, at=now()))
        except Refused as refusal:
            form.add_error("code", str(refusal))
    return render(request, "people/desk_paper.html", {"form": form}, status=400 if form.errors else 200)
