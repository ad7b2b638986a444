"""The address of the calendar of a search: its filters are in it, and nobody's name."""

from urllib.parse import urlencode

from django.urls import reverse

from learningcity.catalogue.queries.criteria import Criteria

# The parameter of the calendar for each filter of a search; its order says nothing of dates.
PARAMETERS = {
    "words": "q", "minutes": "minutes", "metres": "metres", "forms": "form", "fields": "field",
    "modes": "mode", "levels": "level", "audiences": "audience", "taught_in": "taught_in",
    "written_in": "written_in", "access": "access", "slots": "slot", "access_unknown": "access_unknown",
    "free": "free", "with_places": "with_places", "up_to_cents": "up_to_cents",
    "price_group": "price_group", "from_on": "from_on", "to_on": "to_on", "age": "age", "when": "when",
    "provider": "provider", "venue": "venue", "area": "area",
}  # fmt: skip


def calendar_address(criteria: Criteria) -> str:
    """Return the path of the calendar of a search, with its filters."""
    plain = Criteria()
    pairs: list[tuple[str, str]] = []
    for name, parameter in PARAMETERS.items():
        value = getattr(criteria, name)
        if value != getattr(plain, name):
            values = value if isinstance(value, tuple) else (value,)
            pairs += [(parameter, "true" if one is True else str(one)) for one in values]
    if criteria.near:
        pairs.append(("near", ",".join(f"{degrees:.3f}" for degrees in criteria.near)))
    path = reverse("api:feed_calendar")
    return f"{path}?{urlencode(pairs)}" if pairs else path
