"""Packed files from outside: bombs are refused before they unfold, names stay inside, honest files pass."""

import bz2
import gzip
import io
import stat
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from learningcity.city.importers.files import extract_of
from learningcity.city.importers.refusal import BundleRefused
from learningcity.core.bounded import (
    Bounds,
    NotWhole,
    UnfoldsTooFar,
    UnsafeArchive,
    check_extract,
    check_pbf,
    check_stream,
    member,
    open_zip,
    sheet_rows,
    unfolded,
)
from learningcity.core.refusals import Refused

pytestmark = pytest.mark.once

SMALL = Bounds(largest=1_000_000, ratio=50, anyway=100_000, members=20)
ZEROS = bytes(30_000_000)


def opened(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)


def zipped(members: dict[str, bytes], *, attributes: int = 0) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = attributes
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def read_all(content: bytes, bounds: Bounds = SMALL) -> list[bytes]:
    with open_zip(opened(content), bounds) as archive:
        return [member(archive, name, largest=1_000_000) for name in archive.namelist()]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_what_is_packed_honestly_is_unfolded(pack):
    content = b"Learning for everybody. " * 100

    assert unfolded(opened(pack(content)), SMALL) == content
    assert unfolded(opened(content), SMALL) == content
    check_stream(opened(pack(content)), SMALL)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_a_bomb_in_gzip_or_bzip2_is_refused(pack):
    bomb = pack(ZEROS)

    with pytest.raises(UnfoldsTooFar, match="far too much"):
        unfolded(opened(bomb), SMALL)
    with pytest.raises(UnfoldsTooFar):
        check_stream(opened(bomb), SMALL)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
@pytest.mark.parametrize("cut", [3, 10, 25])
def test_a_packed_file_that_is_cut_is_refused(pack, cut):
    with pytest.raises(NotWhole, match="cut short"):
        unfolded(opened(pack(b"Learning for everybody. " * 100)[:cut]), SMALL)


def test_an_honest_zip_gives_its_members():
    assert read_all(zipped({"a.csv": b"1,2", "b/c.csv": b"3"})) == [b"1,2", b"3"]


def test_a_zip_bomb_is_refused_before_a_byte_is_unfolded():
    with pytest.raises(UnfoldsTooFar):
        read_all(zipped({"bomb.csv": ZEROS}))


def test_a_zip_with_too_many_members_is_refused():
    with pytest.raises(UnfoldsTooFar):
        read_all(zipped({f"{number}.txt": b"x" for number in range(21)}))


def test_a_zip_that_tells_less_than_it_holds_is_refused():
    honest = zipped({"lie.csv": bytes(90_000)})
    size = (90_000).to_bytes(4, "little")

    with pytest.raises(NotWhole):
        read_all(honest.replace(size, (10).to_bytes(4, "little")))


def test_a_zip_whose_members_share_their_bytes_is_refused():
    packed = zipped({"a": bytes(3_000), "b": bytes(3_000)})
    start = packed.index(b"PK\x01\x02")
    second = packed.index(b"PK\x01\x02", start + 4)
    # Both entries of the list of contents lead to the first member.
    overlapping = packed[: second + 42] + packed[start + 42 : start + 46] + packed[second + 46 :]

    with pytest.raises(UnfoldsTooFar):
        read_all(overlapping)


@pytest.mark.parametrize(
    "name", ["../out.txt", "/etc/out", "a/../../out", "c:out", "a\\b", "a//b", "./a", "nul\x01"]
)
def test_a_name_that_leads_elsewhere_is_refused(name):
    with pytest.raises(UnsafeArchive, match="lead elsewhere"):
        read_all(zipped({name: b"x"}))


def test_links_and_names_that_differ_only_in_case_are_refused():
    with pytest.raises(UnsafeArchive):
        read_all(zipped({"link": b"/etc/passwd"}, attributes=(stat.S_IFLNK | 0o777) << 16))
    with pytest.raises(UnsafeArchive):
        read_all(zipped({"a.txt": b"x", "A.TXT": b"y"}))


@pytest.mark.parametrize(
    "inner", [zipped({"a": b"x"}), gzip.compress(b"x"), bz2.compress(b"x")], ids=["zip", "gzip", "bzip2"]
)
def test_archives_in_archives_are_refused(inner):
    with pytest.raises(UnsafeArchive):
        read_all(zipped({"notes.txt": inner}))


@given(st.binary(max_size=300), st.integers(0, 400))
def test_a_damaged_zip_is_refused_or_read_but_never_fails_otherwise(noise, place):
    whole = zipped({"a.csv": b"1,2" * 50, "b.csv": b"3"})
    spoilt = whole[:place] + noise + whole[place + len(noise) :]

    with suppress(Refused):
        read_all(spoilt)


def book(*rows) -> bytes:
    made, file = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(file)
    return file.getvalue()


def with_member(content: bytes, name: str, change) -> bytes:
    """Return an archive in which one member is changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    return zipped({**members, name: change(members[name])})


def test_a_workbook_gives_the_rows_of_its_first_sheet():
    assert sheet_rows(opened(book(["name", "places"], ["Pottery", 12]))) == [
        ["name", "places"],
        ["Pottery", 12],
    ]


def test_a_workbook_bomb_is_refused():
    bomb = with_member(book(["a"]), "xl/worksheets/sheet1.xml", lambda _sheet: ZEROS * 4)

    with pytest.raises(UnfoldsTooFar):
        sheet_rows(opened(bomb))


def test_entities_in_a_workbook_are_refused():
    laughs = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>'
    bomb = with_member(
        book(["a"]),
        "xl/worksheets/sheet1.xml",
        lambda sheet: sheet.replace(b"<worksheet", laughs + b"<worksheet"),
    )

    with pytest.raises(UnsafeArchive):
        sheet_rows(opened(bomb))


def test_a_workbook_with_a_row_far_away_is_refused():
    far = with_member(
        book(["a"]),
        "xl/worksheets/sheet1.xml",
        lambda sheet: sheet.replace(b'<row r="1"', b'<row r="900000"'),
    )

    with pytest.raises(UnfoldsTooFar):
        sheet_rows(opened(far), most_rows=50)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"name,places", zipped({"a.csv": b"1"})])
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(NotWhole):
        sheet_rows(opened(content))


def number(value: int) -> bytes:
    found = b""
    while value > 0x7F:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])


def field(key: int, content: bytes) -> bytes:
    return number(key << 3 | 2) + number(len(content)) + content


def blob(
    raw_size: int, content: bytes = b"", *, kind: bytes = b"OSMData", data_size: int | None = None
) -> bytes:
    """Return a block of an .osm.pbf that tells these sizes."""
    data = number(2 << 3) + number(raw_size) + field(3, zlib.compress(content))
    told = len(data) if data_size is None else data_size
    header = field(1, kind) + number(3 << 3) + number(told)
    return len(header).to_bytes(4, "big") + header + data


def test_the_extract_of_a_real_city_passes(test_data):
    check_extract(test_data / "newport" / "newport-2023-06-13.osm.pbf")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(blob(2**31), id="a blob larger than the format allows"),
        pytest.param(blob(33 * 2**20), id="a blob just larger than the format allows"),
        pytest.param(blob(30 * 2**20) * 20, id="many blobs that unfold to far more than the file"),
        pytest.param(blob(10, data_size=2**31), id="a blob that tells of bytes that are not there"),
    ],
)
def test_an_extract_that_unfolds_too_far_is_refused_by_what_its_blobs_tell(content):
    with pytest.raises(UnfoldsTooFar):
        check_pbf(opened(blob(20, kind=b"OSMHeader") + content))


@given(st.binary(max_size=200))
def test_noise_as_an_extract_is_refused_or_passes_but_never_fails_otherwise(noise):
    with suppress(Refused):
        check_pbf(opened(blob(20, kind=b"OSMHeader") + noise))


@pytest.mark.parametrize("cut", [2, 9, 20])
def test_an_extract_that_is_cut_is_refused(cut):
    with pytest.raises(NotWhole):
        check_pbf(opened(blob(20, b"x" * 20)[:cut]))


def test_a_bundle_names_the_extract_that_unfolds_too_far(tmp_path):
    path = tmp_path / "city.osm.pbf"
    path.write_bytes(blob(20, kind=b"OSMHeader") + blob(2**31))

    with pytest.raises(BundleRefused, match=r"city.osm.pbf.*unfolds to far more"):
        extract_of(path)


def test_an_extract_packed_as_a_bomb_is_refused(tmp_path):
    path = tmp_path / "city.osm.gz"
    path.write_bytes(gzip.compress(b"<osm>" + ZEROS))

    with pytest.raises(UnfoldsTooFar):
        check_extract(path, SMALL)
