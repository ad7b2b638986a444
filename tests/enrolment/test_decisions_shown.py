"""What waits for a decision stands where those who decide look every day, and nobody else sees it."""

import html
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.utils.timezone import now

from learningcity.core.actors import operator
from learningcity.core.panels import shown_for, shown_once
from tests.catalogue.factories import SeriesFactory
from tests.enrolment.factories import enrolment, intake, series_of
from tests.people.factories import as_member, as_self, member, organisation, person

pytestmark = pytest.mark.django_db


def request_by(actor):
    request = RequestFactory().get("/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    request.actor = actor
    return request


def at_desk(by):
    return html.unescape(str(shown_once("desk.overview", request_by(by), {})))


def in_workspace(of, by):
    return html.unescape(str(shown_for("organisation.overview", [of], request_by(by), {}).for_thing(of)))


@pytest.fixture
def school():
    return organisation()


@pytest.fixture
def waiting(school):
    made = intake(series_of(school), minimum=5, decide_on=now().date() - timedelta(days=1))
    enrolment(made)
    return made


def as_role(school, role):
    return as_member(member(person("Eve"), school, role))


def test_those_who_keep_the_places_find_it_in_their_workspace(school, waiting):
    shown = in_workspace(school, as_role(school, "editor"))

    assert f"/catalogue/intakes/{waiting.public_id}/decision" in shown
    assert "1 places taken of at least 5" in shown


def test_the_city_finds_it_at_its_desk(waiting):
    assert str(waiting.public_id) in at_desk(operator())


def test_teachers_residents_and_other_organisations_do_not_see_it(school, waiting):
    other = organisation("Other")

    assert str(waiting.public_id) not in in_workspace(school, as_role(school, "teacher"))
    assert str(waiting.public_id) not in in_workspace(other, as_role(other, "editor"))
    assert str(waiting.public_id) not in at_desk(as_self(person()))


@pytest.mark.parametrize("settled", [{"decision": "go"}, {"minimum": 1}, {"decide_on": None}])
def test_what_is_decided_or_has_enough_people_is_not_shown(school, waiting, settled):
    type(waiting).objects.filter(pk=waiting.pk).update(**settled)

    assert str(waiting.public_id) not in in_workspace(school, as_role(school, "editor"))


def test_the_page_is_asked_for_all_at_once(school, waiting, django_assert_max_num_queries):
    by = as_role(school, "editor")
    for _number in range(4):
        intake(SeriesFactory(offer=waiting.series.offer), minimum=5, decide_on=now().date())

    with django_assert_max_num_queries(6):
        in_workspace(school, by)
