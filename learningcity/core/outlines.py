"""Outlines of many neighbouring areas for one small drawing.

Each border between two areas is simplified once for both (`shapely.coverage_simplify`), so that neither gaps
nor overlaps appear; positions are whole units, each told from the one before. A city of a hundred areas takes
about ten kilobytes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from learningcity.core.maps import Box, svg_point


def svg_outlines(outlines: Sequence[Mapping[str, Any]], box: Box, *, detail: float = 4.0) -> list[str]:
    """Return GeoJSON polygons and multipolygons as the `d` of SVG paths, in the order given.

    `detail` is the size, in units of the drawing, of the smallest bend that is kept. A small area keeps its
    first ring, whatever its size: an area that is not drawn would look like no area.
    Raises ValueError for a geometry without area.
    """
    geometries = [shape(outline) for outline in outlines]
    for geometry in geometries:
        if not isinstance(geometry, Polygon | MultiPolygon) or geometry.is_empty:
            raise ValueError(f"a map area is a polygon or multipolygon, not a {geometry.geom_type}")
    per_unit = (box.east - box.west) / box.width
    simple = shapely.coverage_simplify(geometries, detail * per_unit)
    return [_area(geometry, box, least=detail) for geometry in simple]


def svg_trails(lines: Iterable[Sequence[tuple[float, float]]], box: Box) -> str:
    """Return lines of (lat, lon) points as the `d` of one SVG path in whole units: streets behind a place."""
    drawn = (_steps([(lon, lat) for lat, lon in line], box) for line in lines)
    return "".join(_path(points) for points in drawn if len(points) > 1)


def _area(geometry: BaseGeometry, box: Box, *, least: float) -> str:
    rings = [_steps(ring, box) for ring in _rings(geometry)]
    largest = max(rings, key=_extent)
    return "".join(_path(ring) + "z" for ring in rings if ring is largest or _extent(ring) >= least)


def _rings(geometry: BaseGeometry) -> Iterator[Sequence[tuple[float, ...]]]:
    for polygon in getattr(geometry, "geoms", [geometry]):
        yield list(polygon.exterior.coords)[:-1]
        yield from (list(hole.coords)[:-1] for hole in polygon.interiors)


def _steps(ring: Sequence[tuple[float, ...]], box: Box) -> list[tuple[int, int]]:
    points: list[tuple[int, int]] = []
    for lon, lat, *_height in ring:
        x, y = svg_point(lat, lon, box)
        if (point := (round(x), round(y))) not in points[-1:]:
            points.append(point)
    return points


def _extent(ring: Sequence[tuple[int, int]]) -> int:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _path(points: Sequence[tuple[int, int]]) -> str:
    words = [f"{next_x - x} {next_y - y}" for (x, y), (next_x, next_y) in pairwise(points)]
    # A minus sign parts two numbers as well as a space does; a speck is drawn one unit wide.
    steps = " ".join(words or ["1 0"]).replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}l{steps}"
