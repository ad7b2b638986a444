"""What a person agreed to, purpose by purpose."""

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
from learningcity.people.forms.rights import ConsentForm
from learningcity.people.models import Person, Purpose
from learningcity.people.permissions import can_act_for, is_own
from learningcity.people.queries.consents import standings
from learningcity.people.queries.persons import person_at_hand


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest) -> HttpResponse:
    """Show where every purpose stands, and take a decision about one."""
    person = person_at_hand(request.actor)
    if person is None or not can_act_for(request.actor, person, Purpose.CONSENTS, now()):
        raise PermissionDenied
    form = ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and decided(request, person, form):
        return redirect("people:consents")
    context = {
        "person": person,
        "is_own": is_own(request.actor, person),
        "standings": standings(person),
        "form": form,
    }
    return render(request, "people/consents.html", context, status=400 if request.method == "POST" else 200)


def decided(request: HttpRequest, person: Person, form: ConsentForm) -> bool:
    """Write a decision; return whether it was one."""
    try:
        decision = decide_consent(person, **form.cleaned_data, by=request.actor, at=now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    said = (
        _("You agreed. You can withdraw it here at any moment.")
        if decision.is_given
        else _("You do not agree. Nothing is done for this purpose.")
    )
    messages.success(request, said)
    return True
