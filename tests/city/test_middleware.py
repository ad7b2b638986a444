"""The clock of pages: the city's, wherever the machine stands; what machines read stays as it is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import (
    get_current_timezone,
    get_current_timezone_name,
    localdate,
    localtime,
    make_aware,
)

from learningcity.catalogue.actions import import_offers
from learningcity.city.middleware import CityClockMiddleware
from learningcity.city.models import City
from learningcity.core.actors import operator
from tests.catalogue.factories import MONDAY, SourceFactory, draft
from tests.city.small import small_city
from tests.people.factories import login, member, sign_in

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)


@pytest.fixture
def seoul():
    city = small_city(MONDAY)
    City.objects.update(time_zone="Asia/Seoul")
    return city


def within_a_request(told):
    said = []

    def page(request):
        said.append(told())
        return HttpResponse()

    CityClockMiddleware(page)(HttpRequest())
    return said[0]


def test_pages_show_and_read_moments_on_the_city_s_clock(seoul):
    assert within_a_request(lambda: f"{localtime(LATE):%d %H:%M}") == "24 05:30"
    assert str(within_a_request(lambda: localdate(LATE))) == "2026-11-24"
    typed = within_a_request(lambda: make_aware(datetime(2026, 11, 24, 5, 30)))
    assert typed == LATE
    assert within_a_request(get_current_timezone_name) == "Asia/Seoul"


def test_the_hour_that_comes_twice_and_summer_are_those_of_the_city(db):
    small_city(MONDAY)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    both = [within_a_request(lambda at=at: localtime(at)) for at in (first, first + timedelta(hours=1))]

    assert [f"{one:%H:%M}" for one in both] == ["01:30", "01:30"]
    assert both[0].astimezone(UTC) == first


def test_after_the_request_the_clock_is_that_of_before(seoul):
    within_a_request(localdate)

    assert str(get_current_timezone()) == "UTC"


def test_a_node_without_a_city_stays_at_utc(db):
    assert f"{within_a_request(lambda: localtime(LATE)):%H:%M}" == "20:30"


def test_an_answer_that_tells_no_moment_asks_nothing(seoul):
    with CaptureQueriesContext(connection) as asked:
        within_a_request(lambda: None)

    assert len(asked) == 0


def test_the_page_of_a_feed_shows_its_runs_on_the_city_s_clock(client, seoul):
    sign_in(client, member(login().person, role="officer").person.login)
    source = SourceFactory(key="fed", name="Fed", address="https://feed.example/", layout="jsonld", rhythm=60)
    source.due_at = LATE
    source.save(update_fields=["due_at"])
    import_offers([draft()], source=source, by=operator(), at=LATE)

    page = client.get("/catalogue/feeds/fed").text

    assert page.count("05:30") == 2
    assert page.count("24 November 2026") >= 2
    assert "20:30" not in page


def test_machines_read_the_same_moments_as_before(seoul, settings):
    source = SourceFactory(key="fed", name="Fed", licence="CC0-1.0")
    import_offers([draft()], source=source, by=operator(), at=LATE)
    paths = ["/api/v1/feeds/offers.csv", "/api/v1/changes"]
    there = [b"".join(Client().get(path)) for path in paths]

    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "CityClock" not in one]

    assert [b"".join(Client().get(path)) for path in paths] == there
