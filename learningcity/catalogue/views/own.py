"""The list of offers of those who keep them: drafts, what is published, and what was withdrawn."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learningcity.catalogue.forms.workspace_offers import OwnFilterForm
from learningcity.catalogue.permissions import can_offer
from learningcity.catalogue.queries.freshness import offers_to_confirm
from learningcity.catalogue.queries.own import offers_of, provider_of
from learningcity.city.queries.clock import city_day
from learningcity.core.markers import BadMarker
from learningcity.people.permissions import is_city_staff
from learningcity.people.permissions.roles import can_act_in_role
from learningcity.people.queries.organisations import organisation_with_id


@never_cache
@require_safe
def own_offers(request: HttpRequest) -> HttpResponse:
    """Show a provider its own offers, and the city's staff everybody's."""
    own = organisation_with_id(request.actor.organisation)
    if own is None or not can_act_in_role(request.actor):
        raise PermissionDenied
    at = now()
    is_city = is_city_staff(request.actor)
    form = OwnFilterForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    wanted = {"words": said.get("q", ""), "state": said.get("state", "")}
    whose = None if is_city else own
    refusal = None
    try:
        shown = offers_of(whose, **wanted, after=request.GET.get("after", ""), at=at)
    except BadMarker as bad:
        refusal, shown = bad, offers_of(whose, **wanted, at=at)
    context = {
        "form": form,
        "shown": shown,
        "is_filtered": any(wanted.values()),
        "is_city": is_city,
        "organisation": own,
        "has_page": not is_city and provider_of(request.actor.organisation) is not None,
        "may_offer": can_offer(request.actor, own, at),
        "to_confirm": 0 if is_city else offers_to_confirm(own, city_day(at)).count(),
        "refusal": refusal,
    }
    return render(request, "catalogue/own_offers.html", context, status=400 if refusal else 200)
