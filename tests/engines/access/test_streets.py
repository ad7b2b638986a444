"""Which ways are walked, and which files are refused."""

import bz2
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learningcity.engines.access import NetworkError, is_walkable, snap, walking_network

pytestmark = pytest.mark.once

NORTH = 0.0004
"""Degrees between the nodes of the hand-made files: 44.5 metres."""


def osm(*ways: tuple[str, str], nodes: int = 6) -> str:
    """Return an OpenStreetMap file: nodes in a row northward, ways as ("1 2 3", "highway=path foot=yes")."""
    points = "".join(
        f'<node id="{i}" version="1" lat="{i * NORTH:.7f}" lon="0"/>' for i in range(1, nodes + 1)
    )
    lines = []
    for number, (refs, tags) in enumerate(ways, start=1):
        inside = "".join(f'<nd ref="{ref}"/>' for ref in refs.split())
        inside += "".join('<tag k="{}" v="{}"/>'.format(*tag.split("=")) for tag in tags.split())
        lines.append(f'<way id="{number}" version="1">{inside}</way>')
    return f'<?xml version="1.0"?><osm version="0.6">{points}{"".join(lines)}</osm>'


def read(folder, content: str | bytes, name: str = "city.osm"):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return walking_network(path)


def what_is_said(folder, content: bytes) -> str:
    """Return the sentence of the refusal, or "read"."""
    try:
        read(folder, content)
    except NetworkError as refusal:
        return str(refusal)
    return "read"


def tags_of(text: str) -> dict[str, str]:
    return dict(tag.split("=") for tag in text.split())


@pytest.mark.parametrize(
    "tags",
    [
        "highway=residential",
        "highway=steps",
        "highway=cycleway",
        "highway=primary sidewalk=no",
        "highway=service access=customers",
        "highway=track access=private foot=yes",
        "highway=path access=no foot=designated",
        "highway=service access=private foot=permissive",
        "highway=trunk foot=yes",
        "highway=trunk sidewalk=both",
        "highway=motorway_link foot=designated",
        "highway=primary motorroad=yes foot=yes",
    ],
)
def test_a_way_open_to_people_on_foot_is_walked(tags):
    assert is_walkable(tags_of(tags))


@pytest.mark.parametrize(
    "tags",
    [
        "building=yes",
        "highway=motorway",
        "highway=trunk",
        "highway=trunk sidewalk=no",
        "highway=trunk access=no sidewalk=both",
        "highway=primary motorroad=yes",
        "highway=residential foot=no",
        "highway=service access=private",
        "highway=service access=no",
        "highway=path foot=private",
        "highway=secondary foot=use_sidepath",
        "highway=construction",
        "highway=proposed foot=yes",
        "highway=raceway",
    ],
)
def test_a_way_closed_to_people_on_foot_is_not_walked(tags):
    assert not is_walkable(tags_of(tags))


def test_a_file_becomes_the_network_of_its_open_ways(tmp_path):
    content = osm(
        ("1 2 3", "highway=residential"),
        ("3 4", "highway=service access=private"),
        ("3 5", "highway=path access=no foot=yes"),
        ("5 6", "building=yes"),
    )

    network = read(tmp_path, content)

    assert sorted(round(lat / NORTH) for lat in network.lat) == [1, 2, 3, 4, 5]
    # Node 4 is not of the file: the 89 metres from 3 to 5 were divided in the middle.
    assert network.metres == pytest.approx([44.48] * 8, abs=0.01)


def test_a_point_beside_a_long_straight_street_finds_a_node_near_it(tmp_path):
    content = osm(("1 2", "highway=residential"), nodes=2).replace("0.0008000", "0.0100000")

    network = read(tmp_path, content)

    assert network.metres.max() <= 50
    assert network.metres.sum() / 2 == pytest.approx(0.0096 * 111_195.08, rel=1e-5)
    assert (snap(network, [0.001, 0.005, 0.0099], [0.0, 0.0, 0.0], limit_metres=25) >= 0).all()


def test_a_way_breaks_where_the_extract_lacks_one_of_its_nodes(tmp_path):
    network = read(tmp_path, osm(("1 2 3 99 4 5", "highway=residential")))

    assert sorted(round(lat / NORTH) for lat in network.lat) == [1, 2, 3]


def test_single_nodes_between_missing_ones_join_nothing(tmp_path):
    network = read(tmp_path, osm(("1 99 2 99 3 4", "highway=residential"), ("6", "highway=path")))

    assert sorted(round(lat / NORTH) for lat in network.lat) == [3, 4]


@pytest.mark.parametrize(("name", "pack"), [("a.osm.gz", gzip.compress), ("a.osm.bz2", bz2.compress)])
def test_compressed_files_and_wrong_endings_are_read_by_their_content(tmp_path, name, pack):
    content = osm(("1 2", "highway=path")).encode()

    assert len(read(tmp_path, pack(content), name)) == 2
    assert len(read(tmp_path, content, "city.pbf")) == 2


def test_progress_tells_the_ways_as_they_are_read(tmp_path):
    path = tmp_path / "city.osm"
    path.write_text(osm(*[("1 2", "highway=path")] * 2_500))
    told = []

    walking_network(path, progress=told.append)

    assert told == [1_000, 1_000, 500]


def test_a_missing_file_is_named_with_the_remedy(tmp_path):
    with pytest.raises(NetworkError, match=r"no file gone\.osm\.pbf.*download") as refusal:
        walking_network(tmp_path / "gone.osm.pbf")

    assert refusal.value.problem == "missing"


@pytest.mark.parametrize("content", ["", "name,lat,lon\n", "<html></html>", '{"type": "FeatureCollection"}'])
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    with pytest.raises(NetworkError, match=r"city\.osm is not an OpenStreetMap extract\. Give") as refusal:
        read(tmp_path, content)

    assert refusal.value.problem == "unreadable"


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(NetworkError, match="no file"):
        walking_network(tmp_path)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_cut_file_is_refused(tmp_path, share):
    content = osm(("1 2 3", "highway=residential"))
    whole = content.encode()

    for name, data in (("a.osm", whole), ("a.osm.gz", gzip.compress(whole))):
        with pytest.raises(NetworkError, match="cut short or damaged. Download") as refusal:
            read(tmp_path, data[: int(len(data) * share)], name)
        assert refusal.value.problem == "cut"


@pytest.mark.parametrize(
    "content",
    [
        osm(),
        osm(("1 2", "building=yes")),
        osm(("1 2", "highway=motorway")),
        osm(("98 99", "highway=path")),
        osm(("1", "highway=path")),
    ],
)
def test_a_file_without_a_street_to_walk_on_is_refused(tmp_path, content):
    with pytest.raises(NetworkError, match="no street to walk on. Choose") as refusal:
        read(tmp_path, content)

    assert refusal.value.problem == "streetless"


def test_a_street_from_a_point_to_itself_is_no_street(tmp_path):
    with pytest.raises(NetworkError) as refusal:
        read(tmp_path, osm(("1 1", "highway=path")))

    assert refusal.value.problem == "streetless"


def test_entities_in_a_file_are_not_unfolded(tmp_path):
    bomb = '<!DOCTYPE b [<!ENTITY a "xx"><!ENTITY b "&a;&a;">]>'
    content = osm(("1 2", "highway=path note=&b;")).replace("<osm ", bomb + "<osm ")

    with pytest.raises(NetworkError, match="damaged"):
        read(tmp_path, content)


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\0\0\0\x0e\n\tOSMHeader\x18", b"<osm ", b"\x1f\x8b", b"BZh"]),
)
@settings(deadline=None)
def test_any_bytes_are_read_or_refused_in_a_sentence(tmp_path_factory, content, start):
    with pytest.raises(NetworkError, match=r"\. (Give|Download|Choose) "):
        read(tmp_path_factory.mktemp("any"), start + content)


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_a_spoiled_extract_is_read_or_refused_in_a_sentence(test_data, tmp_path_factory, data):
    whole = bytearray((test_data / "newport" / "newport-2023-06-13.osm.pbf").read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.booleans())
    if cut:
        del whole[at:]
    else:
        whole[at : at + 40] = data.draw(st.binary(min_size=40, max_size=40))

    answer = what_is_said(tmp_path_factory.mktemp("spoiled"), bytes(whole))

    assert answer == "read" or ". Download " in answer or ". Give " in answer or ". Choose " in answer
