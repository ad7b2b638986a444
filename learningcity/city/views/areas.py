"""Areas of the city: the list, and one area."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from learningcity.city.queries import records, the_city
from learningcity.city.views.pictures import area_map, source_named, table_of


@require_safe
def area_list(request: HttpRequest) -> HttpResponse:
    """Show every division of the city with its areas."""
    return render(request, "city/area_list.html", {"city": the_city(), "sets": records.area_sets()})


@require_safe
def area_detail(request: HttpRequest, set_key: str, code: str) -> HttpResponse:
    """Show one area: who lives there, and how far it is to learning."""
    area = records.area(set_key, code)
    if area is None:
        raise Http404(_("There is no area with this code. All areas are in the list."))
    city = the_city()
    facts = records.population_of(area)
    context = {
        "area": area,
        "other_names": [(lang, name) for lang, name in area.names.items() if name != area.local_name],
        "map": area_map(area),
        "source": source_named(city, area.area_set.source),
        "facts": [(fact, table_of(fact), source_named(city, fact.table.source)) for fact in facts],
        "walks": records.walks_from(area),
    }
    return render(request, "city/area_detail.html", context)
