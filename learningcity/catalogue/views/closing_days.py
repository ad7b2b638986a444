"""The page of closing days, for the city's staff."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learningcity.catalogue.actions.closing import add_closing_day, drop_closing_day
from learningcity.catalogue.forms.closing_days import ClosingDayForm
from learningcity.catalogue.permissions import can_keep_closing_days
from learningcity.catalogue.queries.closing import closing_days as days_to_come
from learningcity.catalogue.views.workspace import answered, form_page
from learningcity.city.queries.clock import city_day

MOST_SHOWN = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def closing_days(request: HttpRequest) -> HttpResponse:
    """Show the closing days to come, and enter one."""
    if not can_keep_closing_days(request.actor):
        raise PermissionDenied
    form = ClosingDayForm(request.POST or None)

    def add(_seen: object) -> None:
        typed = form.cleaned_data
        add_closing_day(typed["on"], typed["words"], venue=typed["place"], by=request.actor, at=now())

    if form.is_bound and form.is_valid() and answered(request, form, add).is_done:
        messages.success(request, _("The closing day is saved. Dates on it are flagged from now on."))
        return redirect("catalogue:closing_days")
    context = {"days": days_to_come(since=city_day(now()))[:MOST_SHOWN]}
    return form_page(request, form, "catalogue/closing_days.html", context)


@never_cache
@require_POST
def closing_day_drop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a closing day away."""
    if not can_keep_closing_days(request.actor):
        raise PermissionDenied
    day = get_object_or_404(days_to_come(since=city_day(now())), public_id=public_id)
    drop_closing_day(day, by=request.actor, at=now())
    messages.success(request, _("The closing day is taken away."))
    return redirect("catalogue:closing_days")
