"""The city for machines: areas, venues and walks."""

from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import Field

from learningcity.city.models import Area, City, Venue
from learningcity.city.queries import access_to, records, the_city
from learningcity.core.markers import marker, values_of
from learningcity.core.wire import AreaName, Code, ListFilters, PointOut, SourceOut, Wire, answers

router = Router(tags=["city"])


class AreaFilters(ListFilters):
    """Which areas."""

    set: Code | None = Field(None, description="Key of a division of the city.")


class VenueFilters(ListFilters):
    """Which places."""

    kind: Venue.Kind | None = None
    area: AreaName | None = Field(None, description="Key of a set and code of an area: wards:W05000001.")


class AreaOut(Wire):
    """One area. `people` is null where no table counts everybody; `covered`: streets are near its middle."""

    set: str
    code: str
    name: str
    names: dict[str, str]
    people: int | None
    covered: bool
    point: PointOut
    box: list[float] = Field(description="West, south, east, north.")
    url: str
    source: str


class GroupCountOut(Wire):
    """How many of a group live in the area."""

    group: str
    label: str
    count: int


class TableOut(Wire):
    """What one population table says about the area."""

    table: str
    label: str
    unit: str
    year: int
    source: str
    groups: list[GroupCountOut]


class WalkOut(Wire):
    """The walk to the nearest place of a kind; metres are null where none was measured."""

    kind: str
    metres: float | None


class WholeAreaOut(AreaOut):
    """An area with its outline (GeoJSON), its people and its walks."""

    outline: dict[str, Any]
    population: list[TableOut]
    walks: list[WalkOut]
    sources: list[SourceOut]


class AreaRef(Wire):
    """The area in which a place lies."""

    set: str
    code: str


class VenueOut(Wire):
    """A place where learning can happen. No point means: nobody can say how far it is."""

    id: UUID
    name: str
    kind: str
    point: PointOut | None
    area: AreaRef | None
    address: str
    postcode: str
    website: str
    opening_hours: str = Field(description="As OpenStreetMap writes it.")
    step_free: Literal["yes", "no", "unknown"]
    is_gone: bool
    url: str
    source: str


class WholeVenueOut(VenueOut):
    """A place with the licence of its record."""

    sources: list[SourceOut]


class AreaList(Wire):
    """Areas by set and code."""

    items: list[AreaOut]
    next: str | None
    sources: list[SourceOut]


class VenueList(Wire):
    """Places by name."""

    items: list[VenueOut]
    next: str | None
    sources: list[SourceOut]


class AreaAccessOut(Wire):
    """How far the people of an area walk; not covered means no network data, never a long walk."""

    code: str
    name: str
    population: int | None
    metres: float | None
    covered: bool


class GroupAccessOut(Wire):
    """How far a group walks on average, each area counted for as many as live there."""

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


class AccessOut(Wire):
    """Walks along streets to the nearest place of a kind, for the areas of one set."""

    kind: str
    set: str
    areas: list[AreaAccessOut]
    groups: list[GroupAccessOut]
    sources: list[SourceOut]


@router.get("/areas", response=answers(AreaList))
def list_areas(request: HttpRequest, filters: Query[AreaFilters]) -> AreaList:
    """Return the areas of every division of the city, without outlines."""
    after = values_of(filters.after, "areas", str, str) if filters.after else None
    found = records.areas_after(set_key=filters.set or "", after=after, size=filters.size + 1)
    shown = found[: filters.size]
    return AreaList(
        items=[_area(area) for area in shown],
        next=marker("areas", shown[-1].area_set.key, shown[-1].code) if len(found) > filters.size else None,
        sources=sources_named({area.area_set.source for area in shown}),
    )


@router.get("/areas/{set_key}/{code}", response=answers(WholeAreaOut))
def read_area(request: HttpRequest, set_key: Path[Code], code: Path[Code]) -> WholeAreaOut:
    """Return one area with its outline, its people and its walks."""
    area = records.area(set_key, code)
    if area is None:
        raise Http404(_("There is no area with this code."))
    facts = records.population_of(area)
    population = [
        {
            "table": fact.table.key,
            "label": fact.table.label,
            "unit": fact.table.unit,
            "year": fact.table.year,
            "source": fact.table.source,
            "groups": [{"group": g.name, "label": g.label, "count": g.count} for g in fact.groups],
        }
        for fact in facts
    ]
    return WholeAreaOut(
        **_area(area),
        outline=area.outline,
        population=population,
        walks=records.walks_from(area),
        sources=sources_named({area.area_set.source, *(fact.table.source for fact in facts)}),
    )


@router.get("/venues", response=answers(VenueList))
def list_venues(request: HttpRequest, filters: Query[VenueFilters]) -> VenueList:
    """Return the places of the city."""
    after = values_of(filters.after, "venues", str, int) if filters.after else None
    found = records.venues(
        kind=filters.kind or "", area=filters.area or "", after=after, size=filters.size + 1
    )
    shown = found[: filters.size]
    return VenueList(
        items=[_venue(venue) for venue in shown],
        next=marker("venues", shown[-1].name, shown[-1].pk) if len(found) > filters.size else None,
        sources=sources_named({venue.source for venue in shown}),
    )


@router.get("/venues/{uuid:venue_id}", response=answers(WholeVenueOut))
def read_venue(request: HttpRequest, venue_id: UUID) -> WholeVenueOut:
    """Return one place, also one that is gone."""
    venue = records.venue(venue_id)
    if venue is None:
        raise Http404(_("There is no place with this id."))
    return WholeVenueOut(**_venue(venue), sources=sources_named({venue.source}))


@router.get("/access", response=answers(AccessOut))
def list_access(
    request: HttpRequest, kind: Venue.Kind = Venue.Kind.LIBRARY, set: Code | None = None
) -> AccessOut:
    """Return how far people walk to the nearest place of a kind, by area and by group of the population."""
    result = access_to(kind, set_key=set)
    return AccessOut(
        kind=kind,
        set=result.area_set,
        areas=result.areas,
        groups=result.groups,
        sources=sources_named(None),
    )


def sources_named(keys: set[str] | None) -> list[dict[str, str]]:
    """Return the city's sources with these keys (all for None) as the API gives them."""
    city: City | None = the_city()
    return [
        {
            "key": source["key"],
            "name": source["title"],
            "licence": source["licence"],
            "attribution": source["attribution"],
            "url": source["address"],
        }
        for source in (city.sources if city else [])
        if keys is None or source["key"] in keys
    ]


def _area(area: Area) -> dict[str, Any]:
    return {
        "set": area.area_set.key,
        "code": area.code,
        "name": area.name,
        "names": area.names,
        "people": area.people,
        "covered": area.is_covered,
        "point": {"lat": area.lat, "lon": area.lon},
        "box": [area.west, area.south, area.east, area.north],
        "url": area.get_absolute_url(),
        "source": area.area_set.source,
    }


def _venue(venue: Venue) -> dict[str, Any]:
    known = venue.lat is not None and venue.lon is not None
    copied = (
        "name",
        "kind",
        "address",
        "postcode",
        "website",
        "opening_hours",
        "step_free",
        "is_gone",
        "source",
    )
    return {
        **{name: getattr(venue, name) for name in copied},
        "id": venue.public_id,
        "point": {"lat": venue.lat, "lon": venue.lon} if known else None,
        "area": {"set": venue.area.area_set.key, "code": venue.area.code} if venue.area else None,
        "url": venue.get_absolute_url(),
    }
