"""What people read of moments is what the clocks in the city show, wherever the machine stands."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from learningcity.city.models import City
from learningcity.core.actors import operator
from learningcity.core.models import Message
from learningcity.enrolment.actions.moves import locked
from learningcity.enrolment.actions.queue import give_free_places, join_queue
from learningcity.enrolment.models import Enrolment
from learningcity.people.models import Membership
from tests.catalogue.factories import SessionFactory
from tests.enrolment.factories import enrolment, intake, series_of
from tests.people.factories import login, member, organisation, person, sign_in

pytestmark = pytest.mark.django_db

EVENING = datetime(2027, 5, 3, 20, 0, tzinfo=UTC)
"""Five in the morning of the next day in Seoul."""


@pytest.fixture(autouse=True)
def far_from_utc():
    return City.objects.create(
        pk=1, name="Osan", country="KR", time_zone="Asia/Seoul", languages=["ko"], currency="KRW",
        lat=37.15, lon=127.07, bundle_digest="0" * 64, loaded_at=EVENING,
    )  # fmt: skip


def test_a_message_says_until_when_a_place_is_kept_on_the_citys_clock():
    of = intake(places=1)
    SessionFactory(series=of.series, starts_at=EVENING + timedelta(weeks=9))
    asked = Enrolment(intake=of, person=login().person, asked_at=EVENING, changed_at=EVENING)
    join_queue(locked(of), [asked], by=operator(), at=EVENING)

    give_free_places(locked(of), by=operator(), at=EVENING)

    (message,) = Message.objects.filter(template__endswith="place_offered")
    assert "until 6 May 2027, 05:00." in message.body


def test_the_moment_of_a_draw_is_told_on_the_citys_clock(client):
    run = series_of(organisation(), at=now())
    of = intake(run, rule="draw", draws_at=EVENING)

    page = client.get(reverse("enrolment:enrol", args=[of.public_id])).content.decode()

    assert "4 May 2027, 05:00" in page


def test_a_table_of_people_names_the_days_of_the_city(client):
    school = organisation("River School")
    sign_in(client, login(member(person("Ed Editor"), school, Membership.Role.EDITOR).person))
    run = series_of(school, sessions=0)
    date = SessionFactory(series=run, starts_at=EVENING, time_zone="Asia/Seoul")
    enrolment(intake(run, session=date), person("Rosa"), at=EVENING)

    answer = client.get(reverse("enrolment:people_download", args=[run.public_id, "csv"]))
    (row,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))

    assert (row["Date"], row["Asked on"]) == ("2027-05-04", "2027-05-04")
