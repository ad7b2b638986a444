"""What the large map is drawn on where no tiles are set: the outlines of the city's areas."""

from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from learningcity.city.models import Area
from learningcity.city.queries import name_areas, the_city

A_DAY = 24 * 3600


def _digest(request: HttpRequest) -> str | None:
    city = the_city()
    return f'"{city.bundle_digest}"' if city else None


@require_safe
@condition(etag_func=_digest)
def map_base(request: HttpRequest) -> HttpResponse:
    """Return the areas that residents name as GeoJSON."""
    city = the_city()
    if city is None:
        raise Http404(_("No city is loaded yet."))
    response = JsonResponse(_areas(city.bundle_digest), content_type="application/geo+json")
    patch_cache_control(response, public=True, max_age=A_DAY)
    return response


@lru_cache(maxsize=2)
def _areas(bundle_digest: str) -> dict[str, Any]:
    """Kept for each bundle: the outlines change only when the city is loaded anew."""
    areas = name_areas().defer("outline")
    return {"type": "FeatureCollection", "features": [_feature(area) for area in areas]}


def _feature(area: Area) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": area.name}, "geometry": area.sketch}
