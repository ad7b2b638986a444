"""Drawn maps: what lies inside stays inside, north is up, nothing is invented."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learningcity.core.maps import (
    Box,
    box_around,
    box_of,
    svg_outline,
    svg_point,
)

lats = st.floats(min_value=-80, max_value=80)
lons = st.floats(min_value=-170, max_value=170)
NEWPORT = Box(-3.1, 51.5, -2.9, 51.65, 640, 480)


def square(west: float, south: float, side: float) -> dict:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@given(st.lists(st.tuples(lats, lons), min_size=1, max_size=20))
def test_every_point_lies_on_its_map(points):
    box = box_around(points)

    for lat, lon in points:
        x, y = svg_point(lat, lon, box)
        assert -0.1 <= x <= box.width + 0.1
        assert -0.1 <= y <= box.height + 0.1


def test_north_is_up_and_east_is_right():
    x, y = svg_point(51.6, -2.95, NEWPORT)
    further_x, further_y = svg_point(51.62, -2.92, NEWPORT)

    assert further_x > x
    assert further_y < y


def test_a_kilometre_is_as_long_across_as_up():
    box = box_around([(51.5, -3.1), (51.65, -2.9)])
    up = svg_point(51.5, -3.0, box)[1] - svg_point(51.59, -3.0, box)[1]
    across = svg_point(51.55, -2.9, box)[0] - svg_point(51.55, -3.0, box)[0]

    assert up / across == pytest.approx(0.09 / (0.1 * 0.6218), rel=0.02)


def test_one_point_still_makes_a_map():
    box = box_around([(51.588, -2.997)])

    assert svg_point(51.588, -2.997, box) == (box.width / 2, box.height / 2)


def test_no_point_makes_no_map():
    with pytest.raises(ValueError, match="at least one point"):
        box_around([])


def test_an_outline_is_a_closed_path_inside_its_map():
    outline = square(-3.05, 51.55, 0.05)

    path = svg_outline(outline, box_of([outline]))

    assert re.fullmatch(r"M[\d.]+ [\d.]+(L[\d.]+ [\d.]+){3}Z", path)


def test_holes_and_parts_are_kept():
    with_hole = square(-3.05, 51.55, 0.05)
    with_hole["coordinates"].append(square(-3.04, 51.56, 0.01)["coordinates"][0])
    island = square(-2.95, 51.6, 0.02)
    both = {"type": "MultiPolygon", "coordinates": [with_hole["coordinates"], island["coordinates"]]}

    assert svg_outline(both, NEWPORT).count("M") == 3


def test_what_is_smaller_than_a_unit_is_not_drawn():
    assert svg_outline(square(-3.0, 51.6, 0.00001), NEWPORT) == ""


def test_a_line_is_no_area():
    with pytest.raises(ValueError, match="not a LineString"):
        svg_outline({"type": "LineString", "coordinates": [[-3, 51.5], [-2.9, 51.6]]}, NEWPORT)
