"""One offer: its page, its calendar file, and what is left of one that has ended."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from learningcity.catalogue.forms import SearchForm
from learningcity.catalogue.models import LANGUAGES
from learningcity.catalogue.queries.duplicates import survivor_of
from learningcity.catalogue.queries.offer_page import OfferPage, offer_page
from learningcity.catalogue.views.calendar_file import calendar_file
from learningcity.catalogue.views.linked_data import linked_data
from learningcity.catalogue.views.offer_sheet import OfferSheet
from learningcity.catalogue.views.runs import runs_of
from learningcity.city.queries import the_city, walking_minutes_to
from learningcity.core.display import reader_language

FARTHEST_MINUTES = 60
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


@require_safe
def offer_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one offer; measure the way to it if the reader's search had a point."""
    offer = _offer(request, public_id)
    if not offer.is_published:
        if survivor := survivor_of(public_id):
            return asked_each_time(redirect(survivor, permanent=True))
        return render(request, "catalogue/offer_ended.html", {"offer": offer}, status=410)
    form = SearchForm(request.GET)
    address = _address(request, public_id)
    if form.is_place_new and not form.errors:
        return redirect(f"{request.path}?{urlencode(form.pairs_for_return)}")
    city = the_city()
    page = OfferSheet(
        offer=offer,
        form=form,
        runs=runs_of(offer.series, minutes=_minutes(form, offer), city_zone=city.time_zone if city else ""),
        canonical=address,
        linked_data=linked_data(offer, address=address),
    )
    request.META["catalogue.synthetic"] = offer.is_synthetic
    return render(request, "catalogue/offer_detail.html", {"page": page})


def asked_each_time(answer: HttpResponse) -> HttpResponse:
    """Return a way that leads elsewhere until somebody parts two offers: browsers must not remember it."""
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def offer_calendar(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give the dates of an offer as a calendar file; an ended one has none."""
    offer = _offer(request, public_id)
    if not offer.is_published:
        if survivor := survivor_of(public_id):
            return asked_each_time(redirect("catalogue:offer_calendar", survivor.public_id, permanent=True))
        raise Http404(_("This is no longer offered, so there are no dates to keep."))
    response = HttpResponse(
        calendar_file(offer, address=_address(request, public_id)),
        content_type="text/calendar; charset=utf-8",
    )
    name = slugify(offer.text.title)[:60] or "learning"
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def _minutes(form: SearchForm, offer: OfferPage) -> Mapping[int, float]:
    """Return the minutes on foot to the venues of an offer, from the point that the search had."""
    if not form.place:
        return {}
    venues = {run.venue for run in offer.series} | {
        session.venue for run in offer.series for session in run.sessions
    }
    nodes = [(venue.pk, venue.street_node) for venue in venues if venue]
    return walking_minutes_to(nodes, form.place.lat, form.place.lon, limit_minutes=FARTHEST_MINUTES)


def _offer(request: HttpRequest, public_id: UUID) -> OfferPage:
    offer = offer_page(public_id, at=now(), language=_language(request))
    if offer is None:
        raise Http404(_("There is no offer at this address. Look for it in the search."))
    return offer


def _language(request: HttpRequest) -> str:
    """Return the language in which the reader wants the text: asked for, else that of the page."""
    asked = request.GET.get("read", "")
    if LANGUAGE.fullmatch(asked) and asked.partition("-")[0] in LANGUAGES:
        return asked
    return reader_language()


def _address(request: HttpRequest, public_id: UUID) -> str:
    return request.build_absolute_uri(reverse("catalogue:offer_detail", args=[public_id]))
