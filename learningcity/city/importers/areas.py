"""Areas: outlines from GeoJSON, checked, mended where that is safe, with box and inner point."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from learningcity.city.importers.files import text_of
from learningcity.city.importers.manifest import AreasPart
from learningcity.city.importers.plane import inner_point
from learningcity.city.importers.refusal import BundleRefused, quoted

MOST_AREAS = 50_000
CODE = r"[\w.:-]{1,40}"
DECIMALS = 6
# A map of the city is a few hundred units wide: finer than this nobody sees.
SKETCH_SHARE = 1 / 1500
# Outlines of another year or scale may reach a little over the edge of the city.
MARGIN_SHARE = 0.1

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class AreaDraft:
    """One area as it will be stored; the geometry in degrees (longitude, latitude)."""

    code: str
    name: str
    names: dict[str, str]
    geometry: BaseGeometry
    sketch: BaseGeometry
    lat: float
    lon: float


def areas_in(path: Path, part: AreasPart, *, box: Box | None, meridian: float | None) -> list[AreaDraft]:
    """Read one set of areas. Raises BundleRefused, naming the feature.

    `box` (south, west, north, east) is where the city lies: an area outside it is refused. Inner points are
    taken in the plane of a map whose north points north along `meridian`, the middle of the set if None.
    """
    features = _features(path)
    outlines = [_outline(path.name, n, feature) for n, feature in enumerate(features, start=1)]
    drafts: dict[str, AreaDraft] = {}
    sketches = _sketches(outlines)
    west, _south, east, _north = shapely.total_bounds(np.array(outlines))
    middle = (west + east) / 2 if meridian is None else meridian
    for n, (feature, outline, sketch) in enumerate(zip(features, outlines, sketches, strict=True), start=1):
        facts = feature.get("properties") or {}
        code = _code(path.name, n, facts, part)
        if code in drafts:
            _refuse(
                path.name, n, _("The code “%(code)s” is used twice. Give each area its own.") % {"code": code}
            )
        if box is not None and not _is_inside(outline, box):
            _refuse(
                path.name,
                n,
                _("The area “%(code)s” lies outside the city. Check that longitude comes before latitude.")
                % {"code": code},
            )
        lat, lon = inner_point(outline, middle)
        drafts[code] = AreaDraft(
            code,
            _name(path.name, n, facts, part.name),
            {language: _name(path.name, n, facts, key) for language, key in part.names.items()},
            outline,
            sketch,
            round(lat, DECIMALS),
            round(lon, DECIMALS),
        )
    return list(drafts.values())


def box_of(drafts: Iterable[AreaDraft]) -> Box:
    """Return south, west, north, east of all areas."""
    west, south, east, north = shapely.total_bounds(np.array([draft.geometry for draft in drafts]))
    return float(south), float(west), float(north), float(east)


def geojson(geometry: BaseGeometry) -> dict[str, Any]:
    """Return the geometry as GeoJSON, with lists where shapely has tuples."""
    plain: dict[str, Any] = json.loads(json.dumps(mapping(geometry)))
    return plain


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        data = json.loads(text_of(path), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        if isinstance(error, json.JSONDecodeError):
            raise BundleRefused(
                _("This is not JSON, or it is cut short. Fetch the file again."),
                file=path.name,
                row=error.lineno,
            ) from error
        raise BundleRefused(
            _("This is not JSON that can be used. Fetch the file again."), file=path.name
        ) from error
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise BundleRefused(
            _("This is not a GeoJSON collection of features. Export the areas as GeoJSON."), file=path.name
        )
    if not 0 < len(features) <= MOST_AREAS:
        raise BundleRefused(
            _("The file has %(found)s areas; there must be 1 to %(most)s.")
            % {"found": len(features), "most": MOST_AREAS},
            file=path.name,
        )
    return features


def _no_constant(word: str) -> NoReturn:
    raise ValueError(word)


def _outline(file: str, number: int, feature: dict[str, Any]) -> BaseGeometry:
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        _refuse(file, number, _("This is not a polygon. An area needs a Polygon or a MultiPolygon."))
    coordinates: Any = geometry.get("coordinates")
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    if not _are_polygons(polygons):
        _refuse(
            file,
            number,
            _("The outline is not made of rings of at least four points. Export the areas again."),
        )
    points = [point for polygon in polygons for ring in polygon for point in ring]
    if not all(_is_on_earth(point) for point in points):
        _refuse(
            file,
            number,
            _("A point lies outside the earth. Write longitude and latitude in degrees (WGS 84)."),
        )
    return _mended(file, number, polygons)


def _mended(file: str, number: int, polygons: list[list[list[list[float]]]]) -> BaseGeometry:
    # Heights are dropped here: some exports write them for a few points only.
    rings = [[np.round([point[:2] for point in ring], DECIMALS) for ring in polygon] for polygon in polygons]
    parts = [shapely.Polygon(outer, holes) for outer, *holes in rings]
    outline = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    if not outline.is_valid:
        outline = shapely.make_valid(outline)
    parts = [part for part in shapely.get_parts(outline) if part.geom_type in {"Polygon", "MultiPolygon"}]
    whole = shapely.union_all(parts) if len(parts) > 1 else (parts[0] if parts else shapely.Polygon())
    if whole.area <= 0:
        _refuse(file, number, _("The outline encloses nothing. Export the areas again."))
    return whole


def _are_polygons(polygons: Any) -> bool:
    return (
        isinstance(polygons, list)
        and bool(polygons)
        and all(isinstance(polygon, list) and polygon for polygon in polygons)
        and all(isinstance(ring, list) and len(ring) >= 4 for polygon in polygons for ring in polygon)
    )


def _is_on_earth(point: Any) -> bool:
    if not isinstance(point, list) or not 2 <= len(point) <= 4:
        return False
    lon, lat = point[:2]
    if not all(isinstance(x, int | float) and not isinstance(x, bool) for x in point):
        return False
    return all(abs(x) < 1e9 for x in point[2:]) and -180 <= lon <= 180 and -90 <= lat <= 90


def _sketches(outlines: list[BaseGeometry]) -> list[BaseGeometry]:
    """Return the outlines with fewer points; neighbours keep their common border."""
    west, south, east, north = shapely.total_bounds(np.array(outlines))
    tolerance = max(east - west, north - south) * SKETCH_SHARE
    simple = shapely.coverage_simplify(np.array(outlines), tolerance)
    return [
        sketch if sketch is not None and sketch.area > 0 else outline
        for sketch, outline in zip(simple, outlines, strict=True)
    ]


def _code(file: str, number: int, facts: Any, part: AreasPart) -> str:
    value = facts.get(part.code) if isinstance(facts, dict) else None
    code = str(value).strip() if isinstance(value, str | int) else ""
    if not re.fullmatch(CODE, code):
        _refuse(
            file,
            number,
            _("“%(key)s” holds no code (1 to 40 letters, digits, hyphens). Correct it, or bundle.toml.")
            % {"key": quoted(part.code)},
        )
    return code


def _name(file: str, number: int, facts: Any, key: str) -> str:
    value = facts.get(key)
    name = " ".join(str(value).split()) if isinstance(value, str | int) else ""
    if not name or len(name) > 120 or not name.isprintable():
        _refuse(
            file,
            number,
            _("“%(key)s” holds no name (1 to 120 characters). Correct it, or bundle.toml.")
            % {"key": quoted(key)},
        )
    return name


def _is_inside(outline: BaseGeometry, box: Box) -> bool:
    west, south, east, north = outline.bounds
    tall, wide = (box[2] - box[0]) * MARGIN_SHARE, (box[3] - box[1]) * MARGIN_SHARE
    return (
        south >= box[0] - tall and north <= box[2] + tall and west >= box[1] - wide and east <= box[3] + wide
    )


def _refuse(file: str, number: int, sentence: str) -> NoReturn:
    raise BundleRefused(sentence, file=file, column=_("feature %(number)s") % {"number": number})
