"""What the schedule asks every few seconds is answered by an index, however many rows there are."""

import pytest
from django.db import connection

from learningcity.enrolment.models import Guest
from learningcity.enrolment.queries.guests import asks_too_often, guests_over, living_as_guest
from learningcity.enrolment.queries.overlaps import persons_who_moved
from learningcity.enrolment.queries.places import intakes_to_decide, intakes_to_tell
from learningcity.enrolment.queries.queue import intakes_to_draw
from tests.enrolment.factories import enrolment, guest, intake
from tests.people.factories import AT

pytestmark = pytest.mark.django_db
ASKED = {
    "intake_to_tell": intakes_to_tell,
    "intake_to_draw": lambda: intakes_to_draw(AT),
    "intake_to_decide": lambda: intakes_to_decide(AT),
    "guest_by_end": lambda: guests_over(AT),
    "guest_by_address": lambda: Guest.objects.filter(email="gwen@example.org"),
    "enrolment_since_a_moment": lambda: persons_who_moved(AT),
}


@pytest.mark.parametrize("index", list(ASKED))
def test_an_index_of_its_own_answers_what_is_due(index):
    # PostgreSQL reads tables of a few rows whole.
    assert connection.vendor != "sqlite" or index in ASKED[index]().explain()


def test_a_guest_is_found_by_the_address_in_any_letters():
    of = intake()
    enrolment(of, guest=guest())

    assert living_as_guest(of, "Gwen@Example.org")
    assert not asks_too_often("Gwen@Example.org", AT)
