"""The search knows where places are left: a filter, a word in each row, and little work for each change."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learningcity.catalogue.actions.search_index import follow_changes
from learningcity.catalogue.models import SearchChange, Series
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.search import search
from learningcity.core.actors import Channel, operator
from learningcity.enrolment.actions.intakes import change_intake, close_intake, decide
from learningcity.enrolment.actions.places import Applicant, cancel_enrolment, enrol
from learningcity.enrolment.actions.places_left import tell_places_left, tell_some
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.enrolment.queries.consequences import consequences
from learningcity.enrolment.queries.intake_drafts import draft_of
from learningcity.enrolment.queries.places import intakes_to_tell
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


def test_places_without_a_limit_are_places_while_they_are_open(choir):
    change(choir, places=None)
    told()
    assert found() == [choir.series.offer_id]
    assert Series.objects.get(pk=choir.series_id).places_left is None

    close_intake(choir, by=BY, at=AT)
    told()
    assert found() == []


def cancelled(of):
    cancel_enrolment(Enrolment.objects.get(state="enrolled"), by=BY, at=AT)


def change(of, **settings):
    fresh = Intake.objects.get(pk=of.pk)
    draft = replace(draft_of(fresh), **settings)
    change_intake(fresh, draft, seen=consequences(fresh, draft, AT).digest, by=BY, at=AT)


ACTS = {
    "enrolled": ask,
    "cancelled": cancelled,
    "more places": lambda of: change(of, places=5),
    "no limit": lambda of: change(of, places=None),
    "closed": lambda of: close_intake(of, by=BY, at=AT),
    "called off": lambda of: decide(of, Intake.Decision.CANCELLED, by=BY, at=AT),
}


@pytest.mark.parametrize("act", list(ACTS))
def test_whatever_changes_the_places_is_told(choir, act):
    ask(choir)
    told()
    assert not intakes_to_tell().exists()

    ACTS[act](choir)

    assert intakes_to_tell().exists()
    assert set(told()) == {choir.series.offer_id}
    assert not intakes_to_tell().exists()


def test_what_changes_while_it_is_told_is_told_again(choir):
    read = list(Intake.objects.all())
    ask(choir)

    assert tell_some(read, by=BY, at=AT) == 0
    assert tell_places_left(by=BY, at=AT) == 1
    assert Series.objects.get(pk=choir.series_id).places_left == 1


def test_with_nothing_to_tell_a_run_is_one_question_with_an_index_of_its_own(choir):
    with CaptureQueriesContext(connection) as asked:
        tell_places_left(by=BY, at=AT)
    (question,) = asked.captured_queries

    assert connection.vendor != "sqlite" or "intake_to_tell" in intakes_to_tell().explain()
    assert "JOIN" not in question["sql"]


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
