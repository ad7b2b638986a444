"""Loading a city bundle: all or nothing, and twice with the same result."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.city.actions.venue import BUNDLE_SOURCE, venue_id
from learningcity.city.actions.walk import locked_city, remember_streets, remember_walks
from learningcity.city.importers.areas import AreaDraft, geojson
from learningcity.city.importers.bundle import AreasDraft, Bundle, bundle_in
from learningcity.city.importers.places import PlaceDraft
from learningcity.city.importers.population import TableDraft
from learningcity.city.models import (
    Area,
    AreaSet,
    City,
    PopulationCount,
    PopulationGroup,
    PopulationTable,
    TravelNetwork,
    Venue,
)
from learningcity.city.permissions import can_load_city
from learningcity.city.queries import folded_name
from learningcity.city.queries.profile import forget
from learningcity.city.queries.walking import ON_FOOT
from learningcity.city.signals import venues_changed
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.progress import SILENT, Progress
from learningcity.engines.access import Network

TOGETHER = 500


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a loading brought. `population` is by area set, where a table counts everyone."""

    city: str
    areas: dict[str, int]
    tables: list[str]
    groups: int
    population: dict[str, int]
    streets: dict[str, float] | None
    venues: dict[str, int] = field(default_factory=dict)
    walks: int = 0
    covered: dict[str, int] = field(default_factory=dict)


def load_bundle(folder: Path, *, by: Actor, at: datetime, progress: Progress = SILENT) -> LoadReport:
    """Load the city bundle in a folder: everything is read and checked first, then written at once.

    What has left the bundle is removed; a place is kept and marked as gone, for links and offers point at it.
    Raises PermissionDenied, or BundleRefused naming file, row, column and remedy; then nothing was changed.
    """
    if not can_load_city(by):
        raise PermissionDenied
    bundle = bundle_in(folder, progress=progress)
    return store_bundle(bundle, by=by, at=at, progress=progress)


@transaction.atomic
def store_bundle(bundle: Bundle, *, by: Actor, at: datetime, progress: Progress = SILENT) -> LoadReport:
    """Write a bundle that was read and checked. Raises PermissionDenied."""
    if not can_load_city(by):
        raise PermissionDenied
    city = _write_city(bundle, at)
    forget()
    with progress.bar(label=city.name, total=6) as advance:
        sets = _write_area_sets(bundle.area_sets)
        advance(1)
        areas = _write_areas(bundle.area_sets, sets)
        advance(1)
        _write_tables(bundle.tables, sets, areas)
        advance(1)
        streets = _write_streets(bundle.network)
        advance(1)
        venues = _write_venues(bundle, areas, at)
        advance(1)
        remember_streets(city)
        walks = remember_walks(Venue.Kind.values)
        advance(1)
    record("city.bundle_loaded", by=by, about=city, at=at)
    return LoadReport(
        city=city.name,
        areas={draft.part.key: len(draft.areas) for draft in bundle.area_sets},
        tables=[draft.part.key for draft in bundle.tables],
        groups=sum(len(draft.part.groups) for draft in bundle.tables),
        population={d.part.areas: sum(d.counts.values()) for d in bundle.tables if d.part.everyone},
        streets=streets,
        venues=venues,
        walks=walks,
        covered=_covered(),
    )


def _covered() -> dict[str, int]:
    """Return how many areas of each set have a street near."""
    near = Area.objects.filter(street_node__isnull=False).values_list("area_set__key", flat=True)
    counted = dict.fromkeys(AreaSet.objects.order_by("position").values_list("key", flat=True), 0)
    for key in near:
        counted[key] += 1
    return counted


def _write_city(bundle: Bundle, at: datetime) -> City:
    part = bundle.manifest.city
    # Written first: the row is the lock by which a second loading waits for this one.
    locked_city()
    city, _created = City.objects.update_or_create(
        pk=1,
        defaults={
            "name": part.name,
            "names": part.names,
            "country": part.country,
            "region": part.region,
            "time_zone": part.time_zone,
            "languages": part.languages,
            "currency": part.currency,
            "lat": bundle.centre[0],
            "lon": bundle.centre[1],
            "snap_metres": part.snap_metres,
            "sources": [asdict(source) for source in bundle.manifest.sources],
            "bundle_digest": bundle.digest,
            "loaded_at": at,
        },
    )
    return city


def _write_area_sets(drafts: Sequence[AreasDraft]) -> dict[str, AreaSet]:
    """Write the sets and return them by key; sets that left the bundle go with all that hangs on them."""
    AreaSet.objects.exclude(key__in=[draft.part.key for draft in drafts]).delete()
    sets = {}
    for position, draft in enumerate(drafts):
        part = draft.part
        facts = {"label": part.label, "labels": part.labels, "purpose": part.purpose, "source": part.source}
        sets[part.key], _created = AreaSet.objects.update_or_create(
            key=part.key, defaults={**facts, "position": position}
        )
    return sets


def _write_areas(drafts: Sequence[AreasDraft], sets: dict[str, AreaSet]) -> dict[tuple[str, str], int]:
    """Write the areas and return their keys by (set key, code)."""
    for draft in drafts:
        area_set = sets[draft.part.key]
        codes = {area.code for area in draft.areas}
        gone = [pk for pk, code in area_set.areas.values_list("pk", "code") if code not in codes]
        Area.objects.filter(pk__in=gone).delete()
        rows = [_area_row(area, area_set) for area in draft.areas]
        Area.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["area_set", "code"],
            update_fields=["name", "names", "folded_name", "outline", "sketch", *_POINTS],
            batch_size=TOGETHER,
        )
    stored = Area.objects.values_list("area_set__key", "code", "pk")
    return {(key, code): pk for key, code, pk in stored}


_POINTS = ("south", "west", "north", "east", "lat", "lon")


def _area_row(draft: AreaDraft, area_set: AreaSet) -> Area:
    west, south, east, north = draft.geometry.bounds
    return Area(
        area_set=area_set,
        code=draft.code,
        name=draft.name,
        names=draft.names,
        folded_name=folded_name(draft.name, *draft.names.values(), draft.code),
        outline=geojson(draft.geometry),
        sketch=geojson(draft.sketch),
        south=south,
        west=west,
        north=north,
        east=east,
        lat=draft.lat,
        lon=draft.lon,
    )


def _write_tables(
    drafts: Sequence[TableDraft], sets: dict[str, AreaSet], areas: dict[tuple[str, str], int]
) -> None:
    PopulationTable.objects.exclude(key__in=[draft.part.key for draft in drafts]).delete()
    # The one that counts everyone may change: no two may claim it, not even for a moment.
    PopulationTable.objects.update(counts_everyone=False)
    for position, draft in enumerate(drafts):
        part = draft.part
        table, _created = PopulationTable.objects.update_or_create(
            key=part.key,
            defaults={
                "label": part.label,
                "labels": part.labels,
                "area_set": sets[part.areas],
                "unit": part.unit,
                "year": part.year,
                "counts_everyone": part.everyone,
                "source": part.source,
                "position": position,
            },
        )
        groups = _write_groups(table, draft)
        _write_counts(draft, groups, areas)


def _write_groups(table: PopulationTable, draft: TableDraft) -> dict[str, int]:
    table.groups.exclude(key__in=[group.key for group in draft.part.groups]).delete()
    groups = {}
    for position, part in enumerate(draft.part.groups):
        facts = {"name": f"{table.key}-{part.key}", "label": part.label, "labels": part.labels}
        group, _created = PopulationGroup.objects.update_or_create(
            table=table, key=part.key, defaults={**facts, "position": position}
        )
        groups[part.key] = group.pk
    return groups


def _write_counts(draft: TableDraft, groups: dict[str, int], areas: dict[tuple[str, str], int]) -> None:
    rows = {
        (groups[key], areas[draft.part.areas, code]): count for (key, code), count in draft.counts.items()
    }
    stored = PopulationCount.objects.filter(group_id__in=groups.values()).values_list(
        "pk", "group_id", "area_id"
    )
    gone = [pk for pk, group, area in stored if (group, area) not in rows]
    _delete_counts(gone)
    PopulationCount.objects.bulk_create(
        (PopulationCount(group_id=g, area_id=a, count=count) for (g, a), count in rows.items()),
        update_conflicts=True,
        unique_fields=["group", "area"],
        update_fields=["count"],
        batch_size=TOGETHER,
    )


def _delete_counts(keys: list[int]) -> None:
    for start in range(0, len(keys), TOGETHER):
        PopulationCount.objects.filter(pk__in=keys[start : start + TOGETHER]).delete()


def _write_streets(network: Network | None) -> dict[str, float] | None:
    if network is None:
        TravelNetwork.objects.all().delete()
        return None
    data = network.to_bytes()
    digest = hashlib.sha256(data).hexdigest()
    size = {"nodes": len(network), "edges": len(network.heads) // 2}
    TravelNetwork.objects.update_or_create(mode=ON_FOOT, defaults={**size, "digest": digest, "data": data})
    # Every piece of street is stored in both directions.
    return {**size, "kilometres": round(float(network.metres.sum(dtype="float64")) / 2000, 1)}


def _write_venues(bundle: Bundle, areas: dict[tuple[str, str], int], at: datetime) -> dict[str, int]:
    """Write the places of the bundle; what the extract no longer has is marked as gone."""
    stored = {venue.source_key: venue for venue in Venue.objects.filter(source=BUNDLE_SOURCE)}
    new, changed = [], []
    was: dict[int, tuple[str, str]] = {}
    places = bundle.places or []
    for place in places:
        area = bundle.area_of.get(place.key)
        facts = _venue_facts(place, areas[area] if area else None)
        venue = stored.pop(place.key, None)
        if venue is None:
            public_id = venue_id(BUNDLE_SOURCE, place.key)
            new.append(Venue(source=BUNDLE_SOURCE, source_key=place.key, public_id=public_id, **facts))
        elif any(getattr(venue, name) != value for name, value in facts.items()):
            if (venue.name, venue.address) != (facts["name"], facts["address"]):
                was[venue.pk] = (venue.name, venue.address)
            _set(venue, facts)
            changed.append(venue)
    gone = [venue for venue in stored.values() if not venue.is_gone]
    for venue in gone:
        _set(venue, {"is_gone": True, "area_id": None})
    Venue.objects.bulk_create(new, batch_size=TOGETHER)
    fields = [field.name for field in Venue._meta.concrete_fields if not field.unique]
    Venue.objects.bulk_update([*changed, *gone], fields, batch_size=100)
    if changed or gone:
        venues_changed.send(sender=None, venues=[venue.pk for venue in (*changed, *gone)], was=was, at=at)
    same = len(places) - len(new) - len(changed)
    counts = {"new": len(new), "changed": len(changed), "same": same, "gone": len(gone)}
    return {**counts, "unnamed": bundle.unnamed, "outside": bundle.outside}


def _venue_facts(place: PlaceDraft, area_id: int | None) -> dict[str, object]:
    facts = asdict(place)
    del facts["key"]
    return {**facts, "folded_name": folded_name(place.name), "area_id": area_id, "is_gone": False}


def _set(venue: Venue, facts: dict[str, object]) -> None:
    for name, value in facts.items():
        setattr(venue, name, value)
