"""Pages of a series for those who keep it: new, longer, by another name."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learningcity.catalogue.actions.workspace_looks import Seen
from learningcity.catalogue.actions.workspace_series import add_dates, add_series, rename_series
from learningcity.catalogue.forms.kept import NEW_SERIES
from learningcity.catalogue.forms.workspace_dates import DatesForm, NameForm, SeriesForm
from learningcity.catalogue.models import Series, Session
from learningcity.catalogue.permissions import can_keep_offers
from learningcity.catalogue.queries.workspace import dates_of_series, places_used_by
from learningcity.catalogue.views.workspace import (
    answered,
    form_page,
    kept_offer,
    kept_series,
    seen_series,
)
from learningcity.core.markers import BadMarker
from learningcity.people.actions.drafts import sending
from learningcity.people.queries.drafts import draft_for
from learningcity.people.queries.persons import person_acting
from learningcity.people.views.drafts import kept_for_later


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def series_new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add a series to an offer, with all its dates or none."""
    offer, person = kept_offer(request, public_id), person_acting(request.actor)
    if person is None:
        raise PermissionDenied
    by, at, subject = request.actor, now(), str(public_id)
    form = SeriesForm(request.POST or None, draft=draft_for(person, NEW_SERIES, subject=subject, at=at))
    made: list[Series] = []

    def add(seen: Seen) -> None:
        with sending(NEW_SERIES, person, subject=subject, by=by, at=at) as acting:
            series = add_series(
                offer, form.dates(), name=form.cleaned_data["name"], seen=seen, by=acting, at=at
            )
            made.append(series)

    if form.is_to_be_kept:
        return kept_for_later(request, form, person, NEW_SERIES, subject=subject)
    look = None
    if form.is_bound and form.is_valid():
        answer = answered(request, form, add)
        look = answer.look
        if answer.is_done:
            messages.success(request, dates_in_words(made[0].sessions.count()))
            return redirect("catalogue:series_workspace", made[0].public_id)
    context = {"offer": offer, "places": places_used_by(offer)}
    return form_page(request, form, "catalogue/series_new.html", context, look)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def series_dates(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add dates to a series."""
    series = kept_series(request, public_id)
    form = DatesForm(request.POST or None, initial=usual(series))
    made: list[Session] = []

    def add(seen: Seen) -> None:
        made.extend(add_dates(series, form.dates(), seen=seen, by=request.actor, at=now()))

    look = None
    if form.is_bound and form.is_valid():
        answer = answered(request, form, add)
        look = answer.look
        if answer.is_done:
            messages.success(request, dates_in_words(len(made)))
            return redirect("catalogue:series_workspace", series.public_id)
    context = {"series": series, "offer": series.offer, "places": places_used_by(series.offer)}
    return form_page(request, form, "catalogue/series_dates.html", context, look)


def usual(series: Series) -> dict[str, object]:
    """Return what dates of a series usually have."""
    return {"place": series.venue.name if series.venue else "", "room": series.room}


def dates_in_words(count: int) -> str:
    """Return how many dates were saved."""
    return ngettext("%(count)s date is saved.", "%(count)s dates are saved.", count) % {"count": count}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def series_workspace(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the dates of a series; give it another name."""
    at = now()
    series = kept_series(request, public_id) if request.method == "POST" else seen_series(request, public_id)
    form = NameForm(request.POST or None, initial={"name": series.name})

    def rename(_seen: Seen) -> None:
        rename_series(series, form.cleaned_data["name"], by=request.actor, at=at)

    if form.is_bound and form.is_valid() and answered(request, form, rename).is_done:
        messages.success(request, _("The name is saved."))
        return redirect("catalogue:series_workspace", series.public_id)
    past = "past" in request.GET
    refusal = None
    try:
        shown = dates_of_series(series, past=past, after=request.GET.get("after", ""), at=at)
    except BadMarker as bad:
        refusal, shown = bad, dates_of_series(series, past=past, at=at)
    context = {
        "series": series,
        "offer": series.offer,
        "shown": shown,
        "form": form,
        "past": past,
        "refusal": refusal,
        "count": series.sessions.count(),
        "may_keep": can_keep_offers(request.actor, series.offer.provider, at),
    }
    status = 400 if refusal or form.errors else 200
    return render(request, "catalogue/series_workspace.html", context, status=status)
