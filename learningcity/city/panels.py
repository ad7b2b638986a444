"""What the city shows on every page: its name, and who made its open data."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from learningcity.city.queries import the_city
from learningcity.core.panels import Panel, register


def frame_name(request: HttpRequest | None, things: Sequence[Any]) -> dict[str, Any] | None:
    """Return what the masthead calls this city."""
    city = the_city()
    return {"city": city} if city else None


def frame_attribution(request: HttpRequest | None, things: Sequence[Any]) -> dict[str, Any] | None:
    """Return the attributions that the licences ask for, each once."""
    city = the_city()
    if city is None:
        return None
    said = dict.fromkeys(source["attribution"] for source in city.sources if source.get("attribution"))
    return {"attributions": list(said)}


register("frame.name", Panel("city.name", "city/_frame_name.html", frame_name))
register("frame.attribution", Panel("city.attribution", "city/_frame_attribution.html", frame_attribution))
