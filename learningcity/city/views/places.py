"""Places to learn: the list, and one place."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from learningcity.city.forms import PlaceFilter
from learningcity.city.models import Venue
from learningcity.city.queries import kinds_present, records, the_city
from learningcity.city.views.pictures import source_named, venue_map
from learningcity.core.markers import BadMarker, marker, values_of

SIZE = 30


@require_safe
def venue_list(request: HttpRequest) -> HttpResponse:
    """Show the places of the city, by kind and area."""
    counts = kinds_present()
    form = PlaceFilter(request.GET, counts=counts, areas=records.naming_areas())
    found: list[Venue] = []
    refusal = None
    if form.is_valid():
        try:
            found = _places(form, request.GET.get("after", ""))
        except BadMarker as bad:
            refusal = bad
    shown = found[:SIZE]
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {
        "city": the_city(),
        "form": form,
        "refusal": refusal,
        "venues": shown,
        "next": marker("places", shown[-1].name, shown[-1].pk) if len(found) > SIZE else "",
        "asked": asked,
        "total": sum(counts.values()),
        "is_continued": "after" in request.GET,
    }
    status = 200 if form.is_valid() and refusal is None else 400
    return render(request, "city/venue_list.html", context, status=status)


@require_safe
def venue_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one place: where it is, when it is open, what is known about getting in."""
    venue = records.venue(public_id)
    if venue is None:
        raise Http404(_("There is no place with this address. All places are in the list."))
    city = the_city()
    context = {
        "venue": venue,
        "map": venue_map(venue),
        "source": source_named(city, venue.source),
        "osm_address": _osm_address(venue),
    }
    return render(request, "city/venue_detail.html", context)


def _places(form: PlaceFilter, after: str) -> list[Venue]:
    return records.venues(
        kind=form.cleaned_data["kind"],
        area=form.cleaned_data.get("area", ""),
        after=values_of(after, "places", str, int) if after else None,
        size=SIZE + 1,
    )


def _osm_address(venue: Venue) -> str:
    if venue.lat is None or venue.lon is None:
        return ""
    return f"https://www.openstreetmap.org/?mlat={venue.lat:.5f}&mlon={venue.lon:.5f}#map=17/{venue.lat:.5f}/{venue.lon:.5f}"
