"""The plane of a national map, in which inner points are taken: transverse Mercator on the sphere."""

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Points = npt.NDArray[np.float64]


def inner_point(outline: BaseGeometry, meridian: float) -> tuple[float, float]:
    """Return (lat, lon) of a point surely inside an outline given in degrees.

    The point lies half-way between south and north, in the middle of the widest stretch there (GEOS). Where
    south is depends on the plane: `meridian` is the longitude, in degrees, along which it points north.
    """
    point = shapely.transform(outline, lambda points: to_plane(points, meridian)).representative_point()
    lon, lat = to_degrees(np.array(point.coords), meridian)[0]
    return float(lat), float(lon)


def to_plane(points: Points, meridian: float) -> Points:
    """Return earth radii east and north of points in degrees: float64[n, 2], longitude first."""
    lon, lat = np.radians(points - [meridian, 0.0]).T
    # On the meridian's quarter turn the plane ends; no city is that far from its own meridian.
    east = np.arctanh(np.clip(np.cos(lat) * np.sin(lon), -0.999999, 0.999999))
    return np.column_stack((east, np.arctan2(np.tan(lat), np.cos(lon))))


def to_degrees(points: Points, meridian: float) -> Points:
    """Return degrees of points of the plane: float64[n, 2], longitude first."""
    east, north = points.T
    lon, lat = np.arctan2(np.sinh(east), np.cos(north)), np.arcsin(np.sin(north) / np.cosh(east))
    return np.asarray(np.degrees(np.column_stack((lon, lat))) + [meridian, 0.0])
