"""The point to measure from: a name that the city knows, or a point on its map."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from learningcity.catalogue.forms.values import NotUnderstood
from learningcity.catalogue.queries.frame import Box, city_box
from learningcity.city.queries import PlaceHit, folded_name, place_named, rounded_point, the_city
from learningcity.core.refusals import Refused

POINT = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,12})?),\s?(-?[0-9]{1,3}(?:\.[0-9]{1,12})?)")


@dataclass(frozen=True, slots=True)
class Place:
    """A point to measure from, rounded to 3 decimals. `label` is empty for a point on the map."""

    lat: float
    lon: float
    label: str = ""

    @property
    def point(self) -> str:
        """The point as it stands in an address."""
        return f"{self.lat:.3f},{self.lon:.3f}"


class WhichPlace(Refused):
    """A question back: the words name no place, or several (`choices`)."""

    code = "which_place"

    def __init__(self, sentence: str, choices: tuple[Place, ...] = ()) -> None:
        super().__init__(sentence, field="near")
        self.choices = choices


def point_on_map(raw: str, label: str = "") -> Place:
    """Return the point of an address such as `51.588,-2.997`, under the name that was chosen.

    Raises NotUnderstood if it is no point, or lies outside the city.
    """
    match = POINT.fullmatch(raw)
    if not match or not raw.isascii():
        raise NotUnderstood(
            _("Give a point as latitude and longitude (51.588,-2.997), or type the name of a place."),
            field="near",
        )
    lat, lon = rounded_point(float(match[1]), float(match[2]))
    if not _is_in_city(lat, lon):
        raise NotUnderstood(
            _("This point is outside the city; choose one on its map, or type the name of a place."),
            field="near",
        )
    return Place(lat, lon, label)


def _is_in_city(lat: float, lon: float) -> bool:
    city = the_city()
    box = _box_of(city.bundle_digest) if city else None
    if box is None:
        return abs(lat) <= 90 and abs(lon) <= 180
    south, west, north, east = box
    return south <= lat <= north and west <= lon <= east


@lru_cache(maxsize=4)
def _box_of(bundle_digest: str) -> Box | None:
    # Areas change only when the city is loaded anew; asking for them on every page would be waste.
    return city_box()


def place_of_words(words: str) -> Place:
    """Return the place that the words name, or the point they give (`51.588,-2.997`).

    Raises WhichPlace if no place or several places bear the name, NotUnderstood for a point elsewhere.
    """
    if POINT.fullmatch(words):
        return point_on_map(words)
    hits = tuple(map(_place, place_named(words)))
    named = tuple(place for place in hits if folded_name(place.label) == folded_name(words)) or hits
    points = {place.point for place in named}
    if len(points) == 1:
        return named[0]
    if named:
        raise WhichPlace(
            _("Several places fit “%(words)s”. Which one do you mean?") % {"words": words}, named
        )
    raise WhichPlace(
        _("No place called “%(words)s” is known. Check the spelling, or type the name of an area.")
        % {"words": words}
    )


def _place(hit: PlaceHit) -> Place:
    return Place(*rounded_point(hit.lat, hit.lon), hit.label)
