"""All consents on one page: the twin of the form on paper, which can be kept for later."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learningcity.core.refusals import Refused
from learningcity.people.actions.consents import decide_consent
from learningcity.people.actions.drafts import sending
from learningcity.people.forms.paper import CONSENTS, AllConsentsForm
from learningcity.people.models import Person, Purpose
from learningcity.people.permissions import can_act_for, is_own
from learningcity.people.queries.consents import standings
from learningcity.people.queries.drafts import kept_forms
from learningcity.people.queries.persons import person_at_hand
from learningcity.people.views.drafts import kept_for_later


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consents_all(request: HttpRequest) -> HttpResponse:
    """Decide about every purpose at once."""
    person, at = person_at_hand(request.actor), now()
    if person is None or not can_act_for(request.actor, person, Purpose.CONSENTS, at):
        raise PermissionDenied
    paper = request.GET.get("paper", "")
    kept = None if paper else next(iter(kept_forms(person, [CONSENTS], by=request.actor, at=at)), None)
    form = AllConsentsForm(
        request.POST or None,
        draft=kept.draft if kept else None,
        paper=paper,
        # What is on paper is copied onto an empty form.
        initial={} if paper else decided_so_far(person),
    )
    if request.method == "POST" and (done := taken(request, form, person)):
        return done
    context = {"form": form, "kept": kept, "person": person, "is_own": is_own(request.actor, person)}
    return render(request, "people/consents_all.html", context, status=400 if form.errors else 200)


def decided_so_far(person: Person) -> dict[str, str]:
    """Return the decisions that count, as the form shows them."""
    return {
        found.purpose: "yes" if found.is_given else "no"
        for found in standings(person)
        if found.newest and not found.is_asked_anew
    }


def taken(request: HttpRequest, form: AllConsentsForm, person: Person) -> HttpResponse | None:
    """Keep or write the decisions; None if the page has to be shown again."""
    by, at = request.actor, now()
    try:
        if form.is_to_be_kept:
            return kept_for_later(request, form, person, CONSENTS)
        if not form.is_valid():
            return None
        with sending(CONSENTS, person, paper=form.paper, by=by, at=at) as acting:
            for purpose, is_given in form.decisions().items():
                decide_consent(person, purpose, is_given, by=acting, at=at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("The decisions count from now on. They can be changed at any moment."))
    return redirect("people:consents")
