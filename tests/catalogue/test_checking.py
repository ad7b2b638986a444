"""Everything that is wrong with an offer is said at its field, in one sentence with the remedy."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learningcity.catalogue.actions import (
    AccessDraft,
    PriceDraft,
    ProviderDraft,
    TextDraft,
    VenueDraft,
)
from learningcity.catalogue.actions.checking import Limits, faults, limits_at
from tests.catalogue.factories import MONDAY, draft, evening, run

NEWPORT = (51.5, -3.15, 51.65, -2.8)
LIMITS = limits_at(MONDAY, NEWPORT)


def at_hall(**changes: object):
    return run(venue=replace(VenueDraft(key="hall", name="The Hall"), **changes))


WRONG = [
    ("title", draft(title=" "), "This is empty"),
    ("title", draft(title="x" * 301), "301 characters; 300 are allowed"),
    ("title", draft(title="Bell\a"), "control character U+0007"),
    ("title", draft(title="left \u202e thgir"), "U+202E"),
    ("title", draft(title="half \ud800"), "U+D800"),
    ("summary", draft(summary="two\nlines"), "U+000A"),
    ("description", draft(description="x" * 20001), "20000 are allowed"),
    ("description", draft(description="\x1b[31m"), "U+001B"),
    ("language", draft(language="xx"), "no language code “xx”"),
    ("language", draft(texts=(TextDraft(language="en", title="Again"),)), "same language"),
    ("taught_in", draft(taught_in=("english",)), "ISO 639"),
    ("form", draft(form="casual"), "formal, informal, non_formal"),
    ("mode", draft(mode="onsite"), "both, on_site, online"),
    ("field", draft(field="42"), "no code “42”"),
    ("level", draft(level="expert"), "advanced, beginner"),
    ("audience", draft(audience="cats"), "adults, children"),
    ("age_from", draft(age_from=-1), "below zero"),
    ("age_to", draft(age_to=999), "more than 120"),
    ("age_to", draft(age_from=60, age_to=12), "Exchange them"),
    ("hours", draft(hours=10**9), "more than"),
    ("website", draft(website="javascript:alert(1)"), "https://"),
    ("website", draft(website="http://[::1"), "https://"),
    ("concepts", draft(concepts=("yso:p1",)), "https://"),
    ("concepts", draft(concepts=("https://example.org/" + "x" * 300,)), "300 are allowed"),
    ("confirmed_on", draft(confirmed_on=date(2027, 1, 1)), "still to come"),
    ("prices", draft(prices=(PriceDraft(cents=-1),)), "below zero"),
    ("prices", draft(prices=(PriceDraft(cents=10**12),)), "digits slipped in"),
    ("prices", draft(prices=(PriceDraft(cents=1), PriceDraft(cents=2))), "two prices"),
    ("prices", draft(prices=(PriceDraft(cents=1, group="friends"),)), "no code “friends”"),
    ("currency", draft(prices=(PriceDraft(cents=1, currency="euro"),)), "EUR"),
    ("access", draft(access=(AccessDraft(feature="ramp", is_there=True),)), "no code “ramp”"),
    ("skills", draft(skills=("x",) * 51), "51; 50 are allowed"),
    ("provider", draft(provider=ProviderDraft(key="", name="")), "empty"),
    ("provider_kind", draft(provider=ProviderDraft(key="a", name="A", kind="gang")), "no code"),
    ("provider_email", draft(provider=ProviderDraft(key="a", name="A", email="@")), "e-mail"),
    ("series", draft(series=(run(), run())), "same key"),
    ("places", draft(series=(run(places=-3),)), "below zero"),
    ("room", draft(series=(run(room="x" * 121),)), "Shorten"),
    ("ends", draft(series=(run(evening(1, 11, ends=datetime(2027, 1, 11, 18))),)), "not after its start"),
    ("ends", draft(series=(run(evening(1, 11, ends=datetime(2027, 2, 11, 18))),)), "longer than 14 days"),
    ("starts", draft(series=(run(evening(1, 11), evening(1, 11)),)), "same moment"),
    ("starts", draft(series=(run(evening(1, 11, starts=datetime(1, 1, 1))),)), "Correct the year"),
    ("starts", draft(series=(run(evening(1, 1, starts=datetime(9999, 12, 31))),)), "Correct the year"),
    ("status", draft(series=(run(evening(1, 11, status="gone")),)), "no code “gone”"),
    ("time_zone", draft(series=(run(evening(1, 11, time_zone="Mars/Base")),)), "no time zone “Mars/Base”"),
    ("time_zone", draft(series=(run(evening(1, 11, time_zone="../../etc/passwd")),)), "Europe/London"),
    ("time_zone", draft(series=(run(evening(1, 11, time_zone="")),)), "no time zone"),
    (
        "runs_until_on",
        draft(series=(run(runs_from_on=date(2027, 3, 1), runs_until_on=date(2027, 1, 1)),)),
        "before",
    ),
    ("enrol_until_on", draft(series=(run(enrol_until_on=date(1900, 1, 1)),)), "between 1990 and 2036"),
    ("lat", draft(series=(at_hall(lat=51.58),)), "latitude and longitude, or neither"),
    ("lat", draft(series=(at_hall(lat=-2.99, lon=51.58),)), "outside the city (latitude 51.5 to 51.65"),
    ("lat", draft(series=(at_hall(lat=float("nan"), lon=0.0),)), "outside the city"),
    ("venue", draft(series=(at_hall(name=""),)), "empty"),
    ("venue", draft(series=(at_hall(name="Hall\u200b"),)), "cannot be seen"),
    ("venue_kind", draft(series=(at_hall(kind="pub"),)), "no code “pub”"),
]


def test_a_sound_offer_has_no_fault():
    assert faults(draft(), LIMITS) == []


@pytest.mark.parametrize(("field", "wrong", "words"), WRONG, ids=[f"{f}-{w[:20]}" for f, _d, w in WRONG])
def test_what_is_wrong_is_said_at_its_field_with_the_remedy(field, wrong, words):
    found = faults(wrong, LIMITS)

    assert field in {fault.field for fault in found}
    assert any(words in fault.reason for fault in found)


def test_all_faults_are_listed_at_once():
    found = faults(draft(title="", mode="x", prices=(PriceDraft(cents=-1),)), LIMITS)

    assert {fault.field for fault in found} == {"title", "mode", "prices"}


def test_a_city_without_areas_takes_any_point_on_earth():
    anywhere = draft(series=(at_hall(lat=-33.4, lon=-70.6),))

    assert faults(anywhere, Limits(today=date(2026, 11, 23), latest=date(2036, 12, 31))) == []


@pytest.mark.parametrize("code", ["en", "cy", "pt-BR", "zh-Hant", "bfi", "ckb"])
def test_languages_and_their_regions_are_known(code):
    assert faults(draft(language=code, taught_in=(code,)), LIMITS) == []


@given(st.text(), st.text(), st.text())
def test_a_sentence_about_hostile_words_can_always_be_shown(title, code, zone):
    wrong = draft(title=title, mode=code, language=code, series=(run(evening(1, 11, time_zone=zone)),))

    for fault in faults(wrong, LIMITS):
        fault.reason.encode()
        assert len(fault.reason) < 400
        assert fault.reason.endswith(".")


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2036, 12, 30)),
    st.timedeltas(max_value=(datetime(2027, 1, 15) - datetime(2027, 1, 1))),
    st.sampled_from(["Europe/London", "Asia/Seoul", "America/Bogota", "Australia/Lord_Howe", "UTC"]),
)
def test_a_session_is_right_exactly_if_its_moments_are_in_order(starts, lasts, zone):
    try:
        ends = starts + lasts
    except OverflowError:
        return
    session = evening(1, 1, starts=starts, ends=ends, time_zone=zone)

    found = {fault.field for fault in faults(draft(series=(run(session),)), LIMITS)}

    if ends.year >= 1990:
        assert ("ends" in found) == (session.ends_at <= session.starts_at or lasts.days > 14)


def test_limits_follow_the_moment_of_the_act():
    assert limits_at(datetime(2030, 5, 1, tzinfo=UTC)).latest == date(2040, 12, 31)
