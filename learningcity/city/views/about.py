"""Where the data comes from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from learningcity.city.queries import records, the_city


@require_safe
def about_data(request: HttpRequest) -> HttpResponse:
    """Show every source with its licence, what it is used for and what it lacks."""
    city = the_city()
    held = records.holdings()
    uses = held.uses
    context = {
        "city": city,
        "sources": [(source, uses.get(source["key"], [])) for source in city.sources] if city else [],
        "gaps": held.gaps if city else [],
    }
    return render(request, "city/about_data.html", context)
