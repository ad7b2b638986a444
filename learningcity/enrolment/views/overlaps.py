"""The page on which somebody chooses what to do about places at overlapping times."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learningcity.core.refusals import Refused
from learningcity.enrolment.actions.overlaps import choose
from learningcity.enrolment.forms.overlaps import ChoiceForm
from learningcity.enrolment.models import Enrolment
from learningcity.enrolment.queries.overlaps import open_overlaps
from learningcity.enrolment.queries.places import enrolment_named
from learningcity.enrolment.views.own_places import acting_for
from learningcity.enrolment.views.steps import next_step
from learningcity.enrolment.views.whom import seen_family


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def overlaps(request: HttpRequest) -> HttpResponse:
    """Show every pair of places at one time, of the person at hand and their children; take a choice."""
    at, refusal = now(), None
    family = seen_family(request.actor, at)
    if not family:
        raise PermissionDenied
    form = ChoiceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        earlier, later = (named(form.cleaned_data[key]) for key in ("earlier", "later"))
        try:
            choose(earlier, later, form.cleaned_data["choice"], by=acting_for(request, later), at=at)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("We noted what you chose."))
            return redirect("enrolment:overlaps")
    context = {
        "pairs": [pair for one in family for pair in open_overlaps(one.person, at, with_waiting=True)],
        "form": form,
        "refusal": refusal,
        "step": next_step(refusal, request),
    }
    return render(request, "enrolment/overlaps.html", context, status=400 if refusal or form.errors else 200)


def named(public_id: UUID) -> Enrolment:
    """Return the enrolment of this id; whose it is, the action asks."""
    found = enrolment_named(public_id)
    if found is None:
        raise PermissionDenied
    return found
