"""The Korean national standard for lifelong-learning courses (data set 15013110): one row is one course.

A course meets weekly, on the weekdays it names, from its first day to its last. Its place names building and
room in one cell: trailing words that name a storey or a room are the room, the rest is the building.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.drafts import (
    OfferDraft,
    PriceDraft,
    ProviderDraft,
    Rejected,
    SeriesDraft,
    VenueDraft,
)
from learningcity.catalogue.actions.faults import shown
from learningcity.catalogue.importers.cells import Cells, torn
from learningcity.catalogue.importers.reading import Defaults, rows
from learningcity.catalogue.importers.weeks import WeekColumns, every_week

TITLE, SUBJECT, OPERATOR = "강좌명", "강좌내용", "운영기관명"
FIRST, LAST, STARTS, ENDS = "교육시작일자", "교육종료일자", "교육시작시각", "교육종료시각"
WEEKDAYS, AUDIENCE, MODE = "운영요일", "교육대상구분", "교육방법구분"
PLACE, ADDRESS, PLACES, FEE = "교육장소", "교육장도로명주소", "강좌정원수", "수강료"
ENROL_FROM, ENROL_UNTIL, WEBSITE = "접수시작일자", "접수종료일자", "홈페이지주소"
CREDIT, AS_OF = "학점은행제평가(학점)인정여부", "데이터기준일자"

NEEDED = (TITLE, FIRST, LAST, STARTS, ENDS, WEEKDAYS, OPERATOR)

COLUMNS = {
    "title": TITLE,
    "summary": SUBJECT,
    "audience": AUDIENCE,
    "mode": MODE,
    "prices": FEE,
    "provider": OPERATOR,
    "venue": PLACE,
    "room": PLACE,
    "address": ADDRESS,
    "places": PLACES,
    "starts": STARTS,
    "ends": ENDS,
    "enrol_until_on": ENROL_UNTIL,
    "runs_until_on": LAST,
    "website": WEBSITE,
    "confirmed_on": AS_OF,
}

SUBJECTS_BY_FIELD = {
    "02": (
        "미술/서예 악기 음악 노래/민요 댄스 인문/독서 인문 역사 도자기/공예 공예 사진 "
        "영어 일본어 중국어 기타외국어 외국어"
    ),
    "03": "시민참여",
    "04": "경제 재테크 경영",
    "05": "과학 환경 수학",
    "06": "디지털 컴퓨터 정보화 AI",
    "08": "원예 농업",
    "09": "건강 복지",
    "10": "요리 운동 건강/운동 체육 미용",
}
FIELDS = {subject: field for field, subjects in SUBJECTS_BY_FIELD.items() for subject in subjects.split()}

AUDIENCES_BY_CODE = {
    "everyone": "전체 누구나 일반 일반인 제한없음 주민 구민 시민",
    "adults": "성인 학부모 여성 직장인 대학생",
    "children": "아동 어린이 유아 영유아 초등 초등학생",
    "young_people": "청소년 중학생 고등학생 청년",
    "older_people": "노인 노년 어르신 시니어 고령자",
    "families": "가족",
}
AUDIENCES = {word: code for code, words in AUDIENCES_BY_CODE.items() for word in words.split()}

MODES = {
    "오프라인": "on_site",
    "대면": "on_site",
    "온라인": "online",
    "비대면": "online",
    "온오프라인": "both",
    "온/오프라인": "both",
    "온라인+오프라인": "both",
    "오프라인+온라인": "both",
    "혼합": "both",
}

DAYS = "월화수목금토일"
WEEKDAY_WORDS = {"매일": DAYS, "평일": "월화수목금", "주말": "토일"}
WEEK = WeekColumns(first=FIRST, last=LAST, weekdays=WEEKDAYS, starts=STARTS, ends=ENDS)

VENUE_KINDS = {
    "도서관": "library",
    "박물관": "museum",
    "미술관": "gallery",
    "대학교": "university",
    "학교": "school",
    "복지관": "social_facility",
    "체육": "sports_centre",
    "주민센터": "community_centre",
    "문화센터": "community_centre",
    "학습": "training",
}
PROVIDER_KINDS = {
    "구청": "city",
    "시청": "city",
    "군청": "city",
    "도서관": "culture",
    "박물관": "culture",
    "학교": "education",
}
ROOM = re.compile(r"지하|(지하)?\d+층|.*(실|홀|호|강의|라운지)\d*")


def read(path: Path, defaults: Defaults) -> Iterator[OfferDraft | Rejected]:
    """Yield the courses of a file. Raises FileUnreadable."""
    seen: set[str] = set()
    for row in rows(path, needed=NEEDED):
        if row.is_torn:
            yield torn(row.number)
            continue
        cells = Cells(row.number, row.cells)
        draft = course(cells, defaults, key=course_key(cells, seen))
        if cells.rejected:
            yield from (replace(one, key=draft.key) for one in cells.rejected)
        else:
            yield draft


def course_key(cells: Cells, seen: set[str]) -> str:
    """Return the key of a course: operator, title, first day; place and hour too where these meet twice."""
    key = short(cells, OPERATOR, TITLE, FIRST)
    if key in seen:
        key = short(cells, OPERATOR, TITLE, FIRST, PLACE, STARTS, WEEKDAYS)
    seen.add(key)
    return key


def short(cells: Cells, *columns: str) -> str:
    """Return a short word that stands for the contents of some columns."""
    return sha256("\n".join(cells.text(column) for column in columns).encode()).hexdigest()[:32]


def course(cells: Cells, defaults: Defaults, *, key: str) -> OfferDraft:
    """Return the offer that a row describes."""
    subject, operator = cells.text(SUBJECT), cells.text(OPERATOR)
    fee = 0 if cells.text(FEE) == "무료" else cells.cents(FEE, "KRW")
    return OfferDraft(
        key=key,
        row=cells.number,
        title=cells.text(TITLE),
        language="ko",
        taught_in=("ko",),
        summary=subject,
        form="formal" if cells.text(CREDIT) == "Y" else "non_formal",
        field=FIELDS.get(subject, "99"),
        mode=mode(cells),
        audience=audience(cells),
        website=web_address(cells.text(WEBSITE)),
        confirmed_on=cells.day(AS_OF),
        provider=ProviderDraft(
            key=operator, name=operator, kind=kind_of(operator, PROVIDER_KINDS), language="ko"
        ),
        prices=() if fee is None else (PriceDraft(cents=fee, currency="KRW"),),
        series=(run(cells, defaults),),
    )


def run(cells: Cells, defaults: Defaults) -> SeriesDraft:
    """Return the one run of a course."""
    venue, room = place(cells)
    return SeriesDraft(
        venue=venue,
        room=room,
        places=cells.whole(PLACES),
        enrol_from_on=cells.day(ENROL_FROM),
        enrol_until_on=cells.day(ENROL_UNTIL),
        sessions=every_week(
            cells,
            WEEK,
            weekdays=weekdays_of(cells),
            time_zone=defaults.time_zone,
            is_online=MODES.get(cells.text(MODE)) == "online",
        ),
    )


def weekdays_of(cells: Cells) -> set[int]:
    """Return the weekdays of a course, 0 being Monday: 화요일+목요일, 월수금, 매일 …"""
    word = cells.text(WEEKDAYS)
    for name, days in WEEKDAY_WORDS.items():
        word = word.replace(name, days)
    letters = re.sub(r"[\s,+/·]", "", word.replace("요일", ""))
    if not letters or any(letter not in DAYS for letter in letters):
        cells.reject(
            WEEKDAYS,
            _("“%(value)s” names no weekday. Write them like 화요일+목요일.")
            % {"value": shown(cells.text(WEEKDAYS))},
        )
        return set()
    return {DAYS.index(letter) for letter in letters}


def place(cells: Cells) -> tuple[VenueDraft | None, str]:
    """Return the building, and the room in it."""
    words = cells.text(PLACE).split()
    if not words:
        return None, ""
    split = len(words)
    while split > 1 and ROOM.fullmatch(words[split - 1]):
        split -= 1
    name, address = " ".join(words[:split]), cells.text(ADDRESS)
    key = sha256(f"{name}\n{address}".encode()).hexdigest()[:32]
    venue = VenueDraft(key=key, name=name, kind=kind_of(name, VENUE_KINDS), address=address)
    return venue, " ".join(words[split:])


def audience(cells: Cells) -> str:
    """Return for whom a course is; for everyone if it names several groups, or none."""
    groups = [part for part in re.split(r"[+,/·\s]+", cells.text(AUDIENCE)) if part]
    if any(group not in AUDIENCES for group in groups):
        refuse_word(cells, AUDIENCE, AUDIENCES)
        return ""
    found = {AUDIENCES[group] for group in groups}
    return found.pop() if len(found) == 1 else "everyone"


def mode(cells: Cells) -> str:
    """Return whether a course is on site, online or both; on site if it does not say."""
    word = cells.text(MODE, "오프라인")
    if word not in MODES:
        refuse_word(cells, MODE, MODES)
    return MODES.get(word, "")


def refuse_word(cells: Cells, column: str, words: Mapping[str, str]) -> None:
    """Reject the row for a word that is not known."""
    cells.reject(
        column,
        _("“%(value)s” is not known here. Use one of: %(words)s.")
        % {"value": shown(cells.text(column)), "words": ", ".join(words)},
    )


def kind_of(name: str, kinds: Mapping[str, str]) -> str:
    """Return the kind that a name tells."""
    return next((kind for word, kind in kinds.items() if word in name), "other")


def web_address(word: str) -> str:
    """Return a web address; the standard leaves out how it begins."""
    return word if not word or "://" in word else f"http://{word}"
