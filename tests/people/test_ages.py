"""Ages: from which age a child may do what, on the city's clock, and who may publish it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import IntegrityError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from learningcity.city.models import City
from learningcity.city.queries.profile import forget
from learningcity.core.models import AuditLine
from learningcity.people.actions.ages import AgesWrong, publish_ages
from learningcity.people.models import (
    AgeRule,
    GuardianConsent,
    GuardianLimit,
    Membership,
    Organisation,
    Purpose,
)
from learningcity.people.queries.ages import (
    MAJORITY,
    USUAL_AGES,
    Ages,
    Answer,
    age_at,
    ages_for,
    ages_in_order,
    alone,
    comes_of_age_on,
    is_of_age,
    may_alone,
    published_ages,
    what_alone,
    years_old,
)
from tests.people import factories as make

AT = make.AT
DAY = timedelta(days=1)
births = st.dates(date(1900, 1, 1), date(2030, 12, 31))
pytestmark = pytest.mark.django_db


@given(births, st.integers(0, 110))
def test_a_year_is_added_on_the_birthday_and_not_the_day_before(born_on, age):
    is_leap_day = (born_on.month, born_on.day) == (2, 29)
    year = born_on.year + age
    is_leap_year = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    birthday = date(year, 3, 1) if is_leap_day and not is_leap_year else born_on.replace(year=year)

    assert years_old(born_on, birthday) == age
    assert years_old(born_on, birthday - DAY) == age - 1


@given(births)
def test_the_day_of_majority_is_the_first_on_which_one_is_of_age(born_on):
    day = comes_of_age_on(born_on)

    assert years_old(born_on, day) == MAJORITY
    assert years_old(born_on, day - DAY) == MAJORITY - 1


def test_who_was_born_on_29_february_comes_of_age_on_1_march():
    assert comes_of_age_on(date(2008, 2, 29)) == date(2026, 3, 1)
    assert comes_of_age_on(date(2010, 2, 28)) == date(2028, 2, 28)


@pytest.fixture
def city_in():
    """Return a function that moves the city to a time zone."""

    def move(zone):
        City.objects.update_or_create(
            pk=1,
            defaults={
                "name": "River City",
                "country": "GB",
                "time_zone": zone,
                "languages": ["en"],
                "currency": "GBP",
                "lat": 51.5,
                "lon": -3.0,
                "bundle_digest": "0" * 64,
                "loaded_at": AT,
            },
        )
        forget()

    yield move
    forget()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Europe/London", "America/New_York", "Pacific/Niue"])
def test_one_comes_of_age_at_midnight_on_the_citys_clock(city_in, zone):
    city_in(zone)
    midnight = datetime(2026, 7, 14, tzinfo=ZoneInfo(zone))
    who = make.person(born_on=date(2008, 7, 14))

    assert is_of_age(who, midnight.astimezone(UTC))
    assert not is_of_age(who, midnight.astimezone(UTC) - timedelta(seconds=1))


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
@pytest.mark.parametrize("hour", [0, 6, 12, 18, 23])
def test_the_age_is_that_of_the_citys_day_at_every_hour(city_in, zone, hour):
    city_in(zone)
    for days in range(-2, 3):
        at = datetime(2026, 7, 14, hour, tzinfo=UTC) + days * DAY

        assert age_at(date(2008, 7, 14), at) == years_old(
            date(2008, 7, 14), at.astimezone(ZoneInfo(zone)).date()
        )


def test_the_city_is_not_asked_far_from_a_birthday(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert age_at(date(1980, 5, 17), AT) == 46


def test_without_a_city_the_clock_is_that_of_the_settings():
    assert age_at(date(2008, 11, 23), AT) == 18
    assert age_at(date(2008, 11, 24), AT) == 17


ages_of_rules = st.tuples(st.integers(0, 18), st.integers(0, 18)).map(sorted)


@given(
    age=st.integers(0, 17),
    pair=ages_of_rules,
    purpose=st.sampled_from(Purpose),
    blocked=st.sets(st.sampled_from(["", *Purpose.values]), max_size=3),
    agreed=st.sets(st.sampled_from(Purpose.values), max_size=3),
)
def test_the_answer_follows_from_age_consent_and_block(age, pair, purpose, blocked, agreed):
    found = alone(Ages(purpose, *pair), age, blocked, agreed)

    is_blocked = "" in blocked or purpose in blocked
    if is_blocked or age < pair[0]:
        assert found.answer is Answer.NO
    elif age >= pair[1] or purpose in agreed:
        assert found.answer is Answer.YES
    else:
        assert found.answer is Answer.WITH_CONSENT


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("age", range(20))
def test_one_question_and_the_list_give_the_same_answer(purpose, age):
    who = make.child(born_on=date(2026 - age, 5, 17))
    GuardianConsent.objects.create(child=who, purpose=Purpose.PLACES, given_by="x", given_at=AT)
    GuardianLimit.objects.create(
        kind="block", child=who, purpose=Purpose.VOTE, from_on=date(2026, 1, 1), set_at=AT
    )

    answers = {found.purpose: found.answer for found in what_alone(who, at=AT)}

    assert (answers[purpose] is Answer.YES) == may_alone(who, purpose, at=AT)


def test_whose_birth_date_is_not_known_is_taken_as_an_adult():
    who = make.person(born_on=None)

    assert may_alone(who, Purpose.ACCOUNT, at=AT)
    assert {found.answer for found in what_alone(who, at=AT)} == {Answer.YES}


@pytest.mark.parametrize(
    ("limit", "is_blocked"),
    [
        ({"purpose": ""}, True),
        ({"purpose": Purpose.PLAN}, True),
        ({"purpose": Purpose.VOTE}, False),
        ({"purpose": "", "lifted_at": AT}, False),
        ({"purpose": "", "until_on": date(2026, 11, 22)}, False),
        ({"purpose": "", "until_on": date(2026, 11, 23)}, True),
        ({"purpose": "", "from_on": date(2026, 11, 24)}, False),
    ],
)
def test_a_block_works_for_its_purpose_and_its_days(limit, is_blocked):
    who = make.child(born_on=date(2010, 5, 17))
    GuardianLimit.objects.create(
        **{"kind": "block", "child": who, "from_on": date(2026, 1, 1), "set_at": AT, **limit}
    )

    assert may_alone(who, Purpose.PLAN, at=AT) != is_blocked


def test_the_list_of_answers_asks_the_database_a_fixed_number_of_times(django_assert_num_queries):
    who = make.child()

    with django_assert_num_queries(4):
        what_alone(who, at=AT)


@pytest.mark.parametrize("purpose", Purpose)
def test_the_usual_ages_can_be_published(purpose):
    assert ages_in_order(Ages(purpose, *USUAL_AGES[purpose]))


# Publishing


@pytest.fixture
def officer():
    return make.as_member(make.member(role=Membership.Role.OFFICER))


def test_an_officer_publishes_ages_and_they_hold_at_once(officer):
    child = make.child(born_on=date(2014, 5, 17))

    publish_ages([Ages(Purpose.PLACES, 5, 12)], by=officer, at=AT)

    assert may_alone(child, Purpose.PLACES, at=AT)
    assert ages_for(Purpose.PLACES) == Ages(Purpose.PLACES, 5, 12)
    assert Ages(Purpose.PLACES, 5, 12) in published_ages()
    assert AuditLine.objects.get().action == "people.ages_published"


def test_publishing_the_same_ages_again_changes_nothing(officer):
    assert publish_ages(published_ages(), by=officer, at=AT) == []
    assert not AgeRule.objects.exists()
    assert not AuditLine.objects.exists()


@pytest.mark.parametrize("pair", [(16, 13), (13, 19), (-1, 10)])
def test_ages_out_of_order_are_refused_and_none_is_kept(officer, pair):
    with pytest.raises(AgesWrong, match="Change one") as caught:
        publish_ages([Ages(Purpose.PLAN, 1, 2), Ages(Purpose.PLACES, *pair)], by=officer, at=AT)

    assert caught.value.field == "places_alone_from"
    assert not AgeRule.objects.exists()


def test_the_database_refuses_ages_out_of_order():
    with pytest.raises(IntegrityError), transaction.atomic():
        AgeRule.objects.create(purpose="places", with_consent_from=16, alone_from=13, changed_at=AT)


@pytest.mark.parametrize("role", [Membership.Role.DESK, Membership.Role.EDITOR, Membership.Role.TEACHER])
def test_other_roles_of_the_city_publish_no_ages(role):
    by = make.as_member(make.member(role=role))

    with pytest.raises(PermissionDenied):
        publish_ages([Ages(Purpose.PLACES, 5, 12)], by=by, at=AT)


def test_an_administrator_elsewhere_publishes_no_ages():
    school = make.organisation(kind=Organisation.Kind.EDUCATION)
    by = make.as_member(make.member(of=school))

    with pytest.raises(PermissionDenied):
        publish_ages([Ages(Purpose.PLACES, 5, 12)], by=by, at=AT)


# Pages


def typed(**changes):
    """Return what the form of ages sends."""
    data = {}
    for ages in published_ages():
        data[f"{ages.purpose}_with_consent_from"] = ages.with_consent_from
        data[f"{ages.purpose}_alone_from"] = ages.alone_from
    return data | changes


def test_everybody_reads_the_ages_and_finds_them_in_a_table(client):
    page = client.get(reverse("people:ages")).content.decode()

    assert "<table>" in page
    assert "Find learning and take places" in page
    assert reverse("people:change_ages") not in page


def test_the_page_of_ages_asks_the_database_a_fixed_number_of_times(client, django_assert_max_num_queries):
    client.get(reverse("people:ages"))

    with django_assert_max_num_queries(8):
        client.get(reverse("people:ages"))


def test_an_officer_changes_the_ages_on_their_page(client):
    officer = make.login(make.person("Ola Officer"))
    make.member(officer.person, role=Membership.Role.OFFICER)
    make.sign_in(client, officer)

    assert reverse("people:change_ages") in client.get(reverse("people:ages")).content.decode()
    answer = client.post(reverse("people:change_ages"), typed(places_alone_from=12))

    assert answer.status_code == 302
    assert ages_for(Purpose.PLACES).alone_from == 12


def test_wrong_ages_are_refused_at_their_field_and_nothing_typed_is_lost(client):
    officer = make.login(make.person("Ola Officer"))
    make.member(officer.person, role=Membership.Role.OFFICER)
    make.sign_in(client, officer)

    for wrong in ({"plan_alone_from": 3}, {"plan_alone_from": "many"}, {"plan_alone_from": 99}):
        answer = client.post(reverse("people:change_ages"), typed(vote_alone_from=13, **wrong))

        assert answer.status_code == 400
        assert 'value="13"' in answer.content.decode()
        assert 'aria-invalid="true"' in answer.content.decode()


def test_residents_and_visitors_do_not_change_ages(client):
    assert client.get(reverse("people:change_ages")).status_code == 302
    make.sign_in(client, make.login())

    assert client.get(reverse("people:change_ages")).status_code == 403
    assert client.post(reverse("people:change_ages"), typed()).status_code == 403
