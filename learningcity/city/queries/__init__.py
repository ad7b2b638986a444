"""What can be asked of the city: its areas, its places, and how far they are on foot."""

from learningcity.city.queries.access import AccessResult, AreaAccess, GroupAccess, access_to
from learningcity.city.queries.bundle import shipped_bundle
from learningcity.city.queries.named import PlaceHit, area_named, folded_name, place_named
from learningcity.city.queries.profile import KnownCity, the_city
from learningcity.city.queries.surroundings import (
    area_at,
    is_in_city,
    name_areas,
    rounded_point,
    statistic_areas,
)
from learningcity.city.queries.venues import (
    VenuePoints,
    kinds_present,
    venue_points,
    venues_of_kind,
    venues_within,
)
from learningcity.city.queries.walking import (
    Reached,
    Unreached,
    walking_minutes_to,
    walking_minutes_to_venues,
    walking_streets,
)

__all__ = [
    "AccessResult",
    "AreaAccess",
    "GroupAccess",
    "KnownCity",
    "PlaceHit",
    "Reached",
    "Unreached",
    "VenuePoints",
    "access_to",
    "area_at",
    "area_named",
    "folded_name",
    "is_in_city",
    "kinds_present",
    "name_areas",
    "place_named",
    "rounded_point",
    "shipped_bundle",
    "statistic_areas",
    "the_city",
    "venue_points",
    "venues_of_kind",
    "venues_within",
    "walking_minutes_to",
    "walking_minutes_to_venues",
    "walking_streets",
]
