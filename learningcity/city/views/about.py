"""Where the data comes from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learningcity.city.queries import records, the_city


def about_data(request: HttpRequest) -> HttpResponse:
    """Show every source with its licence, what it is used for and what it lacks."""
    city = the_city()
    tables = records.population_tables()
    uses = records.uses_of_sources(tables)
    context = {
        "city": city,
        "sources": [(source, uses.get(source["key"], [])) for source in city.sources] if city else [],
        "gaps": records.known_gaps(has_people=bool(tables)) if city else [],
    }
    return render(request, "city/about_data.html", context)
