"""The Korean national standard: a real file of 322 courses, and rows that are not of the standard."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from learningcity.catalogue.actions import OfferDraft, PriceDraft, Rejected
from learningcity.catalogue.importers import LAYOUTS, Defaults, FileUnreadable

SEOUL = Defaults(time_zone="Asia/Seoul", language="en", currency="GBP")

COURSE = {
    "강좌명": "도자기 교실",
    "교육시작일자": "2026-05-19",
    "교육종료일자": "2026-08-04",
    "교육시작시각": "19:00",
    "교육종료시각": "21:00",
    "강좌내용": "도자기/공예",
    "교육대상구분": "성인",
    "교육방법구분": "오프라인",
    "운영요일": "화요일+목요일",
    "교육장소": "논현글로벌평생학습센터 3층 2강의실",
    "강좌정원수": "16",
    "수강료": "72000",
    "교육장도로명주소": "서울특별시 강남구 논현로 131길 40",
    "운영기관명": "서울특별시 강남구청",
    "접수시작일자": "2026-04-28",
    "접수종료일자": "2026-05-12",
    "홈페이지주소": "www.longlearn.go.kr",
    "학점은행제평가(학점)인정여부": "N",
    "데이터기준일자": "2026-04-08",
}


@pytest.fixture
def read(tmp_path):
    """Return a function that reads courses, given as changes of a sound one."""

    def reads(*changes: dict[str, str]):
        file = tmp_path / "courses.csv"
        lines = [",".join(COURSE), *(",".join((COURSE | change).values()) for change in changes)]
        file.write_text("\n".join(lines), encoding="utf-8")
        return list(LAYOUTS["korean"].read(file, SEOUL))

    return reads


def test_every_course_of_the_real_file_is_read(test_data):
    file = test_data / "learning-feeds" / "gangnam_seoul_lifelong_courses_2026.csv"

    offers = list(LAYOUTS["korean"].read(file, SEOUL))

    assert [type(offer) for offer in offers] == [OfferDraft] * 322
    assert len({offer.key for offer in offers}) == 322
    assert sum(offer.prices[0].cents == 0 for offer in offers) == 37
    assert len({offer.series[0].venue.address for offer in offers}) == 6


def test_a_course_says_in_our_words_what_it_says_in_its_own(read):
    [offer] = read({})

    [series] = offer.series
    assert (offer.language, offer.taught_in, offer.audience, offer.mode) == (
        "ko",
        ("ko",),
        "adults",
        "on_site",
    )
    assert (offer.field, offer.form) == ("02", "non_formal")
    assert offer.prices == (PriceDraft(cents=72000, currency="KRW"),)
    assert offer.website == "http://www.longlearn.go.kr"
    assert offer.confirmed_on == date(2026, 4, 8)
    assert (offer.provider.name, offer.provider.kind) == ("서울특별시 강남구청", "city")
    assert (series.venue.name, series.room) == ("논현글로벌평생학습센터", "3층 2강의실")
    assert (series.places, series.enrol_until_on) == (16, date(2026, 5, 12))


def test_a_course_meets_weekly_on_its_weekdays_at_the_hour_of_seoul(read):
    [offer] = read({})

    sessions = offer.series[0].sessions
    local = [session.starts_at.astimezone(ZoneInfo("Asia/Seoul")) for session in sessions]
    assert len(sessions) == 23
    assert {start.weekday() for start in local} == {1, 3}
    assert {start.time() for start in local} == {time(19)}


@pytest.mark.parametrize(
    ("words", "weekdays"),
    [
        ("월요일", {0}),
        ("월,수,금", {0, 2, 4}),
        ("월수금", {0, 2, 4}),
        ("토요일·일요일", {5, 6}),
        ("매일", set(range(7))),
    ],
)
def test_weekdays_are_read_as_cities_write_them(read, words, weekdays):
    [offer] = read({"운영요일": f'"{words}"'})

    assert {session.starts.weekday() for session in offer.series[0].sessions} == weekdays


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"교육대상구분": "어르신"}, "audience", "older_people"),
        ({"교육대상구분": "성인+청소년"}, "audience", "everyone"),
        ({"교육대상구분": ""}, "audience", "everyone"),
        ({"교육방법구분": "온라인"}, "mode", "online"),
        ({"교육방법구분": "온라인+오프라인"}, "mode", "both"),
        ({"학점은행제평가(학점)인정여부": "Y"}, "form", "formal"),
        ({"강좌내용": "우주여행"}, "field", "99"),
        ({"수강료": "무료"}, "prices", (PriceDraft(cents=0, currency="KRW"),)),
        ({"수강료": ""}, "prices", ()),
    ],
)
def test_words_of_the_standard_become_our_codes(read, changes, field, value):
    [offer] = read(changes)

    assert getattr(offer, field) == value


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"교육대상구분": "고양이"}, "교육대상구분", "성인"),
        ({"교육방법구분": "텔레파시"}, "교육방법구분", "오프라인"),
        ({"운영요일": "언젠가"}, "운영요일", "화요일+목요일"),
        ({"운영요일": ""}, "운영요일", "weekday"),
        ({"교육종료일자": "2026-05-19", "운영요일": "금요일"}, "운영요일", "No such weekday"),
        ({"교육시작일자": "19 May"}, "교육시작일자", "2026-12-01"),
        ({"교육시작시각": "저녁"}, "교육시작시각", "18:00"),
        ({"교육시작시각": ""}, "교육시작시각", "Fill it in"),
        ({"교육종료일자": "2026-01-01"}, "교육종료일자", "Correct one of them"),
        ({"교육종료일자": "9999-12-31"}, "교육종료일자", "three years are the most"),
        ({"수강료": "싸다"}, "수강료", "0 for free"),
        ({"강좌정원수": "많이"}, "강좌정원수", "digits only"),
    ],
)
def test_a_row_that_is_not_of_the_standard_is_rejected_with_a_remedy(read, changes, field, words):
    found = read({}, changes)

    assert isinstance(found[0], OfferDraft)
    assert any(
        isinstance(one, Rejected) and (one.row, one.field) == (3, field) and words in one.reason
        for one in found
    ), found


def test_the_same_course_at_another_place_is_another_offer(read):
    first, second = read({}, {"교육장소": "일원평생학습센터 강의실"})

    assert first.key != second.key


def test_another_price_does_not_make_another_offer(read):
    [before], [after] = read({}), read({"수강료": "0", "교육시작시각": "10:00"})

    assert before.key == after.key


def test_a_file_of_another_layout_is_refused_naming_the_column(tmp_path):
    file = tmp_path / "offers.csv"
    file.write_text("key,title,provider\n", encoding="utf-8")

    with pytest.raises(FileUnreadable, match="no column “강좌명”"):
        list(LAYOUTS["korean"].read(file, SEOUL))
