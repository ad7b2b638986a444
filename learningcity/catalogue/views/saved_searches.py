"""Keep a search, hear of what is new, delete it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learningcity.catalogue.actions.saved_searches import delete_search, save_search
from learningcity.catalogue.adapters.calendar_address import calendar_address
from learningcity.catalogue.forms import SearchForm
from learningcity.catalogue.forms.saved_searches import SaveSearchForm
from learningcity.catalogue.queries.saved_searches import criteria_of, search_of, searches_of
from learningcity.core.refusals import Refused
from learningcity.people.models import Person, Purpose
from learningcity.people.permissions import can_act_for
from learningcity.people.queries.persons import person_at_hand

LONGEST = 2000


def searcher(request: HttpRequest) -> Person:
    """Return the person whose searches the reader may keep."""
    person = person_at_hand(request.actor)
    if person is None or not can_act_for(request.actor, person, Purpose.PLACES, now()):
        raise PermissionDenied
    return person


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def saved_searches(request: HttpRequest) -> HttpResponse:
    """Show the searches somebody keeps; with a search in the address, offer to keep it."""
    person = searcher(request)
    asked = SearchForm(request.GET)
    has_search = bool(asked.pairs) and not asked.errors and len(asked.query) <= LONGEST
    form = SaveSearchForm(request.POST or None, initial={"label": asked.criteria.words})
    if request.method == "POST" and has_search and form.is_valid():
        try:
            save_search(
                person,
                query=asked.query,
                criteria=asked.criteria,
                **form.cleaned_data,
                by=request.actor,
                at=now(),
            )
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The search is saved."))
            return redirect("catalogue:saved_searches")
    context = {
        "saved": [(one, calendar_address(criteria_of(one))) for one in searches_of(person)],
        "form": form if has_search else None,
        "asked": asked,
    }
    return render(request, "catalogue/saved_searches.html", context, status=400 if form.errors else 200)


@require_POST
def saved_search_delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Delete one search."""
    saved = search_of(searcher(request), public_id)
    if saved is None:
        raise Http404
    delete_search(saved, by=request.actor, at=now())
    messages.success(request, _("The search is deleted."))
    return redirect("catalogue:saved_searches")
