"""Places of learning out of an OpenStreetMap extract, by the tags that the manifest names."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium
import shapely
from django.utils.translation import gettext as _

from learningcity.city.importers.mapping import Mapping, Tags
from learningcity.city.importers.refusal import BundleRefused
from learningcity.city.models import Venue

DECIMALS = 6
STEP_FREE = {"yes": Venue.Answer.YES, "designated": Venue.Answer.YES, "no": Venue.Answer.NO}


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """One place as it will be stored; `key` is type and number in OpenStreetMap (`way/123`)."""

    key: str
    name: str
    kind: str
    lat: float
    lon: float
    address: str
    postcode: str
    website: str
    opening_hours: str
    step_free: str


@dataclass(frozen=True, slots=True)
class Found:
    """The places with a name, by key, and how many were left out because they have none."""

    places: list[PlaceDraft]
    unnamed: int


def places_in(path: Path, mapping: Mapping, *, progress: Callable[[int], object]) -> Found:
    """Read the places. Raises BundleRefused for a file that is cut, or of another kind.

    A node gives its point, an area (closed way or multipolygon) a point inside it, an open way the mean of
    its points. A place without a name is left out: nobody could be sent there. `progress` is called with
    the number of tagged things looked at.
    """
    found: dict[str, PlaceDraft] = {}
    unnamed: set[str] = set()
    try:
        for key, tags, point in _tagged(path, mapping):
            progress(1)
            kind = mapping.kind_of(tags)
            name = _clean(tags.get("name", ""), 255)
            if kind is None or point is None:
                continue
            if name:
                found[key] = _draft(key, name, kind, point, tags)
            else:
                unnamed.add(key)
    except (osmium.InvalidLocationError, RuntimeError, ValueError) as error:
        raise BundleRefused(
            _("The extract is cut short, damaged or of another format. Fetch it again as .osm.pbf or .osm."),
            file=path.name,
        ) from error
    return Found([found[key] for key in sorted(found)], len(unnamed))


def _tagged(path: Path, mapping: Mapping) -> Iterator[tuple[str, Tags, tuple[float, float] | None]]:
    """Yield key, tags and point of everything with a leading tag; areas come after their ways."""
    wanted = osmium.filter.TagFilter(*mapping.leading_tags())
    for thing in osmium.FileProcessor(str(path)).with_areas(wanted).with_filter(wanted):
        if isinstance(thing, osmium.osm.Area):
            yield _key_of_area(thing), thing.tags, _inner_point(thing)
        elif isinstance(thing, osmium.osm.Way):
            yield f"way/{thing.id}", thing.tags, _mean_point(thing)
        elif isinstance(thing, osmium.osm.Node):
            yield f"node/{thing.id}", thing.tags, _point(thing.location)


def _key_of_area(area: Any) -> str:
    return f"{'way' if area.from_way() else 'relation'}/{area.orig_id()}"


def _inner_point(area: Any) -> tuple[float, float] | None:
    shapes = [
        shapely.Polygon(
            [(node.lon, node.lat) for node in ring],
            [[(node.lon, node.lat) for node in hole] for hole in area.inner_rings(ring)],
        )
        for ring in area.outer_rings()
    ]
    if not shapes:
        return None
    point = max(shapes, key=lambda polygon: polygon.area).representative_point()
    return round(point.y, DECIMALS), round(point.x, DECIMALS)


def _mean_point(way: Any) -> tuple[float, float] | None:
    # At the edge of an extract some points of a way are missing.
    points = [point for node in way.nodes if (point := _point(node.location)) is not None]
    if way.is_closed() and len(points) > 1:
        points = points[:-1]
    if not points:
        return None
    lats, lons = zip(*points, strict=True)
    return round(sum(lats) / len(lats), DECIMALS), round(sum(lons) / len(lons), DECIMALS)


def _point(location: Any) -> tuple[float, float] | None:
    return (location.lat, location.lon) if location.valid() else None


def _draft(key: str, name: str, kind: str, point: tuple[float, float], tags: Tags) -> PlaceDraft:
    street = " ".join(filter(None, (_said(tags, "addr:housenumber"), _said(tags, "addr:street"))))
    parts = (_said(tags, "addr:housename"), street, _said(tags, "addr:city"))
    return PlaceDraft(
        key=key,
        name=name,
        kind=kind,
        lat=point[0],
        lon=point[1],
        address=_clean(", ".join(filter(None, parts)), 300),
        postcode=_said(tags, "addr:postcode")[:20],
        website=_website(tags),
        opening_hours=_clean(tags.get("opening_hours", ""), 300),
        step_free=STEP_FREE.get(_said(tags, "wheelchair"), Venue.Answer.UNKNOWN),
    )


def _website(tags: Tags) -> str:
    """Return the first address of a page, with its scheme; nothing that a browser should not be sent to."""
    said = next(filter(None, (_said(tags, key) for key in ("website", "contact:website", "url"))), "")
    address = said if "://" in said else f"https://{said}"
    return address if re.fullmatch(r"https?://[\w.-]+\.\w+(:\d+)?(/[^\s\"<>]*)?", address) else ""


def _said(tags: Tags, key: str) -> str:
    return _clean(tags.get(key, ""), 255)


def _clean(text: str | None, longest: int) -> str:
    """Return a text on one line without control characters, which a database may refuse."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text or "").split())
    return line[:longest].strip()
