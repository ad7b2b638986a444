"""The city as its pages list it and its API gives it away: places, areas, people, walks, outlines."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from learningcity.city.models import (
    Area,
    AreaSet,
    PopulationCount,
    PopulationTable,
    TravelNetwork,
    Venue,
    Walk,
)
from learningcity.core.maps import Box, box_of
from learningcity.core.outlines import svg_outlines

MAP_WIDTH = 900
SMALLEST_BEND = 3.0


@dataclass(frozen=True, slots=True)
class GroupFact:
    """How many people or households of a group live in an area."""

    name: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class TableFact:
    """What one population table says about an area."""

    table: PopulationTable
    groups: list[GroupFact]

    @property
    def total(self) -> int:
        """Return the sum of the groups."""
        return sum(group.count for group in self.groups)


@dataclass(frozen=True, slots=True)
class SetOfAreas:
    """One division of the city with its areas."""

    area_set: AreaSet
    areas: list[Area]


@dataclass(frozen=True, slots=True)
class Outlines:
    """The areas of a set as paths of one drawing, by code."""

    box: Box
    paths: dict[str, str]


def venues(*, kind: str = "", area: str = "", after: tuple[str, int] | None = None, size: int) -> list[Venue]:
    """Return the next places by name; `area` is a set's key and an area's code: "wards:W05000001"."""
    found = Venue.objects.filter(is_gone=False).select_related("area__area_set")
    if kind:
        found = found.filter(kind=kind)
    if area:
        set_key, _, code = area.partition(":")
        found = found.filter(area__area_set__key=set_key, area__code=code)
    if after is not None:
        name, key = after
        found = found.filter(Q(name__gt=name) | Q(name=name, pk__gt=key))
    return list(found.defer("area__outline", "area__sketch").order_by("name", "pk")[:size])


def venue(public_id: UUID) -> Venue | None:
    """Return one place, gone or not, or None where no place has this id."""
    found = Venue.objects.filter(public_id=public_id).select_related("area__area_set")
    return found.defer("area__outline", "area__sketch").first()


def area_sets() -> list[SetOfAreas]:
    """Return every division with its areas and their `people` (None where no table counts all)."""
    areas: dict[int, list[Area]] = {}
    for area in _with_people(Area.objects.defer("outline", "sketch")).order_by("name", "code"):
        areas.setdefault(area.area_set_id, []).append(area)
    sets = AreaSet.objects.order_by("position", "key")
    found = [SetOfAreas(area_set, areas.get(area_set.pk, [])) for area_set in sets]
    for division in found:
        for area in division.areas:
            area.area_set = division.area_set
    return found


def areas_after(*, set_key: str = "", after: tuple[str, str] | None = None, size: int) -> list[Area]:
    """Return the next areas by set and code, with their `people`."""
    found = _with_people(Area.objects.select_related("area_set").defer("outline", "sketch"))
    if set_key:
        found = found.filter(area_set__key=set_key)
    if after is not None:
        last_set, last_code = after
        found = found.filter(Q(area_set__key__gt=last_set) | Q(area_set__key=last_set, code__gt=last_code))
    return list(found.order_by("area_set__key", "code")[:size])


def area(set_key: str, code: str) -> Area | None:
    """Return one area with its outline and its `people`, or None where the set has no such code."""
    found = _with_people(Area.objects.select_related("area_set"))
    return found.filter(area_set__key=set_key, code=code).first()


def population_of(area: Area) -> list[TableFact]:
    """Return what each population table says about an area, in the order of the tables."""
    counts = PopulationCount.objects.filter(area=area).select_related("group__table")
    facts: dict[int, TableFact] = {}
    for count in counts.order_by("group__table__position", "group__table_id", "group__position", "group_id"):
        group = count.group
        fact = facts.setdefault(group.table_id, TableFact(group.table, []))
        fact.groups.append(GroupFact(group.name, group.local_label, count.count))
    return list(facts.values())


def walks_from(area: Area) -> list[Walk]:
    """Return the walks from an area to the nearest place of every kind, shortest first, unknown last."""
    return sorted(area.walks.all(), key=lambda walk: (walk.metres is None, walk.metres or 0.0, walk.kind))


def population_tables() -> list[PopulationTable]:
    """Return the population tables in their order."""
    return list(PopulationTable.objects.order_by("position", "key"))


@lru_cache(maxsize=16)
def outlines_of(bundle_digest: str, set_key: str) -> Outlines | None:
    """Return the drawn outlines of a set, None for a set without areas.

    Kept for each bundle: the outlines of a city change only when the city is loaded anew.
    """
    rows = list(Area.objects.filter(area_set__key=set_key).order_by("code").values_list("code", "sketch"))
    if not rows:
        return None
    sketches = [sketch for _, sketch in rows]
    box = box_of(sketches, width=MAP_WIDTH)
    paths = svg_outlines(sketches, box, detail=SMALLEST_BEND)
    return Outlines(box, {code: path for (code, _), path in zip(rows, paths, strict=True)})


def naming_areas() -> list[tuple[str, str]]:
    """Return the areas that residents name, as (set key:code, name in the reader's language), by name."""
    areas = Area.objects.filter(area_set__purpose=AreaSet.Purpose.NAMES).select_related("area_set")
    found = areas.only("code", "name", "names", "area_set__key").order_by("name", "code")
    return [(f"{area.area_set.key}:{area.code}", area.local_name) for area in found]


def sketches_near(venue: Venue, *, degrees: float = 0.03) -> list[dict[str, Any]]:
    """Return the simplified outlines of the naming areas around a place; [] where its point is not known."""
    if venue.lat is None or venue.lon is None:
        return []
    around = Area.objects.filter(
        area_set__purpose=AreaSet.Purpose.NAMES,
        south__lte=venue.lat + degrees,
        north__gte=venue.lat - degrees,
        west__lte=venue.lon + degrees,
        east__gte=venue.lon - degrees,
    )
    return list(around.order_by("code").values_list("sketch", flat=True)[:12])


def uses_of_sources(tables: Sequence[PopulationTable]) -> dict[str, list[str]]:
    """Return what each source is used for, by its key, in words."""
    uses: dict[str, list[str]] = {}
    for area_set in AreaSet.objects.order_by("position", "key"):
        uses.setdefault(area_set.source, []).append(_("areas: %(set)s") % {"set": area_set.local_label})
    for table in tables:
        uses.setdefault(table.source, []).append(
            _("%(table)s (%(year)s)") % {"table": table.local_label, "year": table.year}
        )
    for source in Venue.objects.order_by("source").values_list("source", flat=True).distinct():
        uses.setdefault(source, []).append(_("places to learn"))
    return uses


def known_gaps(*, has_people: bool) -> list[str]:
    """Return what the open data of this city lacks, one sentence each; `has_people`: a population table."""
    gaps = []
    if not TravelNetwork.objects.exists():
        gaps.append(_("There is no street network: no walk can be measured."))
    uncovered = AreaSet.objects.filter(areas__walks__isnull=False).annotate(
        all=Count("areas", distinct=True),
        dark=Count("areas", filter=Q(areas__street_node__isnull=True), distinct=True),
    )
    for division in uncovered:
        if division.dark:
            gaps.append(
                _("%(dark)s of %(all)s areas (%(set)s) have no street near their middle: no network data.")
                % {"dark": division.dark, "all": division.all, "set": division.local_label}
            )
    places = Venue.objects.filter(is_gone=False).aggregate(
        all=Count("pk"),
        steps=Count("pk", filter=Q(step_free=Venue.Answer.UNKNOWN)),
        hours=Count("pk", filter=Q(opening_hours="")),
    )
    if places["steps"]:
        gaps.append(
            _("Whether one gets in without steps is not known for %(steps)s of %(all)s places.") % places
        )
    if places["hours"]:
        gaps.append(_("Opening hours are not known for %(hours)s of %(all)s places.") % places)
    if not has_people:
        gaps.append(_("There is no population table: nobody can say for whom the walks are long."))
    return gaps


def _with_people(areas: QuerySet[Area]) -> QuerySet[Area]:
    counted = (
        PopulationCount.objects.filter(area=OuterRef("pk"), group__table__counts_everyone=True)
        .order_by()
        .values("area")
        .annotate(people=Sum("count"))
        .values("people")
    )
    return areas.annotate(people=Subquery(counted))
