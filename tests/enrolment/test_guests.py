"""People without an account: nothing counts until the mailed link is used; the link shows, cancels, erases."""

from datetime import timedelta

import pytest

from learningcity.core.actors import visitor
from learningcity.core.models import Message
from learningcity.enrolment.actions.guests import (
    GuestDraft,
    ask_as_guest,
    cancel_as_guest,
    confirm_guest,
    erase_guest,
)
from learningcity.enrolment.models import Enrolment, Guest
from tests.enrolment.factories import enrolment, intake, series_of
from tests.people.factories import AT, organisation

pytestmark = pytest.mark.django_db
GWEN = GuestDraft("Gwen Guest", "gwen@example.org")


@pytest.fixture
def places():
    return intake(series_of(organisation()), places=1, allows_guests=True)


def ask(places, token="t1", draft=GWEN, at=AT):
    return ask_as_guest(places, draft, token=token, by=visitor(), at=at)


def test_nothing_counts_until_the_link_is_used(places):
    ask(places)

    places.refresh_from_db()
    assert places.taken == 0
    assert "/places/t1" in Message.objects.get().body

    made = confirm_guest("t1", by=visitor(), at=AT)

    places.refresh_from_db()
    assert (made.state, places.taken) == ("enrolled", 1)


def test_the_link_gives_back_and_erases(places):
    ask(places)
    confirm_guest("t1", by=visitor(), at=AT)
    cancel_as_guest("t1", by=visitor(), at=AT)
    erase_guest("t1", by=visitor(), at=AT)

    places.refresh_from_db()
    guest = Guest.objects.get()
    assert (places.taken, guest.name, guest.email) == (0, "", "")
    assert Enrolment.objects.get().guest is None
