"""The plane of a national map: there and back, and points inside their outlines."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from learningcity.city.importers.plane import inner_point, to_degrees, to_plane

near = st.floats(-3, 3)
latitudes = st.floats(-80, 80)


@pytest.mark.once
@given(st.lists(st.tuples(near, latitudes), min_size=1, max_size=20), st.floats(-170, 170))
def test_the_plane_and_back_is_the_same_point(offsets, meridian):
    points = np.array([(meridian + lon, lat) for lon, lat in offsets])

    assert to_degrees(to_plane(points, meridian), meridian) == pytest.approx(points, abs=1e-8)


@pytest.mark.once
@given(
    st.lists(st.tuples(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05)), min_size=3, max_size=12),
    st.floats(-179, 179),
    st.floats(-70, 70),
    near,
)
def test_the_inner_point_lies_in_the_outline(offsets, lon, lat, from_meridian):
    outline = shapely.MultiPoint([(lon + x, lat + y) for x, y in offsets]).convex_hull
    if outline.geom_type != "Polygon" or outline.area < 1e-6:
        return

    inner = inner_point(outline, lon - from_meridian)

    assert outline.buffer(1e-6).covers(shapely.Point(inner[::-1]))
