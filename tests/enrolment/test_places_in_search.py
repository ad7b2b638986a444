"""The search knows where places are left: a filter, a word in each row, and little work for each change."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learningcity.catalogue.actions.search_index import follow_changes
from learningcity.catalogue.models import SearchChange, Series
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.search import search
from learningcity.core.actors import Channel, operator
from learningcity.enrolment.actions.intakes import close_intake
from learningcity.enrolment.actions.places import Applicant, cancel_enrolment, enrol
from learningcity.enrolment.actions.places_left import tell_places_left
from tests.catalogue.small import small_catalogue
from tests.enrolment.factories import intake
from tests.people.factories import AT, person

pytestmark = pytest.mark.django_db
BY = operator(Channel.TASK)
LEFT = Criteria(with_places=True)


@pytest.fixture
def choir():
    """Two places at the choir, which the search knows."""
    catalogue = small_catalogue(by=operator(), at=AT)
    of = intake(Series.objects.filter(offer=catalogue.choir).get(), places=2)
    told()
    return of


def told():
    """Let the catalogue hear of places, and the index of what changed; return the offers that were noted."""
    tell_places_left(by=BY, at=AT)
    noted = list(SearchChange.objects.values_list("offer_id", flat=True))
    follow_changes(by=operator(), at=AT)
    return noted


def ask(of):
    outcome = enrol(of, [Applicant(person())], by=BY, at=AT)
    return (outcome.enrolled or outcome.waiting)[0]


def found():
    return [row.offer_id for row in search(LEFT, at=AT).rows]


def test_the_filter_keeps_what_has_places_and_follows_every_change(choir):
    assert found() == [choir.series.offer_id]

    ask(choir)
    last = ask(choir)
    told()
    assert found() == []

    cancel_enrolment(last, by=BY, at=AT)
    told()
    assert found() == [choir.series.offer_id]


def test_many_changes_of_one_offer_are_written_once_and_touch_no_other(choir):
    for _number in range(3):
        ask(choir)

    assert told() == [choir.series.offer_id]
    assert told() == []


def test_the_page_offers_the_filter_with_its_count_and_a_chip_that_takes_it_off(choir, client):
    page = client.get("/search").content.decode()
    narrow = client.get("/search?places=1").content.decode()

    assert 'name="places" value="1"' in page
    assert "With places left" in narrow
    assert "2 places left" in narrow
    assert client.get("/search?places=maybe").status_code == 400
    assert client.get("/search?places=1").context["page"].chips[0].takes_off


def test_a_row_says_whether_one_can_get_in(choir, client):
    def row():
        return client.get("/search?q=choir").content.decode()

    ask(choir)
    assert "1 place left" in row()
    ask(choir)
    assert "Waiting list" in row()
    close_intake(choir, by=BY, at=AT)
    assert "Enrolment is closed." in row()


def test_all_rows_cost_one_question_together(choir, client):
    client.get("/search")
    with CaptureQueriesContext(connection) as asked:
        client.get("/search")

    assert sum("enrolment_intake" in query["sql"] for query in asked) == 1


def test_machines_ask_for_places_left_too(choir, client):
    answer = client.get("/api/v1/offers?with_places=true").json()

    assert [one["id"] for one in answer["items"]] == [str(choir.series.offer.public_id)]
