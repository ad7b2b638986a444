"""Confirm that offers still are as they stand: by a link in a message, or signed in."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learningcity.catalogue.actions.freshness import confirm_offers
from learningcity.catalogue.permissions import can_offer
from learningcity.catalogue.queries.freshness import (
    CONFIRM_FIRST,
    offers_to_confirm,
    organisation_of_link,
    organisations_to_ask,
)
from learningcity.catalogue.queries.parts import part_by_days, part_by_row
from learningcity.city.queries.clock import city_day
from learningcity.people.models import Organisation
from learningcity.people.permissions import is_city_staff
from learningcity.people.queries.organisations import organisation_with_id

MOST_SHOWN = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what waits to whoever has the link, and confirm it with one press."""
    organisation = organisation_of_link(token, city_day(now()))
    if organisation is None:
        return render(request, "catalogue/confirm_link_over.html", status=410)
    if request.method == "POST":
        confirmed(request, organisation, token=token)
        return redirect(request.path)
    return shown(request, organisation)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_own(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what waits to those who keep the offers of an organisation."""
    organisation = organisation_with_id(public_id)
    if organisation is None:
        raise Http404
    if not can_offer(request.actor, organisation, now()):
        raise PermissionDenied
    if request.method == "POST":
        confirmed(request, organisation)
        return redirect(request.path)
    return shown(request, organisation)


@never_cache
@require_safe
def freshness_list(request: HttpRequest) -> HttpResponse:
    """Show the city's staff which organisations have offers that nobody confirmed for long."""
    if not is_city_staff(request.actor):
        raise PermissionDenied
    waiting, after = organisations_to_ask(city_day(now())), request.GET.get("after", "")
    part = part_by_row(waiting, kind="freshness", after=after)
    return render(
        request, "catalogue/freshness_list.html", {"part": part}, status=400 if part.refusal else 200
    )


def shown(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Return the page with what waits."""
    waiting = offers_to_confirm(organisation, city_day(now()))
    part = part_by_days(
        waiting, columns=CONFIRM_FIRST, kind="confirm", after=request.GET.get("after", ""), size=MOST_SHOWN
    )
    context = {"organisation": organisation, "part": part}
    return render(request, "catalogue/confirm.html", context, status=400 if part.refusal else 200)


def confirmed(request: HttpRequest, organisation: Organisation, *, token: str = "") -> None:
    """Confirm what is ticked, and say how many that were."""
    chosen = [one for one in request.POST.getlist("offer") if is_id(one)]
    count = confirm_offers(organisation, chosen, token=token, by=request.actor, at=now())
    words = ngettext("%(count)s offer is confirmed.", "%(count)s offers are confirmed.", count)
    messages.success(request, words % {"count": count})


def is_id(text: str) -> bool:
    """Return whether a text is an identifier."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
