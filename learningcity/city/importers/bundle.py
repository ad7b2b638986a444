"""A whole city bundle, read and checked before anything is written."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from django.utils.translation import gettext as _

from learningcity.city.importers.areas import AreaDraft, Box, areas_in, box_of
from learningcity.city.importers.files import extract_of, file_in
from learningcity.city.importers.manifest import AreasPart, Manifest, manifest_in
from learningcity.city.importers.places import PlaceDraft, places_in
from learningcity.city.importers.population import TableDraft, people_by_area, table_in
from learningcity.city.importers.refusal import BundleRefused
from learningcity.city.importers.section import MANIFEST
from learningcity.city.models import AreaSet
from learningcity.core.progress import Progress
from learningcity.engines.access import Network, NetworkError, walking_network


@dataclass(frozen=True, slots=True)
class AreasDraft:
    """One set of areas as it will be stored."""

    part: AreasPart
    areas: list[AreaDraft]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything a bundle says, ready to be stored.

    `places` is None where the bundle has no places; `area_of` gives the (set key, code) of a place by its
    key; `unnamed` and `outside` count the places that were left out.
    """

    manifest: Manifest
    digest: str
    centre: tuple[float, float]
    area_sets: list[AreasDraft]
    tables: list[TableDraft]
    network: Network | None
    places: list[PlaceDraft] | None
    area_of: dict[str, tuple[str, str]]
    unnamed: int
    outside: int


def bundle_in(folder: Path, *, progress: Progress) -> Bundle:
    """Read the bundle in a folder. Raises BundleRefused, naming file, row, column and remedy."""
    manifest = manifest_in(folder)
    paths = {name: file_in(folder, name) for name in manifest.files()}
    box = manifest.city.box
    area_sets: list[AreasDraft] = []
    for part in progress.steps(manifest.areas, label=_("Areas")):
        areas = areas_in(paths[part.file], part, box=box, meridian=manifest.city.meridian)
        box = box or box_of(areas)
        area_sets.append(AreasDraft(part, areas))
    tables = _tables(manifest, paths, area_sets, progress)
    network = _network(manifest, paths, box, progress)
    bundle = Bundle(
        manifest=manifest,
        digest=_digest(folder, paths),
        centre=_centre(manifest, box, network),
        area_sets=area_sets,
        tables=tables,
        network=network,
        places=None,
        area_of={},
        unnamed=0,
        outside=0,
    )
    return _with_places(bundle, paths, progress)


def naming_set(area_sets: list[AreasDraft]) -> AreasDraft | None:
    """Return the set whose areas residents know: the first of names, else the first of all."""
    names = [draft for draft in area_sets if draft.part.purpose == AreaSet.Purpose.NAMES]
    return next(iter(names or area_sets), None)


def _tables(
    manifest: Manifest, paths: dict[str, Path], area_sets: list[AreasDraft], progress: Progress
) -> list[TableDraft]:
    codes = {draft.part.key: {area.code for area in draft.areas} for draft in area_sets}
    drafts: dict[str, TableDraft] = {}
    # Classes need the people of another table, which may stand after them.
    order = sorted(manifest.tables, key=lambda part: bool(part.people_of))
    for part in progress.steps(order, label=_("Population")):
        people = people_by_area(drafts[part.people_of].counts) if part.people_of else {}
        drafts[part.key] = table_in(paths[part.file], part, codes[part.areas], people)
    return [drafts[part.key] for part in manifest.tables]


def _network(
    manifest: Manifest, paths: dict[str, Path], box: Box | None, progress: Progress
) -> Network | None:
    if manifest.streets is None:
        return None
    path = extract_of(paths[manifest.streets.file])
    with progress.bar(label=_("Streets")) as advance:
        try:
            network = walking_network(path, progress=advance)
        except NetworkError as error:
            raise BundleRefused(_streets_remedy(error.problem), file=path.name) from error
    if box is not None and not _any_inside(network, box):
        raise BundleRefused(
            _("None of these streets lies in the city. Take an extract of the city, or correct the areas."),
            file=path.name,
        )
    return network


def _streets_remedy(problem: str) -> str:
    if problem == "streetless":
        return _("The extract has no street to walk on. Take an extract that covers the city with its ways.")
    if problem == "unreadable":
        return _("This is not an OpenStreetMap extract. Give a file in the .osm.pbf or .osm format.")
    return _("The extract is cut short or damaged. Download it again and compare its size.")


def _any_inside(network: Network, box: Box) -> bool:
    south, west, north, east = box
    lat, lon = network.lat, network.lon
    return bool(np.any((lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)))


def _digest(folder: Path, paths: dict[str, Path]) -> str:
    whole = hashlib.sha256()
    for name, path in sorted({MANIFEST: folder / MANIFEST, **paths}.items()):
        with path.open("rb") as file:
            whole.update(f"{name}:{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return whole.hexdigest()


def _centre(manifest: Manifest, box: Box | None, network: Network | None) -> tuple[float, float]:
    if manifest.city.centre is not None:
        return manifest.city.centre
    if box is None and network is not None:
        return round(float(np.median(network.lat)), 6), round(float(np.median(network.lon)), 6)
    if box is None:
        raise BundleRefused(
            _("Nothing says where the city lies. Write its centre: centre = [latitude, longitude]."),
            file=MANIFEST,
            column="[city] centre",
        )
    return round((box[0] + box[2]) / 2, 6), round((box[1] + box[3]) / 2, 6)


def _with_places(bundle: Bundle, paths: dict[str, Path], progress: Progress) -> Bundle:
    part = bundle.manifest.places
    if part is None:
        return bundle
    with progress.bar(label=_("Places")) as advance:
        found = places_in(extract_of(paths[part.file]), part.mapping, progress=advance)
    if not bundle.area_sets:
        return replace(bundle, places=found.places, unnamed=found.unnamed)
    # The first set is the outline of the city; another one may be simplified and reach over it.
    inside = _located(found.places, bundle.area_sets[0])
    kept = [place for place in found.places if place.key in inside]
    naming = naming_set(bundle.area_sets) or bundle.area_sets[0]
    return replace(
        bundle,
        places=kept,
        area_of=_located(kept, naming),
        unnamed=found.unnamed,
        outside=len(found.places) - len(kept),
    )


def _located(places: list[PlaceDraft], draft: AreasDraft) -> dict[str, tuple[str, str]]:
    """Return the area of every place that lies in one; on a common border the first area by code."""
    areas = sorted(draft.areas, key=lambda area: area.code)
    tree = shapely.STRtree([area.geometry for area in areas])
    points = shapely.points([(place.lon, place.lat) for place in places]) if places else []
    found: dict[str, tuple[str, str]] = {}
    for place, area in sorted(tree.query(points, predicate="covered_by").T.tolist() if places else []):
        found.setdefault(places[place].key, (draft.part.key, areas[area].code))
    return found
