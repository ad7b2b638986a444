"""Outlines of neighbours stay neighbours, whatever is left out."""

import json
import re

import pytest
from shapely import Polygon
from shapely.geometry import mapping

from learningcity.core.maps import Box, box_of
from learningcity.core.outlines import svg_outlines, svg_trails

BOX = Box(0.0, 0.0, 1.0, 1.0, 100, 100)


def corners(path):
    """Return the absolute corners of every ring of a path."""
    rings = []
    for start, steps in re.findall(r"M([^l]+)l([^zM]+)", path):
        x, y = (int(number) for number in start.split())
        ring = [(x, y)]
        numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
        for across, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + across, y + down
            ring.append((x, y))
        rings.append(ring)
    return rings


def test_a_square_is_drawn_where_it_lies():
    square = mapping(Polygon([(0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (0.1, 0.5)]))

    (ring,) = corners(svg_outlines([square], BOX)[0])

    assert set(ring) == {(10, 90), (50, 90), (50, 50), (10, 50)}


def test_a_common_border_is_simplified_the_same_way_for_both_sides():
    border = [(0.5 + 0.011 * (step % 2), step / 20) for step in range(21)]
    west = mapping(Polygon([(0.0, 0.0), *border, (0.0, 1.0)]))
    east = mapping(Polygon([(1.0, 0.0), *border, (1.0, 1.0)]))

    (left,), (right,) = (corners(path) for path in svg_outlines([west, east], BOX, detail=3))

    shared = {corner for corner in left if 45 <= corner[0] <= 55}
    assert shared == {corner for corner in right if 45 <= corner[0] <= 55}
    assert len(shared) < len(border)


def test_even_the_smallest_area_is_drawn():
    speck = mapping(Polygon([(0.5, 0.5), (0.5001, 0.5), (0.5001, 0.5001)]))

    assert svg_outlines([speck], BOX)[0].startswith("M")


def test_a_hole_and_an_island_are_kept_when_they_can_be_seen():
    shell, hole = [(0, 0), (1, 0), (1, 1), (0, 1)], [(0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6)]

    (path,) = svg_outlines([mapping(Polygon(shell, [hole]))], BOX)

    assert len(corners(path)) == 2


@pytest.mark.parametrize(
    "outline", [{"type": "Point", "coordinates": [0, 0]}, {"type": "Polygon", "coordinates": []}]
)
def test_what_has_no_area_is_refused(outline):
    with pytest.raises(ValueError, match="polygon"):
        svg_outlines([outline], BOX)


def test_streets_are_drawn_in_whole_units_and_specks_left_out():
    lines = [[(0.0, 0.0), (0.0, 0.5), (0.5, 0.5)], [(0.2, 0.2), (0.2001, 0.2001)]]

    assert svg_trails(lines, BOX) == "M0 100l50 0 0-50"


def test_the_areas_of_a_real_city_take_little_room(test_data):
    features = json.loads((test_data / "newport" / "lsoa11.geojson").read_text())["features"]
    outlines = [feature["geometry"] for feature in features]

    paths = svg_outlines(outlines, box_of(outlines, width=720), detail=4)

    assert len(paths) == 95
    assert sum(len(path) for path in paths) < 12_000
