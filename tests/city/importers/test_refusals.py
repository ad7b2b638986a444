"""Bad bundles: one sentence that names the place and the remedy, and nothing written."""

import gzip
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learningcity.city.actions import load_bundle
from learningcity.city.importers import files
from learningcity.city.importers.refusal import BundleRefused
from learningcity.city.models import Venue
from learningcity.city.queries import shipped_bundle
from learningcity.core.models import AuditLine
from tests.city.bundles import MONDAY, OPERATOR, dump, guide_example

pytestmark = pytest.mark.django_db


def refusal(folder):
    """Load a bundle that must be refused and return the refusal; nothing may be written."""
    before = dump()
    with pytest.raises(BundleRefused) as caught:
        load_bundle(folder.path, by=OPERATOR, at=MONDAY)
    assert dump() == before
    assert not AuditLine.objects.filter(action__startswith="city.").exists()
    sentence = str(caught.value)
    assert sentence.isprintable()
    assert len(sentence) < 1000
    return caught.value


MANIFEST_SLIPS = {
    "a word without quotes": ('name = "Tinytown"', "name = Tinytown", "line 2"),
    "an unknown key": ('currency = "EUR"', 'curency = "EUR"', "currency"),
    "an unknown key beside all others": ('currency = "EUR"', 'currency = "EUR"\nmayor = "Ann"', "mayor"),
    "an empty name": ('name = "Tinytown"', 'name = " "', "empty"),
    "a number for a name": ('name = "Tinytown"', "name = 5", "quotation"),
    "a long name": ('name = "Tinytown"', f'name = "{"x" * 200}"', "120"),
    "a time zone that is none": ("Africa/Lagos", "Africa/Tinytown", "time zone"),
    "a time zone out of the folder": ("Africa/Lagos", "../../etc/passwd", "time zone"),
    "a country in words": ('"XK"', '"Kosovo"', "form"),
    "a language in words": ('["en", "es"]', '["English"]', "language"),
    "a currency sign": ('"EUR"', '"€"', "form"),
    "a distance below zero": ("[sources.osm]", "snap_metres = -1\n[sources.osm]", "between 1 and 5000"),
    "a distance that is no number": ("[sources.osm]", "snap_metres = nan\n[sources.osm]", "between"),
    "a distance that is huge": ("[sources.osm]", f"snap_metres = {'9' * 300}\n[sources.osm]", "between"),
    "a box upside down": ("[sources.osm]", "box = [10, 20, 9, 21]\n[sources.osm]", "south"),
    "a box elsewhere": ("[sources.osm]", "box = [50, 2, 51, 3]\n[sources.osm]", "outside the city"),
    "an unknown source": ('source = "census"', 'source = "sensus"', "osm, census"),
    "an unknown set of areas": ('areas = "quarters"', 'areas = "wards"', "quarters"),
    "a key twice": ('key = "need"', 'key = "age"', "twice"),
    "a key with a space": ('key = "quarters"', 'key = "my quarters"', "form"),
    "an unknown purpose": ('"statistics"', '"fun"', "names, statistics"),
    "an unknown kind of place": ("school = [", "escuela = [", "library, school"),
    "a rule that is no tag": ('["amenity=library"]', '["library"]', "key=value"),
    "people of a table that is not there": ('people_of = "age"', 'people_of = "ages"', "age"),
    "a value in two groups": ('values = ["30+"]', 'values = ["15-29"]', "twice"),
    "a table of two forms": ('class_column = "class"', 'class_column = "c"\ngroup_column = "x"', "not both"),
    "a file out of the folder": ('"age.csv"', '"../age.csv"', "outside the bundle"),
    "a file with a path": ('"age.csv"', '"/etc/hostname"', "outside the bundle"),
    "a file that is not there": ('"age.csv"', '"people.csv"', "no such file"),
    "the folder for a file": ('"age.csv"', '"."', "no such file"),
    "a column that is not there": ('area_column = "quarter"', 'area_column = "ward"', "quarter, age, people"),
    "a property that is not there": ('code = "id"', 'code = "code"', "holds no code"),
    "a name that is not there": ('es = "nombre"', 'es = "nom"', "holds no name"),
}  # fmt: skip


@pytest.mark.parametrize("slip", MANIFEST_SLIPS)
def test_a_slip_in_the_manifest_is_named(slip, tiny):
    old, new, words = MANIFEST_SLIPS[slip]
    tiny.change("bundle.toml", old, new)

    assert words in str(refusal(tiny))


CSV_SLIPS = {
    "a negative count": ("W,30+,50", "W,30+,-50", 4, "people", "“-50” is not a number of people"),
    "a huge count": ("W,30+,50", f"W,30+,{'9' * 400}", 4, "people", "100000000"),
    "a half person": ("W,30+,50", "W,30+,50.5", 4, "people", "whole number"),
    "a word": ("W,30+,50", "W,30+,many", 4, "people", "“many”"),
    "not a number": ("W,30+,50", "W,30+,nan", 4, "people", "“nan”"),
    "an Arabic digit": ("W,30+,50", "W,30+,٥٠", 4, "people", "whole number"),
    "an empty cell": ("W,30+,50", "W,30+,", 4, "people", "whole number"),
    "an unknown area": ("E,15-29,10", "X,15-29,10", 7, "quarter", "not in the set “quarters”"),
    "an unknown group": ("E,15-29,10", "E,15-30,10", 7, "age", "leave_out"),
    "a row twice": ("E,15-29,10", "E,0-14,10", 7, "quarter", "counted twice"),
    "a cell too many": ("E,15-29,10", "E,15-29,10,7", 7, "", "4 cells, the header 3"),
    "a column twice": ("quarter,age,people", "quarter,age,quarter", 1, "", "twice"),
    "a column missing": ("quarter,age,people", "quarter,age,n", 1, "", "people"),
    "an open quotation mark": ("E,15-29,10", 'E,"15-29,10', 7, "", "quotation mark"),
}


@pytest.mark.parametrize("slip", CSV_SLIPS)
def test_a_slip_in_a_table_is_named_by_row_and_column(slip, tiny):
    old, new, row, column, words = CSV_SLIPS[slip]
    tiny.change("age.csv", old, new)

    found = refusal(tiny)

    assert (found.file, found.row, found.column) == ("age.csv", row, column)
    assert words in str(found)
    assert f"row {row}" in str(found)


def test_a_class_for_an_area_without_people_is_named(tiny):
    tiny.write(
        "age.csv", "\n".join(line for line in tiny.read("age.csv").splitlines() if not line.startswith("E"))
    )

    found = refusal(tiny)

    assert (found.file, found.row) == ("need.csv", 3)


def test_another_encoding_is_named_with_its_row(tiny):
    tiny.write("age.csv", tiny.read("age.csv").replace("W,all", "Wé,all").encode("latin-1"))

    found = refusal(tiny)

    assert (found.file, found.row) == ("age.csv", 5)
    assert "UTF-8" in str(found)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x00\x01\x02", b"\xff\xfe" + "a,b".encode("utf-16-le")])
def test_a_table_that_is_none_is_refused(content, tiny):
    tiny.write("age.csv", content)

    assert refusal(tiny).file == "age.csv"


def test_wide_columns_may_not_count_anybody_twice(tiny):
    tiny.write("age.csv", "quarter,a,b,c\nW,1,2,3\nE,4,5,6\n")
    tiny.without("[[population")
    wide = """
        [[population]]
        key = "age"
        label = "Age"
        areas = "quarters"
        year = 2025
        source = "census"
        file = "age.csv"
        area_column = "quarter"
        [[population.groups]]
        key = "young"
        label = "Young"
        from = "a"
        to = "b"
        [[population.groups]]
        key = "old"
        label = "Old"
        """
    manifest = tiny.read("bundle.toml")
    tiny.write("bundle.toml", f'{manifest}{wide}columns = ["b"]\n')
    assert "counted twice" in str(refusal(tiny))

    tiny.write("bundle.toml", f'{manifest}{wide}from = "c"\nto = "b"\n')
    assert "Exchange from and to" in str(refusal(tiny))

    tiny.write("bundle.toml", f'{manifest}{wide}columns = ["c"]\n')
    assert load_bundle(tiny.path, by=OPERATOR, at=MONDAY).groups == 2


def square(*points):
    """Return a collection with one area whose ring has these points."""
    ring = [list(point) for point in points]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {
        "type": "FeatureCollection",
        "features": [{"properties": {"id": "W", "name": "W", "nombre": "W"}, "geometry": geometry}],
    }


HOSTILE_AREAS = {
    "metres instead of degrees": square((330_000, 188_000), (331_000, 188_000), (331_000, 189_000)),
    "beyond the pole": square((19, 89), (20, 89), (20, 91), (19, 89)),
    "a point that is text": square(("19", "9"), (20, 9), (20, 10), (19, 9)),
    "a point that is nothing": square((None, 9), (20, 9), (20, 10), (19, 9)),
    "a point that is true": square((True, 9), (20, 9), (20, 10), (19, 9)),
    "a number without end": square((10**400, 9), (20, 9), (20, 10), (19, 9)),
    "a height without end": square((19, 9, 10**400), (20, 9, 0), (20, 10, 0), (19, 9, 0)),
    "three points": square((19, 9), (20, 9), (19, 9)),
    "a line": square((19, 9), (20, 9), (21, 9), (19, 9)),
    "no ring": {"features": [{"geometry": {"type": "Polygon", "coordinates": []}}]},
    "a ring of nothing": {"features": [{"geometry": {"type": "Polygon", "coordinates": [[]]}}]},
    "no geometry": {"features": [{"properties": {"id": "W", "name": "W"}, "geometry": None}]},
    "a point": {"features": [{"geometry": {"type": "Point", "coordinates": [20, 10]}}]},
    "a kind that is a list": {"features": [{"geometry": {"type": [], "coordinates": []}}]},
    "a deep nest": {"features": [{"geometry": {"type": "Polygon", "coordinates": [[[[[[[1]]]]]]]}}]},
    "no features": {"type": "FeatureCollection", "features": []},
    "a list": [1, 2, 3],
    "a number": 5,
    "features that are text": {"features": "none"},
    "a feature that is text": {"features": ["none"]},
    "properties that are text": {
        "features": [square((19, 9), (20, 9), (20, 10), (19, 9))["features"][0] | {"properties": "x"}]
    },
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE_AREAS)
def test_areas_that_are_none_are_refused(what, tiny):
    tiny.write("quarters.geojson", json.dumps(HOSTILE_AREAS[what]))

    assert refusal(tiny).file == "quarters.geojson"


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"features": [', "null", "[" * 100_000, "NaN", '{"features": [NaN]}', "1" * 10_000, "\x00"],
)
def test_json_that_is_none_is_refused(text, tiny):
    tiny.write("quarters.geojson", text)

    assert refusal(tiny).file == "quarters.geojson"


def test_exchanged_latitude_and_longitude_are_noticed(tiny):
    tiny.change("bundle.toml", "[sources.osm]", "box = [9.9, 19.9, 10.1, 20.1]\n[sources.osm]")
    areas = json.loads(tiny.read("quarters.geojson"))
    for feature in areas["features"]:
        feature["geometry"]["coordinates"] = [
            [point[::-1] for point in feature["geometry"]["coordinates"][0]]
        ]
    tiny.write("quarters.geojson", json.dumps(areas))

    assert "longitude comes before latitude" in str(refusal(tiny))


def test_a_code_used_twice_is_named_by_its_feature(tiny):
    tiny.change("quarters.geojson", '"id": "E"', '"id": "W"')

    found = refusal(tiny)

    assert found.column == "feature 2"
    assert "“W” is used twice" in str(found)


def test_a_code_that_cannot_stand_in_an_address_is_refused(tiny):
    tiny.change("quarters.geojson", '"id": "E"', '"id": "E/../W"')

    assert refusal(tiny).column == "feature 2"


def test_an_outline_that_crosses_itself_is_mended(tiny):
    tiny.change(
        "quarters.geojson",
        "[[19.999, 9.999], [20.002, 9.999], [20.002, 10.005], [19.999, 10.005], [19.999, 9.999]]",
        "[[19.999, 9.999], [20.002, 10.005], [20.002, 9.999], [19.999, 10.005], [19.999, 9.999]]",
    )

    assert load_bundle(tiny.path, by=OPERATOR, at=MONDAY).areas == {"quarters": 2}


def test_heights_are_left_out_even_where_only_some_points_have_one(tiny):
    tiny.change("quarters.geojson", "[20.005, 9.999]", "[20.005, 9.999, 12.5]")

    assert load_bundle(tiny.path, by=OPERATOR, at=MONDAY).areas == {"quarters": 2}


def test_a_ring_that_is_not_closed_is_closed(tiny):
    tiny.change("quarters.geojson", "[19.999, 10.005], [19.999, 9.999]]]", "[19.999, 10.005]]]")

    assert load_bundle(tiny.path, by=OPERATOR, at=MONDAY).areas == {"quarters": 2}


def test_a_gzip_bomb_is_refused(tiny, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_BYTES", 1_000_000)
    tiny.write("quarters.geojson", gzip.compress(b" " * 50_000_000))

    found = refusal(tiny)

    assert found.file == "quarters.geojson"
    assert "1000000 bytes" in str(found)


@pytest.mark.parametrize("cut", [3, 12, 60])
def test_a_cut_gzip_file_is_refused(cut, tiny):
    tiny.write("age.csv", gzip.compress(tiny.read("age.csv").encode())[:cut])

    assert refusal(tiny).file == "age.csv"


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_cut_extract_is_refused(share, tiny):
    whole = (shipped_bundle("newport") / "newport-2023-06-13.osm.pbf").read_bytes()
    tiny.write("tiny.osm", whole[: int(len(whole) * share)])

    assert refusal(tiny).file == "tiny.osm"


def test_an_extract_with_damage_in_the_middle_is_refused(tiny):
    whole = bytearray((shipped_bundle("newport") / "newport-2023-06-13.osm.pbf").read_bytes())
    whole[1_000_000:1_000_400] = bytes(400)
    tiny.write("cut.osm.pbf", bytes(whole))
    tiny.change("bundle.toml", '"tiny.osm"', '"cut.osm.pbf"')

    assert refusal(tiny).file == "cut.osm.pbf"


@pytest.mark.parametrize(
    "text",
    ["", "<osm>", '<osm version="0.6"></osm>', "<html></html>", '<osm version="0.6"><node id="x"/></osm>'],
)
def test_an_extract_that_is_none_is_refused(text, tiny):
    tiny.write("tiny.osm", text)

    assert refusal(tiny).file == "tiny.osm"


@pytest.mark.parametrize("lat", ["north", "", "1e999", "91", "9" * 400])
@pytest.mark.parametrize("with_streets", [True, False])
def test_a_node_that_is_nowhere_spoils_the_extract_not_the_programme(lat, with_streets, tiny):
    tiny.change("tiny.osm", 'lat="10.000" lon="20.002"', f'lat="{lat}" lon="20.002"')
    if not with_streets:
        tiny.without("[streets]")
        tiny.change("bundle.toml", "[places]\n", '[places]\nfile = "tiny.osm"\n')

    try:
        answer = load_bundle(tiny.path, by=OPERATOR, at=MONDAY).city
    except BundleRefused as refused:
        answer = refused.file

    assert answer in {"Tinytown", "tiny.osm"}


def test_streets_of_another_city_are_refused(tiny):
    tiny.write("tiny.osm", tiny.read("tiny.osm").replace('lat="10.', 'lat="50.'))

    assert "lies in the city" in str(refusal(tiny))


def test_a_hostile_place_is_kept_within_bounds(tiny):
    name = "A" * 300 + "&#10;&#9;B"
    tiny.change("tiny.osm", 'v="West Library"', f'v="{name}"')
    tiny.change("tiny.osm", 'v="library.example"', 'v="javascript:alert(1)"')

    load_bundle(tiny.path, by=OPERATOR, at=MONDAY)

    library = Venue.objects.get(source_key="node/100")
    assert library.name == "A" * 255
    assert library.website == ""


@pytest.mark.parametrize("name", ["bundle.toml", "age.csv", "need.csv", "quarters.geojson", "tiny.osm"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_whatever_happens_to_a_file_the_answer_is_a_city_or_a_refusal(name, data, tmp_path_factory):
    folder = guide_example(tmp_path_factory.mktemp("bundle") / "tiny")
    whole = (folder.path / name).read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 40)))
    folder.write(name, whole[:start] + data.draw(st.binary(max_size=20)) + whole[end:])

    try:
        answer = load_bundle(folder.path, by=OPERATOR, at=MONDAY).city
    except BundleRefused as refused:
        answer = str(refused)
    assert answer
    assert answer.isprintable()
