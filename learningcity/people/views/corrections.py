"""Ask for a correction, and answer it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learningcity.core.refusals import Refused
from learningcity.people.actions.corrections import answer_correction, ask_correction, open_correction
from learningcity.people.forms.rights import CorrectionAnswerForm, CorrectionForm
from learningcity.people.models import Correction
from learningcity.people.permissions.acting import is_own
from learningcity.people.permissions.rights import can_answer_corrections
from learningcity.people.queries.ages import city_day
from learningcity.people.queries.corrections import (
    ANSWERED_WITHIN,
    correctable,
    correction_with_id,
    corrections_of,
    label_of,
    open_corrections,
)
from learningcity.people.views.mine import person_whose_data


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def corrections(request: HttpRequest) -> HttpResponse:
    """Show what a person asked to have corrected, and let them ask for more."""
    person = person_whose_data(request)
    form = CorrectionForm(request.POST or None, initial={"what": request.GET.get("what", "")})
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_correction(person, **form.cleaned_data, by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            said = _("The city answers by %(day)s.") % {"day": asked.answer_by_on.isoformat()}
            messages.success(request, said)
            return redirect("people:corrections")
    context = {
        "person": person,
        "is_own": is_own(request.actor, person),
        "form": form,
        "days": ANSWERED_WITHIN.days,
        "asked": labelled(list(corrections_of(person))),
    }
    return render(request, "people/corrections.html", context, status=400 if form.errors else 200)


def labelled(found: list[Correction]) -> list[tuple[Correction, object]]:
    """Return corrections with what they are about in words."""
    labels = correctable()
    return [(correction, label_of(correction.what, labels)) for correction in found]


@never_cache
@require_safe
def correction_list(request: HttpRequest) -> HttpResponse:
    """Show staff which requests wait; whose they are shows only when one is opened."""
    if not can_answer_corrections(request.actor, now()):
        raise PermissionDenied
    context = {"waiting": labelled(list(open_corrections())), "today": city_day(now())}
    return render(request, "people/correction_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one request to staff, which leaves a trace, and take the answer."""
    if not can_answer_corrections(request.actor, now()):
        raise PermissionDenied
    found = correction_with_id(public_id)
    if found is None:
        raise Http404(_("There is no such request. It may have been erased with the person's data."))
    form = CorrectionAnswerForm(found.what, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_correction(found, **form.cleaned_data, by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Your answer is with the person."))
            return redirect("people:correction_list")
    elif request.method != "POST":
        open_correction(found, by=request.actor, at=now())
    context = {"correction": found, "what": label_of(found.what, correctable()), "form": form}
    return render(request, "people/correction.html", context, status=400 if form.errors else 200)
