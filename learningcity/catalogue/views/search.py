"""The search: as a list, on a map, and what the map is drawn on."""

from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.timezone import now
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from learningcity.catalogue.adapters.index import SearchNotReady
from learningcity.catalogue.forms import SearchForm
from learningcity.catalogue.views.found import search_page
from learningcity.catalogue.views.pin_map import area_names


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what fits, as a list."""
    return _found(request, is_map=False)


@require_safe
def search_map(request: HttpRequest) -> HttpResponseBase:
    """Show what fits on a map, with the list as its twin."""
    response = _found(request, is_map=True)
    if not settings.TILE_ADDRESS:
        return response
    parts = urlsplit(settings.TILE_ADDRESS.replace("{s}", "*"))
    let_in = csp_update({"img-src": [f"{parts.scheme}://{parts.netloc}"]})
    return let_in(lambda _request: response)(request)


def _found(request: HttpRequest, *, is_map: bool) -> HttpResponse:
    form = SearchForm(request.GET)
    if form.is_place_new and not form.errors:
        # From here on the point stands in the address: its name is looked up once, not on every page.
        return redirect(f"{request.path}?{form.query}")
    try:
        page = search_page(form, at=now(), is_map=is_map)
    except SearchNotReady as refusal:
        return render(
            request, "catalogue/search_not_ready.html", {"refusal": refusal, "form": form}, status=503
        )
    htmx = HtmxDetails(request)
    is_part = htmx.target == "found" and not htmx.history_restore_request
    request.META["catalogue.synthetic"] = page.is_synthetic
    response = render(
        request,
        "catalogue/_found.html" if is_part else "catalogue/search.html",
        {
            "page": page,
            "form": form,
            "areas": area_names(page.city),
            "here": request.path,
            "in_part": is_part,
        },
        status=400 if form.is_refused else 200,
    )
    if is_part and not form.is_refused:
        # Filters that are off leave the address.
        response["HX-Push-Url"] = f"{request.path}?{form.query}"
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
