"""What the city shows on every page: its name, and who made its open data."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from learningcity.city.queries import the_city
from learningcity.core.panels import Panel, register


def frame_name(request: HttpRequest | None, things: Sequence[Any]) -> dict[str, Any] | None:
    """Return what the masthead calls this city."""
    city = the_city()
    return {"city": city} if city else None


def frame_attribution(request: HttpRequest | None, things: Sequence[Any]) -> dict[str, Any] | None:
    """Return the attributions that the licences ask for, each once.

    The Open Government Licence lets several of them stand behind one link or fold; others stay in sight.
    """
    city = the_city()
    if city is None:
        return None
    said = [source for source in city.sources if source.get("attribution")]
    return {
        "attributions": _each_once(source for source in said if not _may_be_folded(source)),
        "folded": _each_once(source for source in said if _may_be_folded(source)),
    }


def _may_be_folded(source: Mapping[str, str]) -> bool:
    return source.get("licence", "").startswith("OGL")


def _each_once(sources: Iterable[Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys(source["attribution"] for source in sources))


register("frame.name", Panel("city.name", "city/_frame_name.html", frame_name))
register("frame.attribution", Panel("city.attribution", "city/_frame_attribution.html", frame_attribution))
