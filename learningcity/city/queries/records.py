"""The city as its pages list it and its API gives it away: places, areas, people, walks, outlines."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
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

MAP_WIDTH = 720
SMALLEST_BEND = 4.0


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


@dataclass(frozen=True, slots=True)
class Division:
    """One division of the city: how many areas it has, and how many of them have no street near."""

    area_set: AreaSet
    areas: int
    dark: int


@dataclass(frozen=True, slots=True)
class PlacesOfSource:
    """How many places a source gives, and of how many steps or opening hours are not known."""

    source: str
    all: int
    steps: int
    hours: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """What open data the city holds, in counts: what each source is used for, and what is missing."""

    divisions: list[Division]
    tables: list[PopulationTable]
    places: list[PlacesOfSource]
    has_network: bool

    @property
    def uses(self) -> dict[str, list[str]]:
        """What each source is used for, by its key, in words."""
        uses: dict[str, list[str]] = {}
        for division in self.divisions:
            area_set = division.area_set
            uses.setdefault(area_set.source, []).append(_("areas: %(set)s") % {"set": area_set.local_label})
        for table in self.tables:
            named = {"table": table.local_label, "year": table.year}
            uses.setdefault(table.source, []).append(_("%(table)s (%(year)s)") % named)
        for row in self.places:
            uses.setdefault(row.source, []).append(_("places to learn"))
        return uses

    @property
    def gaps(self) -> list[str]:
        """What is missing, one sentence each."""
        return [*self._gaps_of_walks(), *self._gaps_of_places(), *self._gaps_of_people()]

    def _gaps_of_walks(self) -> Iterator[str]:
        if not self.has_network:
            yield _("There is no street network: no walk can be measured.")
            return
        for division in self.divisions:
            if division.dark:
                yield _("No network data: %(dark)s of %(all)s areas have no street near (%(set)s).") % {
                    "dark": division.dark,
                    "all": division.areas,
                    "set": division.area_set.local_label,
                }

    def _gaps_of_places(self) -> Iterator[str]:
        sums = {name: sum(getattr(row, name) for row in self.places) for name in ("all", "steps", "hours")}
        if sums["steps"]:
            yield _("Whether one gets in without steps is not known for %(steps)s of %(all)s places.") % sums
        if sums["hours"]:
            yield _("Opening hours are not known for %(hours)s of %(all)s places.") % sums

    def _gaps_of_people(self) -> Iterator[str]:
        if not self.tables:
            yield _("There is no population table: nobody can say for whom the walks are long.")


def holdings() -> Holdings:
    """Return what open data the city holds, in four queries."""
    divisions = AreaSet.objects.annotate(
        count=Count("areas"), dark=Count("areas", filter=Q(areas__street_node__isnull=True))
    )
    places = Venue.objects.filter(is_gone=False).values_list("source").order_by("source")
    counted = places.annotate(
        all=Count("pk"),
        steps=Count("pk", filter=Q(step_free=Venue.Answer.UNKNOWN)),
        hours=Count("pk", filter=Q(opening_hours="")),
    )
    return Holdings(
        divisions=[Division(row, row.count, row.dark) for row in divisions.order_by("position", "key")],
        tables=list(PopulationTable.objects.order_by("position", "key")),
        places=[PlacesOfSource(*row) for row in counted],
        has_network=TravelNetwork.objects.exists(),
    )


def _with_people(areas: QuerySet[Area]) -> QuerySet[Area]:
    counted = (
        PopulationCount.objects.filter(area=OuterRef("pk"), group__table__counts_everyone=True)
        .order_by()
        .values("area")
        .annotate(people=Sum("count"))
        .values("people")
    )
    return areas.annotate(people=Subquery(counted))
