"""Points and the areas around them."""

from django.db.models import QuerySet
from shapely.geometry import Point, shape

from learningcity.city.models import Area, AreaSet

DECIMALS = 3


def rounded_point(lat: float, lon: float) -> tuple[float, float]:
    """Return a point rounded to 3 decimals (about 100 metres), so that it no longer names a home.

    >>> rounded_point(51.58849, -2.99651)
    (51.588, -2.997)
    """
    return round(lat, DECIMALS), round(lon, DECIMALS)


def name_areas() -> "QuerySet[Area]":
    """Return the areas that residents know, in their order; none if the bundle has only statistical ones."""
    return _in_order(Area.objects.filter(area_set__purpose=AreaSet.Purpose.NAMES))


def statistic_areas(set_key: str | None = None) -> "QuerySet[Area]":
    """Return the areas of a set, or of the first set of statistics."""
    if set_key is not None:
        return _in_order(Area.objects.filter(area_set__key=set_key))
    first = AreaSet.objects.filter(purpose=AreaSet.Purpose.STATISTICS).order_by("position").values("pk")[:1]
    return _in_order(Area.objects.filter(area_set__in=first))


def area_at(lat: float, lon: float, set_key: str | None = None) -> Area | None:
    """Return the area that holds a point: of a set, or of the areas residents know. Two queries.

    On a common border the first area by code; nothing outside the city.
    """
    areas = Area.objects.filter(south__lte=lat, north__gte=lat, west__lte=lon, east__gte=lon)
    areas = areas.filter(area_set=_set_pk(set_key)).select_related("area_set").order_by("code")
    point = Point(lon, lat)
    return next((area for area in areas if shape(area.outline).covers(point)), None)


def is_in_city(lat: float, lon: float) -> bool:
    """Return whether a point lies in the city; where no areas are known, every point may."""
    first = AreaSet.objects.order_by("position").values_list("key", flat=True).first()
    return first is None or area_at(lat, lon, first) is not None


def _set_pk(set_key: str | None) -> int | None:
    """Return the set of a key; else the first of names, else the first of all."""
    sets = AreaSet.objects.order_by("position")
    if set_key is not None:
        return sets.filter(key=set_key).values_list("pk", flat=True).first()
    by_purpose = sorted(sets, key=lambda one: (one.purpose != AreaSet.Purpose.NAMES, one.position))
    return by_purpose[0].pk if by_purpose else None


def _in_order(areas: "QuerySet[Area]") -> "QuerySet[Area]":
    return areas.select_related("area_set").order_by("area_set__position", "name", "code")
