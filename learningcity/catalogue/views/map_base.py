"""What the large map is drawn on where no tile server is set: the city's areas and streets."""

from functools import lru_cache
from math import atan, degrees, pi, sinh
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from learningcity.city.queries import name_areas, the_city
from learningcity.city.queries.street_lines import streets_within
from learningcity.core.maps import Box
from learningcity.core.outlines import svg_trails

A_DAY = 24 * 3600
NEAREST_ZOOM, FARTHEST_ZOOM = 16, 13
TILE = 256


def _stamp(request: HttpRequest, **place: int) -> str | None:
    city = the_city()
    return f'"{city.bundle_digest[:20]}-{city.loaded_at:%Y%m%d%H%M%S}"' if city else None


@require_safe
@condition(etag_func=_stamp)
def map_areas(request: HttpRequest) -> HttpResponse:
    """Return the areas that residents name as GeoJSON."""
    city = the_city()
    if city is None:
        raise Http404(_("No city is loaded yet."))
    response = JsonResponse(_areas(city.bundle_digest), content_type="application/geo+json")
    patch_cache_control(response, public=True, max_age=A_DAY)
    return response


@require_safe
@condition(etag_func=_stamp)
def map_streets(request: HttpRequest, zoom: int, column: int, row: int) -> HttpResponse:
    """Return the streets in one square of the map (Web Mercator, as all tiles are numbered) as a drawing."""
    city = the_city()
    is_square = FARTHEST_ZOOM <= zoom <= NEAREST_ZOOM and max(column, row) < 2**zoom
    if city is None or not is_square:
        raise Http404(_("There is no such part of the map."))
    drawing = _streets(city.street_digest or "", zoom, column, row)
    response = HttpResponse(drawing, content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=A_DAY)
    return response


@lru_cache(maxsize=2)
def _areas(bundle_digest: str) -> dict[str, Any]:
    """Return the areas; kept for each bundle, because they change only when the city is loaded anew."""
    areas = name_areas().defer("outline")
    features = [
        {"type": "Feature", "properties": {"name": area.name}, "geometry": area.sketch} for area in areas
    ]
    return {"type": "FeatureCollection", "features": features}


@lru_cache(maxsize=256)
def _streets(street_digest: str, zoom: int, column: int, row: int) -> str:
    box = Box(
        west=_longitude(column, zoom),
        south=_latitude(row + 1, zoom),
        east=_longitude(column + 1, zoom),
        north=_latitude(row, zoom),
        width=TILE,
        height=TILE,
    )
    # Streets that cross the edge are drawn a little beyond it, so that they meet in the next square.
    tall, wide = (box.north - box.south) / 4, (box.east - box.west) / 4
    lines = streets_within(box.south - tall, box.west - wide, box.north + tall, box.east + wide)
    path = svg_trails(lines, box)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box.view_box}" width="{TILE}" height="{TILE}">'
        f'<path d="{path}" fill="none" stroke="#8b8680" stroke-width="1.5" stroke-linejoin="round"/></svg>'
    )


def _longitude(column: int, zoom: int) -> float:
    return column / 2**zoom * 360 - 180


def _latitude(row: int, zoom: int) -> float:
    return degrees(atan(sinh(pi * (1 - 2 * row / 2**zoom))))
