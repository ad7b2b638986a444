"""Drawn maps: places and outlines on the earth turned into positions on an SVG.

A `Box` is a window on the earth and the size of the drawing. Longitudes shrink with the cosine of the middle
latitude (equirectangular projection): over a city the error is far below one unit of the drawing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from shapely import MultiPolygon, Polygon
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

WIDTH = 640


@dataclass(frozen=True, slots=True)
class Box:
    """A window on the earth, in degrees, drawn `width` units wide and `height` units high."""

    west: float
    south: float
    east: float
    north: float
    width: int
    height: int

    @property
    def view_box(self) -> str:
        """The `viewBox` of the drawing."""
        return f"0 0 {self.width} {self.height}"


def box_around(
    points: Iterable[tuple[float, float]], *, width: int = WIDTH, margin: float = 0.04, least: float = 0.004
) -> Box:
    """Return the window that holds all (lat, lon) points, with a margin as a share of its extent.

    A single point gets a window of at least `least` degrees. The drawing is at least a quarter as high as
    wide, and at most as high as wide. Raises ValueError without any point.
    """
    found = list(points)
    if not found:
        raise ValueError("a map needs at least one point")
    lats, lons = [lat for lat, _ in found], [lon for _, lon in found]
    south, north, west, east = min(lats), max(lats), min(lons), max(lons)
    shrink = cos(radians((south + north) / 2))
    tall = max(north - south, least) * (1 + 2 * margin)
    wide = max((east - west) * shrink, least) * (1 + 2 * margin)
    tall, wide = max(tall, wide / 4), max(wide, tall)
    lat, lon = (south + north) / 2, (west + east) / 2
    half = wide / 2 / shrink
    height = round(width * tall / wide)
    return Box(lon - half, lat - tall / 2, lon + half, lat + tall / 2, width, height)


def box_of(outlines: Iterable[Mapping[str, Any]], *, width: int = WIDTH, margin: float = 0.02) -> Box:
    """Return the window that holds all GeoJSON geometries. Raises ValueError if all are empty."""
    corners: list[tuple[float, float]] = []
    for outline in outlines:
        geometry = shape(outline)
        if not geometry.is_empty:
            west, south, east, north = geometry.bounds
            corners += [(south, west), (north, east)]
    return box_around(corners, width=width, margin=margin)


def svg_point(lat: float, lon: float, box: Box) -> tuple[float, float]:
    """Return the (x, y) of a point in the drawing, to a tenth of a unit.

    >>> svg_point(51.5, -3.0, Box(-3.5, 51.0, -2.5, 52.0, 640, 400))
    (320.0, 200.0)
    """
    x = (lon - box.west) / (box.east - box.west) * box.width
    y = (box.north - lat) / (box.north - box.south) * box.height
    return round(x, 1), round(y, 1)


def svg_outline(outline: Mapping[str, Any], box: Box, *, detail: float = 0.75) -> str:
    """Return a GeoJSON polygon or multipolygon as the `d` of an SVG path; "" if nothing is left to draw.

    Corners nearer than `detail` units to the simplified outline are left out (Douglas and Peucker, as in
    GEOS, keeping the topology); rings are closed; holes follow their polygon: draw with
    `fill-rule="evenodd"`.
    Raises ValueError for a geometry without area.
    """
    geometry = shape(outline)
    if not isinstance(geometry, Polygon | MultiPolygon):
        raise ValueError(f"a map area is a polygon or multipolygon, not a {geometry.geom_type}")
    return "".join(_ring(points, box, detail) for points in _rings(geometry, box, detail))


def _rings(geometry: BaseGeometry, box: Box, detail: float) -> Iterator[Sequence[tuple[float, ...]]]:
    per_unit = (box.east - box.west) / box.width
    simple = geometry.simplify(detail * per_unit)
    for polygon in getattr(simple, "geoms", [simple]):
        if not polygon.is_empty:
            yield list(polygon.exterior.coords)
            yield from (list(hole.coords) for hole in polygon.interiors)


def _ring(coordinates: Sequence[tuple[float, ...]], box: Box, detail: float) -> str:
    points = [svg_point(lat, lon, box) for lon, lat, *_height in coordinates[:-1]]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if max(xs) - min(xs) < detail and max(ys) - min(ys) < detail:
        return ""
    return _path(points) + "Z"


def _path(points: Sequence[tuple[float, float]]) -> str:
    steps = []
    previous = None
    for x, y in points:
        if (x, y) == previous:
            continue
        steps.append(f"{'M' if previous is None else 'L'}{x:g} {y:g}")
        previous = (x, y)
    return "".join(steps)
