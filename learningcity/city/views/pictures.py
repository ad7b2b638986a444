"""Drawings and tables of the city's pages: open data turned into the values that the charts show."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from learningcity.city.models import Area, City, PopulationTable, Venue
from learningcity.city.queries import AccessResult, AreaAccess, GroupAccess, records
from learningcity.city.queries.street_lines import streets_within
from learningcity.city.templatetags.walks import kilometres, minutes_on_foot, whole_number
from learningcity.core.charts import AreaMap, Column, KeyEntry, MapArea, Pin, PlaceMap, Row, Table
from learningcity.core.maps import box_around, box_of, svg_outline, svg_point
from learningcity.core.outlines import svg_trails

# 80 metres a minute: 10, 20 and 30 minutes on foot.
CLASS_METRES = (800.0, 1600.0, 2400.0)
HIDDEN, FARTHEST = 0, 4
AROUND_A_PLACE = 0.006
AROUND_WIDTH = 320


def source_named(city: City | None, key: str) -> dict[str, str] | None:
    """Return the city's source of this key, None where the bundle does not describe it."""
    found = [source for source in (city.sources if city else []) if source["key"] == key]
    return found[0] if found else None


def venue_map(venue: Venue) -> PlaceMap | None:
    """Return a place among its streets, None where its point is not known."""
    if venue.lat is None or venue.lon is None:
        return None
    box = box_around([(venue.lat, venue.lon)], width=AROUND_WIDTH, least=AROUND_A_PLACE)
    lines = streets_within(box.south, box.west, box.north, box.east)
    pin = Pin(1, *svg_point(venue.lat, venue.lon, box))
    label = _("%(place)s and the streets around it") % {"place": venue.name}
    return PlaceMap(label, box, [pin], streets=svg_trails(lines, box))


def area_map(area: Area) -> PlaceMap:
    """Return the outline of one area."""
    box = box_of([area.sketch], margin=0.08)
    label = _("Outline of %(area)s") % {"area": area.local_name}
    return PlaceMap(label, box, [], [svg_outline(area.sketch, box)])


def table_of(fact: records.TableFact) -> Table:
    """Return what one population table says about an area, with shares."""
    total = fact.total
    rows = [
        Row(group.label, [whole_number(group.count), _share(group.count, total)]) for group in fact.groups
    ]
    unit = fact.table.get_unit_display()
    columns = [Column(_("Group")), Column(unit.capitalize(), True), Column(_("Share"), True)]
    caption = _("%(table)s, %(year)s") % {"table": fact.table.local_label, "year": fact.table.year}
    return Table(caption, columns, rows)


def access_map(result: AccessResult, city: City, place: str) -> AreaMap | None:
    """Return walks in shades, darker for a longer walk, hatched where none was measured."""
    words = _("Walk to the nearest %(place)s, by area: the stronger the colour, the longer")
    sentence = words % {"place": place}
    outlines = records.outlines_of(city.bundle_digest, result.area_set)
    if outlines is None:
        return None
    areas = [
        MapArea(area.name, outlines.paths[area.code], _level(area), _minutes_in_words(area.metres))
        for area in result.areas
        if area.code in outlines.paths
    ]
    return AreaMap("walks", sentence, outlines.box, areas, _legend(), areas_table(result, place))


def areas_table(result: AccessResult, place: str) -> Table:
    """Return every area with its people and its walk: the map's twin."""
    rows = [
        Row(
            area.name,
            [whole_number(area.population), _walk_in_words(area.metres)],
            f"/areas/{result.area_set}/{area.code}",
        )
        for area in sorted(
            result.areas, key=lambda area: (area.metres is None, -(area.metres or 0), area.code)
        )
    ]
    columns = [
        Column(_("Area")),
        Column(_("People"), True),
        Column(_("Walk"), True),
    ]
    return Table(_("Walk to the nearest %(place)s, longest first") % {"place": place}, columns, rows)


def groups_table(groups: Sequence[GroupAccess], caption: str) -> Table:
    """Return groups of people with their mean walk, and how many of them are left out."""
    unit = PopulationTable.Unit(groups[0].unit).label
    rows = [
        Row(
            group.label,
            [
                whole_number(group.covered_population),
                whole_number(group.population - group.covered_population),
                _walk_in_words(group.mean_metres),
            ],
        )
        for group in groups
    ]
    columns = [
        Column(_("Group")),
        Column(_("With a measured walk (%(unit)s)") % {"unit": unit}, True),
        Column(_("No network data"), True),
        Column(_("Walk on average"), True),
    ]
    return Table(caption, columns, rows)


def _minutes_in_words(metres: float | None) -> str:
    return _("no network data") if metres is None else minutes_on_foot(metres)


def _walk_in_words(metres: float | None) -> str:
    if metres is None:
        return _("no network data")
    return _("%(minutes)s, %(distance)s") % {
        "minutes": minutes_on_foot(metres),
        "distance": kilometres(metres),
    }


def _level(area: AreaAccess) -> int:
    if area.metres is None:
        return HIDDEN
    return next((level for level, end in enumerate(CLASS_METRES, 1) if area.metres <= end), FARTHEST)


def _legend() -> list[KeyEntry]:
    return [
        KeyEntry(1, _("near: up to 10 minutes")),
        KeyEntry(2, _("10 to 20 minutes")),
        KeyEntry(3, _("20 to 30 minutes")),
        KeyEntry(4, _("far: more than 30 minutes")),
        KeyEntry(0, _("no network data: not measured")),
    ]


def _share(count: int, total: int) -> str:
    return f"{count / total:.0%}" if total else ""
