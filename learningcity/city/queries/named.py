"""Areas and places by their name."""

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet

from learningcity.city.models import Area, AreaSet, Venue
from learningcity.engines.words import folded, words

LONGEST_QUESTION = 200
MOST_WORDS = 8
AREA = "area"

Thing = TypeVar("Thing", bound=Model)


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A place found by name: `kind` is "area" or the kind of the venue."""

    label: str
    lat: float
    lon: float
    kind: str


def folded_name(*names: str) -> str:
    """Return names as they are compared: small letters, without accents and punctuation.

    >>> folded_name("St. Julian's", "Llanwern / Llan-wern")
    'st julian llanwern llan wern'
    """
    return " ".join(folded(word) for name in names for word in words(name))[:500]


def area_named(words: str, *, limit: int = 8) -> list[PlaceHit]:
    """Return areas whose name, in any language of the bundle, has all these words; best first. Two queries.

    Asks the areas that residents know; if the bundle has none, all of them.
    """
    asked = _asked(words)
    if not asked:
        return []
    areas = Area.objects.select_related("area_set").defer("outline", "sketch")
    if AreaSet.objects.filter(purpose=AreaSet.Purpose.NAMES).exists():
        areas = areas.filter(area_set__purpose=AreaSet.Purpose.NAMES)
    found = _with_words(areas, asked).order_by("area_set__position", "name", "code")[: limit * 4]
    best = sorted(found, key=lambda area: not area.folded_name.startswith(asked[0]))
    return [PlaceHit(area.local_name, area.lat, area.lon, AREA) for area in best[:limit]]


def place_named(words: str, *, limit: int = 8) -> list[PlaceHit]:
    """Return areas, then venues, whose name has all these words; best first. Three queries."""
    asked = _asked(words)
    if not asked:
        return []
    areas = area_named(words, limit=limit)
    venues = Venue.objects.filter(is_gone=False, lat__isnull=False)
    found = _with_words(venues, asked).order_by("name", "id")[: limit * 4]
    best = sorted(found, key=lambda venue: not venue.folded_name.startswith(asked[0]))
    hits = [
        PlaceHit(venue.name, venue.lat, venue.lon, venue.kind)
        for venue in best
        if venue.lat is not None and venue.lon is not None
    ]
    return (areas + hits)[:limit]


def _asked(question: str) -> list[str]:
    return folded_name(question[:LONGEST_QUESTION]).split()[:MOST_WORDS]


def _with_words(things: "QuerySet[Thing]", asked: list[str]) -> "QuerySet[Thing]":
    for word in asked:
        things = things.filter(folded_name__contains=word)
    return things
