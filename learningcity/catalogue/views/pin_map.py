"""The small map of a search: numbered places drawn on the city's areas."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from learningcity.catalogue.templatetags.offer_words import OfferLine
from learningcity.city.models import Area, City
from learningcity.city.queries import KnownCity, records
from learningcity.core.maps import Box, svg_point

WIDTH, HEIGHT = 640, 260
LEAST_WINDOW = 90.0
MOST_NAMES = 8
NAME_WIDTH, NAME_HEIGHT = 110, 18
PIN = 13
DIGIT = 9
# What Leaflet weighs on the way, compressed: its script and its styles.
LARGE_MAP_KB = 47


@dataclass(frozen=True, slots=True)
class Name:
    """The name of an area, at its place on the drawing."""

    label: str
    x: float
    y: float

    @property
    def width(self) -> int:
        """About how wide the name is."""
        return NAME_WIDTH


@dataclass(frozen=True, slots=True)
class Spot:
    """One place with the numbers of its rows."""

    label: str
    x: float
    y: float

    @property
    def width(self) -> int:
        """How wide the pin is: a disc for one digit, longer for more."""
        return 2 * PIN + DIGIT * max(len(self.label) - 2, 0)

    @property
    def start(self) -> float:
        """Where the pin starts."""
        return round(self.x - self.width / 2, 1)

    @property
    def top(self) -> float:
        """Where the pin starts, from above."""
        return round(self.y - PIN, 1)


@dataclass(frozen=True, slots=True)
class PinMap:
    """A drawing of the city's areas with the places of a list, and what the large map needs."""

    window: str
    land: str
    names: Sequence[Name]
    spots: Sequence[Spot]
    middle: str
    chosen: str
    chosen_spot: Spot | None
    tiles: str
    tiles_attribution: str
    streets: str
    weight: int = LARGE_MAP_KB


@dataclass(frozen=True, slots=True)
class Ground:
    """The areas that residents name: their outlines as one path, their names."""

    box: Box
    land: str
    names: Sequence[tuple[str, float, float]]


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the ground that shows."""

    x: float
    y: float
    scale: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a position on the ground lies on the drawing."""
        return round((x - self.x) * self.scale, 1), round((y - self.y) * self.scale, 1)

    @property
    def view_box(self) -> str:
        """The `viewBox` that shows it."""
        return f"{self.x:.1f} {self.y:.1f} {WIDTH / self.scale:.1f} {HEIGHT / self.scale:.1f}"


@lru_cache(maxsize=16)
def ground_of(bundle_digest: str, language: str | None) -> Ground | None:
    """Return the areas to draw on, None for a city without named areas.

    Kept for each bundle and language: the areas change only when the city is loaded anew.
    """
    named = records.naming_areas()
    if not named:
        return None
    set_key = named[0][0].partition(":")[0]
    outlines = records.outlines_of(bundle_digest, set_key)
    if outlines is None:
        return None
    areas = Area.objects.filter(area_set__key=set_key).only("name", "names", "lat", "lon").order_by("code")
    names = [(area.local_name, *svg_point(area.lat, area.lon, outlines.box)) for area in areas]
    return Ground(outlines.box, "".join(outlines.paths.values()), names)


def area_names(city: City | None) -> list[str]:
    """Return the names of areas to suggest to who types a place."""
    ground = ground_of(city.bundle_digest, get_language()) if city else None
    return sorted({label for label, _x, _y in ground.names}) if ground else []


def pin_map(lines: Sequence[OfferLine], city: KnownCity | None, chosen: str) -> PinMap | None:
    """Return the map of the rows that have a place; None where there is nothing to draw.

    `chosen` is the point from which ways are measured, "" if none.
    """
    ground = ground_of(city.bundle_digest, get_language()) if city else None
    numbers: dict[str, list[str]] = {}
    for line in lines:
        if line.point:
            numbers.setdefault(line.point, []).append(str(line.number))
    if city is None or ground is None or not numbers:
        return None
    at = {point: svg_point(*_point(point), ground.box) for point in (*numbers, *filter(None, [chosen]))}
    window = _window(list(at.values()))
    spots = [Spot(_label(many), *window.place(*at[point])) for point, many in numbers.items()]
    return PinMap(
        window.view_box,
        ground.land,
        _names(ground, window, spots),
        spots,
        f"{city.lat:.3f},{city.lon:.3f}",
        chosen,
        Spot("", *window.place(*at[chosen])) if chosen else None,
        settings.TILE_ADDRESS,
        settings.TILE_ATTRIBUTION,
        _street_squares(city.street_digest),
    )


def _street_squares(street_digest: str | None) -> str:
    """Return the address of the streets, as Leaflet fills it; "" where there are tiles or no streets."""
    if settings.TILE_ADDRESS or not street_digest:
        return ""
    square = reverse("catalogue:map_streets", args=[0, 0, 0])
    return square.replace("0/0/0", "{z}/{x}/{y}")


def _point(words: str) -> tuple[float, float]:
    lat, lon = words.split(",")
    return float(lat), float(lon)


def _label(numbers: Sequence[str]) -> str:
    return numbers[0] if len(numbers) == 1 else f"{numbers[0]} +{len(numbers) - 1}"


def _window(at: Sequence[tuple[float, float]]) -> Window:
    xs, ys = [x for x, _ in at], [y for _, y in at]
    # Pins reach beyond their point: a fifth more on every side keeps them whole.
    wide = max((max(xs) - min(xs)) * 1.4, (max(ys) - min(ys)) * 1.4 * WIDTH / HEIGHT, LEAST_WINDOW)
    tall = wide * HEIGHT / WIDTH
    return Window((min(xs) + max(xs)) / 2 - wide / 2, (min(ys) + max(ys)) / 2 - tall / 2, WIDTH / wide)


def _names(ground: Ground, window: Window, spots: Sequence[Spot]) -> list[Name]:
    """Return the names that touch neither a pin nor one another, in the order of the areas."""
    shown: list[Name] = []
    for label, x, y in ground.names:
        left, top = window.place(x, y)
        inside = NAME_WIDTH / 2 < left < WIDTH - NAME_WIDTH / 2 and NAME_HEIGHT < top < HEIGHT - NAME_HEIGHT
        taken: list[Spot | Name] = [*spots, *shown]
        free = all(
            abs(left - other.x) > (NAME_WIDTH + other.width) / 2 or abs(top - other.y) > 2 * PIN
            for other in taken
        )
        if inside and free and len(shown) < MOST_NAMES:
            shown.append(Name(label, left, top))
    return shown
