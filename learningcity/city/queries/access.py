"""Who can reach a kind of place on foot, by area and by population group."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from learningcity.city.models import Area, AreaSet, PopulationCount, PopulationGroup, Walk
from learningcity.engines.access import by_group

Count = tuple[int, int, int]
"""Group, area, how many."""


@dataclass(frozen=True, slots=True)
class AreaAccess:
    """One area. `population` and `metres` are None where they are not known; `covered`: a street is near."""

    code: str
    name: str
    population: int | None
    metres: float | None
    covered: bool


@dataclass(frozen=True, slots=True)
class GroupAccess:
    """One group. The mean is over those of the group who live where the walk is known; else None."""

    table: str
    table_label: str
    group: str
    label: str
    unit: str
    year: int
    source: str
    area_set: str
    population: int
    covered_population: int
    mean_metres: float | None


@dataclass(frozen=True, slots=True)
class AccessResult:
    """Walks to the nearest place of a kind: the areas of one set, and the groups of every table."""

    kind: str
    area_set: str
    areas: list[AreaAccess] = field(default_factory=list)
    groups: list[GroupAccess] = field(default_factory=list)


def access_to(kind: str, *, set_key: str | None = None) -> AccessResult:
    """Return how far people walk to the nearest place of a kind. Five queries, whatever the size of the city.

    The areas are those of a set, or of the first set of statistics. A walk that cannot be known is None,
    never a number: no network, no street near the area, or no place of this kind.
    """
    sets = {one.pk: one for one in AreaSet.objects.order_by("position")}
    shown = _shown_set(sets.values(), set_key)
    areas = list(Area.objects.defer("outline", "sketch").order_by("code"))
    metres = dict(Walk.objects.filter(kind=kind).values_list("area_id", "metres"))
    groups = list(PopulationGroup.objects.select_related("table").order_by("table__position", "position"))
    counts = list(PopulationCount.objects.values_list("group_id", "area_id", "count"))
    return AccessResult(
        kind=kind,
        area_set=shown.key if shown else "",
        areas=_by_area(areas, metres, _everyone(groups, counts), shown.pk) if shown else [],
        groups=_by_group(groups, counts, metres, sets),
    )


def _shown_set(sets: Iterable[AreaSet], set_key: str | None) -> AreaSet | None:
    if set_key is not None:
        return next((one for one in sets if one.key == set_key), None)
    known = sorted(sets, key=lambda one: (one.purpose != AreaSet.Purpose.STATISTICS, one.position))
    return known[0] if known else None


def _everyone(groups: Sequence[PopulationGroup], counts: Sequence[Count]) -> dict[int, int]:
    """Return the population per area, from the tables that count everyone."""
    wanted = {group.pk for group in groups if group.table.counts_everyone}
    people: dict[int, int] = defaultdict(int)
    for group_id, area_id, count in counts:
        if group_id in wanted:
            people[area_id] += count
    return people


def _by_area(
    areas: Iterable[Area], metres: Mapping[int, float | None], people: Mapping[int, int], set_pk: int
) -> list[AreaAccess]:
    return [
        AreaAccess(area.code, area.local_name, people.get(area.pk), metres.get(area.pk), area.is_covered)
        for area in areas
        if area.area_set_id == set_pk
    ]


def _by_group(
    groups: Sequence[PopulationGroup],
    counts: Sequence[Count],
    metres: Mapping[int, float | None],
    sets: Mapping[int, AreaSet],
) -> list[GroupAccess]:
    """Return every group. An area where nobody of a group is counted weighs nothing for it."""
    rows = {area_id: row for row, area_id in enumerate(sorted({area_id for _, area_id, _ in counts}))}
    columns = {group.pk: column for column, group in enumerate(groups)}
    people = np.zeros((len(rows), len(columns)))
    for group_id, area_id, count in counts:
        people[rows[area_id], columns[group_id]] = count
    walks = np.array([metres.get(area_id) for area_id in rows], np.float64)
    means = by_group(walks, np.isfinite(walks), people)
    totals = people.sum(axis=0)
    return [
        GroupAccess(
            table=group.table.key,
            table_label=group.table.local_label,
            group=group.name,
            label=group.local_label,
            unit=group.table.unit,
            year=group.table.year,
            source=group.table.source,
            area_set=sets[group.table.area_set_id].key,
            population=int(totals[column]),
            covered_population=int(means.people_covered[column]),
            mean_metres=float(means.mean[column]) if means.people_covered[column] else None,
        )
        for column, group in enumerate(groups)
    ]
