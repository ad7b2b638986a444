"""Every reason why somebody does not get a place has a sentence and the next best action."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from learningcity.core.actors import operator
from learningcity.enrolment.actions.places import Applicant, enrol
from learningcity.enrolment.actions.refusals import (
    BirthDateMissing,
    CalledOff,
    NamedTwice,
    NobodyNamed,
    NoLongerOpen,
    NotOpen,
    NotOpenYet,
    PartyTooLarge,
    Past,
    TooManyCompanions,
    TooOld,
    TooYoung,
)
from tests.enrolment.factories import intake, series_of
from tests.people.factories import AT, organisation, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    return intake(series_of(organisation()))


def ask(places, *applicants, at=AT):
    people = applicants or (Applicant(person("Rosa")),)
    return enrol(places, people, by=operator(), at=at)


def set_offer(places, **fields):
    type(places.series.offer).objects.update(**fields)


def born(years):
    return Applicant(person("Sam", born_on=date(2026 - years, 1, 1)))


@pytest.mark.parametrize(
    ("audience", "fits", "refusal"),
    [
        ("children", 9, None),
        ("children", 30, TooOld),
        ("young_people", 30, TooOld),
        ("young_people", 17, None),
        ("adults", 17, TooYoung),
        ("older_people", 50, TooYoung),
        ("older_people", 64, None),
        ("families", 4, None),
        ("everyone", 4, None),
    ],
)
def test_an_audience_means_ages_where_the_offer_says_none(places, audience, fits, refusal):
    set_offer(places, audience=audience)

    if refusal is None:
        assert ask(places, born(fits)).enrolled
        return
    with pytest.raises(refusal):
        ask(places, born(fits))


def test_ages_that_are_said_count_before_the_audience(places):
    set_offer(places, audience="adults", age_from=14, age_to=20)

    assert ask(places, born(15)).enrolled
    with pytest.raises(TooOld, match="up to 20 years"):
        ask(places, born(40))


def test_an_intake_may_leave_ages_to_the_people(places):
    set_offer(places, age_from=16)
    type(places).objects.update(checks_age=False)
    places.refresh_from_db()

    assert ask(places, born(4)).enrolled


def test_a_birth_date_that_is_missing_is_asked_for(places):
    set_offer(places, age_from=16)
    nobody_knows = Applicant(person("Sam", born_on=None))

    with pytest.raises(BirthDateMissing) as refused:
        ask(places, nobody_knows)
    assert refused.value.step.url_name == "people:contact"
    set_offer(places, age_from=None)
    assert ask(places, nobody_knows).enrolled


def change(places, **fields):
    type(places).objects.filter(pk=places.pk).update(**fields)
    places.refresh_from_db()


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"is_open": False}, NotOpen),
        ({"opens_at": AT + HOUR}, NotOpenYet),
        ({"closes_at": AT}, NoLongerOpen),
        ({"decision": "cancelled"}, CalledOff),
    ],
)
def test_places_are_given_only_while_the_intake_is_open(places, fields, refusal):
    change(places, **fields)

    with pytest.raises(refusal):
        ask(places)


def test_the_days_of_the_series_count_too(places):
    series = type(places.series).objects.filter(pk=places.series.pk)
    series.update(enrol_from_on=date(2026, 11, 24), enrol_until_on=date(2026, 11, 25))

    with pytest.raises(NotOpenYet, match="Nov"):
        ask(places)
    assert ask(places, at=AT + timedelta(days=1)).enrolled
    with pytest.raises(NoLongerOpen):
        ask(places, at=AT + timedelta(days=3))


def test_nobody_enrols_in_what_is_over_or_called_off(places):
    with pytest.raises(Past):
        ask(places, at=AT + timedelta(days=30))
    places.series.sessions.update(status="cancelled")
    with pytest.raises(CalledOff):
        ask(places)


def test_a_run_without_dates_is_over_after_its_last_day():
    places = intake()
    type(places.series).objects.update(runs_until_on=date(2026, 11, 23))

    assert ask(places).enrolled
    with pytest.raises(Past):
        ask(places, at=AT + timedelta(days=1))


def test_a_withdrawn_offer_takes_nobody(places):
    set_offer(places, is_published=False)

    with pytest.raises(NotOpen):
        ask(places)


def test_who_comes_is_named_once_and_not_too_many(places):
    rosa = person("Rosa")

    with pytest.raises(NobodyNamed):
        enrol(places, [], by=operator(), at=AT)
    with pytest.raises(NamedTwice, match="Rosa twice"):
        ask(places, Applicant(rosa), Applicant(rosa))
    with pytest.raises(TooManyCompanions, match="brings 2"):
        ask(places, Applicant(rosa, companions=2))
    with pytest.raises(TooManyCompanions):
        ask(places, Applicant(rosa, companions=-1))
    with pytest.raises(PartyTooLarge, match="You are 7"):
        ask(places, *(Applicant(person()) for _number in range(7)))


def test_a_group_that_never_fits_does_not_wait_for_ever():
    with pytest.raises(PartyTooLarge, match="may have 2"):
        ask(intake(places=2), *(Applicant(person()) for _number in range(3)))


def test_who_brings_more_than_ever_fit_does_not_wait_for_ever():
    places = intake(places=2, most_companions=3, companions_take_places=True)

    with pytest.raises(PartyTooLarge, match="may have 2"):
        ask(places, Applicant(person(), companions=2))
    assert ask(places, Applicant(person(), companions=1)).enrolled
    assert ask(intake(places=0), Applicant(person())).waiting


def test_a_sentence_names_the_numbers_that_count(places):
    set_offer(places, age_from=60)

    with pytest.raises(TooYoung) as refused:
        ask(places, born(40))

    assert re.search(r"Sam will be 40 .* from 60 years", str(refused.value))
    assert refused.value.step.url_name == "catalogue:search"
    assert reverse(refused.value.step.url_name, args=refused.value.step.args)
