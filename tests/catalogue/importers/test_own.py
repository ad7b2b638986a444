"""Our own layout: one row for each session or each offer; wrong rows are named with column and remedy."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learningcity.catalogue.actions import KnownVenue, OfferDraft, PriceDraft, Rejected, VenueDraft
from learningcity.catalogue.actions.checking import faults, limits_at
from learningcity.catalogue.importers import LAYOUTS, Defaults, FileUnreadable
from learningcity.catalogue.importers.own import KNOWN
from tests.catalogue.factories import MONDAY

NEWPORT = Defaults(time_zone="Europe/London", language="en", currency="GBP")


@pytest.fixture
def read(tmp_path):
    """Return a function that reads lines of text, or bytes, as a file of our own layout."""

    def reads(*lines: str, raw: bytes = b""):
        file = tmp_path / "offers.csv"
        file.write_bytes(raw or "\n".join(lines).encode())
        return list(LAYOUTS["csv"].read(file, NEWPORT))

    return reads


def test_one_row_is_an_offer_with_everything_it_says(read):
    [offer] = read(
        "key,title,summary,provider,provider_kind,field,audience,price,price_senior,step_free,lift,skills,"
        "venue,venue_kind,lat,lon,room,places,starts,ends,title_cy,confirmed_on,taught_in,hours,enrol_until",
        "p1,Pottery,Make a bowl.,Lantern,association,2,adults,12.50,0,yes,no,clay|glaze,"
        "The Hall,community_centre,51.588,-2.997,Kiln,12,2027-01-11 18:00,2027-01-11T20:00,Crochenwaith,"
        "2026-11-01,en|cy,20,2027-01-04",
    )

    [series] = offer.series
    assert (offer.key, offer.title, offer.language, offer.field, offer.hours) == (
        "p1",
        "Pottery",
        "en",
        "02",
        20,
    )
    assert offer.provider.kind == "association"
    assert offer.prices == (
        PriceDraft(cents=1250, group="everyone", currency="GBP"),
        PriceDraft(cents=0, group="senior", currency="GBP"),
    )
    assert {fact.feature: fact.is_there for fact in offer.access} == {"step_free": True, "lift": False}
    assert offer.skills == ("clay", "glaze")
    assert offer.taught_in == ("en", "cy")
    assert [(text.language, text.title) for text in offer.texts] == [("cy", "Crochenwaith")]
    assert offer.confirmed_on == date(2026, 11, 1)
    assert series.venue == VenueDraft(
        key="The Hall", name="The Hall", kind="community_centre", lat=51.588, lon=-2.997
    )
    assert (series.room, series.places, series.enrol_until_on) == ("Kiln", 12, date(2027, 1, 4))
    assert series.sessions[0].starts == datetime(2027, 1, 11, 18)
    assert series.sessions[0].time_zone == "Europe/London"
    assert faults(offer, limits_at(MONDAY)) == []


def test_rows_of_one_offer_are_its_sessions(read):
    [offer] = read(
        "key,title,provider,series,starts,ends",
        "p1,Pottery,Lantern,spring,2027-01-11 18:00,2027-01-11 20:00",
        "p1,,,spring,2027-01-18 18:00,2027-01-18 20:00",
        "p1,Pottery,,summer,2027-06-07 18:00,2027-06-07 20:00",
    )

    assert [(series.key, len(series.sessions)) for series in offer.series] == [("spring", 2), ("summer", 1)]


def test_one_row_can_stand_for_every_week(read):
    [offer] = read(
        "key,title,provider,first_day,last_day,weekdays,start_time,end_time",
        "p1,Pottery,Lantern,2027-01-11,2027-02-21,mon wed,18:00,20:00",
    )

    starts = [session.starts for session in offer.series[0].sessions]
    assert len(starts) == 12
    assert starts[:2] == [datetime(2027, 1, 11, 18), datetime(2027, 1, 13, 18)]


def test_days_without_hours_are_a_run_of_which_only_the_days_are_known(read):
    [offer] = read("key,title,provider,first_day,last_day", "p1,Pottery,Lantern,2027-01-11,2027-02-21")

    [series] = offer.series
    assert series.sessions == ()
    assert (series.runs_from_on, series.runs_until_on) == (date(2027, 1, 11), date(2027, 2, 21))


def test_an_offer_without_dates_and_prices_has_neither(read):
    [offer] = read("key,title,provider", "p1,Ask the library,Lantern")

    assert (offer.series, offer.prices, offer.access) == ((), (), ())


def test_a_place_that_the_city_knows_is_named_by_its_identifier(read):
    [offer] = read("key,title,provider,venue_id", "p1,Pottery,Lantern,0b7c")

    assert offer.series[0].venue == KnownVenue(public_id="0b7c")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_spreadsheets_of_every_country_are_read(read, delimiter, mark, end):
    table = [["key", "title", "provider", "price"], ["p1", "Töpfern", "Lantern", "12.50"]]
    text = end.join(delimiter.join(row) for row in table) + end

    [offer] = read(raw=mark + text.encode())

    assert (offer.title, offer.prices[0].cents) == ("Töpfern", 1250)


def test_words_of_several_lines_and_quotes_are_kept(read):
    [offer] = read(
        "key,title,provider,description", 'p1,"Clay, glaze",Lantern,"Say ""hello"".\nBring an apron."'
    )

    assert offer.title == "Clay, glaze"
    assert offer.description == 'Say "hello".\nBring an apron.'


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("price", "ten", "Write a number such as 12"),
        ("price", "1.234", "no amount of GBP"),
        ("price", "1 000", "no amount"),
        ("starts", "tomorrow", "2026-12-01 18:00"),
        ("starts", "2027-01-11", "Write day and hour"),
        ("starts", "2027-02-30 18:00", "no moment"),
        ("ends", "", "Write day and hour"),
        ("confirmed_on", "11/01/2026", "year-month-day"),
        ("places", "a dozen", "digits only"),
        ("age_from", "1e3", "digits only"),
        ("lat", "51° 35'", "degrees"),
        ("lat", "nan", "degrees"),
        ("step_free", "perhaps", "neither yes nor no"),
        ("online", "maybe", "neither yes nor no"),
        ("weekdays", "moonday", "mon, tue, wed"),
        ("first_day", "x", "no day"),
    ],
)
def test_a_cell_that_cannot_be_read_rejects_the_row_with_a_remedy(read, column, value, words):
    sound = {
        "key": "p1",
        "title": "Pottery",
        "provider": "Lantern",
        "venue": "Hall",
        "starts": "2027-01-11 18:00",
        "ends": "2027-01-11 20:00",
    }
    row = sound | {column: value}

    rejected = read(";".join(row), ";".join(row.values()))

    assert all(isinstance(one, Rejected) and one.row == 2 for one in rejected)
    assert any(one.field == column and words in one.reason for one in rejected), rejected


@pytest.mark.parametrize(
    ("price", "cents"), [("0", 0), ("7", 700), ("7.5", 750), ("7,50", 750), ("-5", -500)]
)
def test_prices_are_whole_cents(read, price, cents):
    [offer] = read("key;title;provider;price", f"p1;Pottery;Lantern;{price}")

    assert offer.prices[0].cents == cents


def test_currencies_keep_their_own_smallest_unit(read):
    [won, pounds] = read(
        "key,title,provider,price,currency", "p1,Pottery,Lantern,72000,KRW", "p2,Pottery,Lantern,7,"
    )

    assert won.prices == (PriceDraft(cents=72000, currency="KRW"),)
    assert pounds.prices == (PriceDraft(cents=700, currency="GBP"),)


def test_an_offer_with_a_wrong_row_waits_whole(read):
    found = read(
        "key,title,provider,starts,ends",
        "p1,Pottery,Lantern,2027-01-11 18:00,2027-01-11 20:00",
        "p1,,,soon,2027-01-18 20:00",
        "p2,Choir,Lantern,2027-01-11 18:00,2027-01-11 20:00",
    )

    assert [type(one) for one in found] == [Rejected, OfferDraft]
    assert (found[0].row, found[0].field, found[1].key) == (3, "starts", "p2")


def test_a_row_that_contradicts_the_first_of_its_offer_is_rejected(read):
    [rejected] = read("key,title,provider,price", "p1,Pottery,Lantern,5", "p1,Pottery,Lantern,6")

    assert (rejected.row, rejected.field) == (3, "price")
    assert "Here it is “6”, in row 2 “5”" in rejected.reason


def test_rows_of_an_offer_that_stand_apart_are_rejected(read):
    found = read("key,title,provider", "p1,Pottery,Lantern", "p2,Choir,Lantern", "p1,Pottery,Lantern")

    assert [type(one) for one in found] == [OfferDraft, OfferDraft, Rejected]
    assert "Move this row there" in found[2].reason


def test_a_row_with_too_few_cells_is_rejected_and_the_next_is_read(read):
    found = read("key,title,provider", "p1,Pottery", "p2,Choir,Lantern")

    assert (found[0].row, found[1].key) == (2, "p2")
    assert "quotation marks" in found[0].reason


def test_a_torn_row_lets_its_own_offer_wait_and_no_other(read):
    found = read(
        "key,title,provider,starts,ends",
        "p1,Pottery,Lantern,2027-01-11 18:00,2027-01-11 20:00",
        "p1,,,2027-01-18, 18:00,2027-01-18 20:00",
        "p1,,,2027-01-25 18:00,2027-01-25 20:00",
        "p2,Choir,Lantern,2027-01-11 18:00,2027-01-11 20:00",
    )

    assert [one.row if isinstance(one, Rejected) else one.key for one in found] == [3, "p2"]


def test_every_session_of_an_online_offer_is_online_unless_its_row_says_no(read):
    [offer] = read(
        "key,title,provider,mode,online,starts,ends",
        "p1,Pottery,Lantern,online,,2027-01-11 18:00,2027-01-11 20:00",
        "p1,,,,,2027-01-18 18:00,2027-01-18 20:00",
        "p1,,,,no,2027-01-25 18:00,2027-01-25 20:00",
    )

    assert [session.is_online for session in offer.series[0].sessions] == [True, True, False]


def test_empty_rows_are_passed_over_and_counted(read):
    [offer] = read("key,title,provider", "", ",,", "p1,Pottery,Lantern")

    assert offer.row == 4


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "names no column"),
        (b"key,title\np1,Pottery\n", "names no column .provider."),
        (b"key,title,provider,prize\np1,a,b,1\n", "no column .prize."),
        (b"key,title,provider,title\np1,a,b,c\n", "the column .title. twice"),
        ("key,title,provider\np1,Töpfern,b\n".encode("latin-1"), "Row 2 is not text in UTF-8"),
        ("key,title,provider\np1,a,b\n".encode("utf-16"), "Row 1 is not text in UTF-8"),
        (b"key,title,provider\np1,a\0,b\n", "Row 2 is not text in UTF-8"),
        (b"\x1f\x8b\x08\x00binary", "not text in UTF-8"),
        (b'key,title,provider\np1,"Pottery,b\n', "Row 2 cannot be read: a quotation mark"),
        (b'key,title,provider\np1,"Pot"tery,b\n', "Row 2 cannot be read"),
        (b"key,title,provider\np1," + b"x" * 200_000 + b",b\n", "Row 2 cannot be read"),
        (b"key,title,provider\n" + b"x" * 1_100_000, "Line 2 is too long"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_with_one_sentence(read, raw, words):
    with pytest.raises(FileUnreadable, match=words) as refusal:
        read(raw=raw or b"\n")

    assert "\n" not in str(refusal.value)


def test_a_file_of_two_gigabytes_is_refused_unread(tmp_path):
    file = tmp_path / "huge.csv"
    with file.open("wb") as huge:
        huge.truncate(2 * 1024**3)

    with pytest.raises(FileUnreadable, match="2048 MB; 512 are allowed"):
        list(LAYOUTS["csv"].read(file, NEWPORT))


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_file_that_is_not_there_is_refused(tmp_path, name):
    with pytest.raises(FileUnreadable, match="cannot be opened"):
        list(LAYOUTS["csv"].read(tmp_path / name, NEWPORT))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return one folder for all examples of a property."""
    return tmp_path_factory.mktemp("hostile")


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(
                [
                    "key",
                    "title",
                    "price",
                    "starts",
                    "ends",
                    "lat",
                    "weekdays",
                    "first_day",
                    "start_time",
                    "places",
                    "online",
                ]
            ),
            st.text(),
        )
    )
)
def test_hostile_cells_are_rejected_or_read_never_a_crash(folder, rows):
    columns = [
        "key",
        "title",
        "provider",
        "price",
        "starts",
        "ends",
        "lat",
        "lon",
        "weekdays",
        "first_day",
        "last_day",
        "start_time",
        "end_time",
        "places",
        "online",
        "venue",
    ]
    quoted = [
        ",".join('"' + row.get(column, "").replace('"', '""') + '"' for column in columns) for row in rows
    ]
    file = folder / "offers.csv"
    file.write_bytes("\n".join([",".join(columns), *quoted]).encode("utf-8", "surrogatepass"))

    try:
        found = list(LAYOUTS["csv"].read(file, NEWPORT))
    except FileUnreadable:
        return

    for one in found:
        if isinstance(one, OfferDraft):
            faults(one, limits_at(MONDAY))


GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guides" / "import-offers.md"


def test_the_guide_names_every_column():
    named = set(re.findall(r"`([a-z_]+)`", GUIDE.read_text(encoding="utf-8")))

    assert named >= KNOWN


def test_the_example_of_the_guide_is_read(read):
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    table = [line.strip() for line in lines if line.startswith(("    key,", "    clay,", "    choir,"))]

    pottery, choir = read(*table)

    assert len(pottery.series[0].sessions) == 2
    assert (choir.prices[0].cents, choir.series) == (0, ())
