"""The catalogue as those who act in a role see it: the way to what is their own."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learningcity.catalogue.queries.own import provider_of
from learningcity.people.permissions.roles import can_act_in_role


@never_cache
@require_safe
def own_offers(request: HttpRequest) -> HttpResponse:
    """Lead a provider to its own offers as residents see them; say so where it has none yet."""
    if not can_act_in_role(request.actor):
        raise PermissionDenied
    provider = provider_of(request.actor.organisation)
    if provider is not None:
        return redirect(provider)
    return render(request, "catalogue/own_offers.html")
