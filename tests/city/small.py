"""A city of three areas, four places and two population tables: small enough to count by hand."""

from datetime import datetime

from learningcity.city.models import (
    Area,
    AreaSet,
    City,
    PopulationCount,
    PopulationGroup,
    PopulationTable,
    TravelNetwork,
    Venue,
    Walk,
)
from learningcity.engines.access import build_network

WEST, SOUTH, SIDE = -3.0, 51.5, 0.02
SOURCES = [
    {
        "key": "osm",
        "title": "OpenStreetMap",
        "licence": "ODbL 1.0",
        "licence_address": "https://opendatacommons.org/licenses/odbl/1-0/",
        "attribution": "© OpenStreetMap contributors",
        "address": "https://www.openstreetmap.org/",
        "changes": "",
    },
    {
        "key": "census",
        "title": "Census of the small city",
        "licence": "OGL v3.0",
        "licence_address": "",
        "attribution": "Contains statistics of the small city",
        "address": "",
        "changes": "",
    },
]
# Young and old people of the three areas; the walk to the library from each, in metres.
PEOPLE = {"A": (30, 10), "B": (10, 50), "C": (5, 95)}
WALKS = {"A": 400.0, "B": 1600.0, "C": None}


def square(column: int) -> dict[str, object]:
    """Return the outline of the square in this column, all in one row."""
    west, east = WEST + column * SIDE, WEST + (column + 1) * SIDE
    ring = [[west, SOUTH], [east, SOUTH], [east, SOUTH + SIDE], [west, SOUTH + SIDE], [west, SOUTH]]
    return {"type": "Polygon", "coordinates": [ring]}


def small_city(at: datetime) -> City:
    """Build the city and return it."""
    city = City.objects.create(
        pk=1,
        name="Smallcity",
        names={"cy": "Dinas Fach"},
        country="GB",
        time_zone="Europe/London",
        languages=["en", "cy"],
        currency="GBP",
        lat=SOUTH,
        lon=WEST,
        sources=SOURCES,
        bundle_digest="small",
        loaded_at=at,
    )
    streets = build_network([SOUTH + 0.01, SOUTH + 0.011], [WEST + 0.01, WEST + 0.011], [0], [1])
    TravelNetwork.objects.create(mode="walk", nodes=2, edges=1, digest="small", data=streets.to_bytes())
    wards = AreaSet.objects.create(key="wards", label="Wards", source="census", purpose="names", position=1)
    small = AreaSet.objects.create(
        key="small", label="Small areas", source="census", purpose="statistics", position=2
    )
    ward = area(wards, "W1", "Old Town", 0, names={"cy": "Hen Dref"})
    areas = [area(small, code, f"Small {code}", column) for column, code in enumerate(PEOPLE)]
    population(small, areas)
    venues(ward)
    for place in areas:
        Walk.objects.create(area=place, kind="library", metres=WALKS[place.code])
    return city


def area(
    area_set: AreaSet, code: str, name: str, column: int, *, names: dict[str, str] | None = None
) -> Area:
    """Add one square area; the walk says whether streets are near."""
    west = WEST + column * SIDE
    return Area.objects.create(
        area_set=area_set,
        code=code,
        name=name,
        names=names or {},
        folded_name=name.casefold(),
        outline=square(column),
        sketch=square(column),
        south=SOUTH,
        north=SOUTH + SIDE,
        west=west,
        east=west + SIDE,
        lat=SOUTH + SIDE / 2,
        lon=west + SIDE / 2,
        street_node=None if WALKS.get(code, 0.0) is None else column,
    )


def population(area_set: AreaSet, areas: list[Area]) -> None:
    """Add a table of two ages that counts everybody."""
    table = PopulationTable.objects.create(
        key="age",
        label="People by age",
        area_set=area_set,
        year=2020,
        counts_everyone=True,
        source="census",
        position=1,
    )
    for position, (key, label) in enumerate((("young", "Under 40"), ("old", "40 and older"))):
        group = PopulationGroup.objects.create(
            table=table, key=key, name=f"age-{key}", label=label, position=position
        )
        for place in areas:
            PopulationCount.objects.create(group=group, area=place, count=PEOPLE[place.code][position])


def venues(ward: Area) -> None:
    """Add a library that is known well, a museum and a school that are not, and one place that is gone."""
    known = {"source": "osm", "area": ward, "lat": SOUTH + 0.01, "lon": WEST + 0.01}
    Venue.objects.create(
        source_key="n1",
        name="Central Library",
        folded_name="central library",
        kind="library",
        address="1 High Street",
        postcode="NP1 1AA",
        website="https://library.example/",
        opening_hours="Mo-Fr 09:00-17:00; Sa 10:00-13:00; PH off",
        step_free="yes",
        **known,
    )
    Venue.objects.create(
        source_key="n2",
        name="Museum of Steel",
        folded_name="museum of steel",
        kind="museum",
        opening_hours='"by appointment"',
        **known,
    )
    Venue.objects.create(
        source="osm", source_key="n3", name="Hill School", folded_name="hill school", kind="school"
    )
    Venue.objects.create(
        source_key="n4",
        name="Gone Hall",
        folded_name="gone hall",
        kind="community_centre",
        is_gone=True,
        **known,
    )
