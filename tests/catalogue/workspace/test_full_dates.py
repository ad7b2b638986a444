"""Who counts places elsewhere says that a date is full, and why; everybody reads it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import now

from learningcity.catalogue.actions.places import note_places_left
from learningcity.catalogue.actions.workspace_full import PlacesCounted, fill_sessions, free_sessions
from learningcity.catalogue.actions.workspace_sessions import ReasonNeeded, Scope
from learningcity.catalogue.models import Session
from learningcity.catalogue.signals import session_changed
from learningcity.core.actors import operator
from tests.catalogue.factories import MONDAY, SeriesFactory, SessionFactory
from tests.people.factories import as_member, member, organisation, person, sign_in

PHONE = "12 signed up by phone."


@pytest.fixture
def dates(offer, a_city):
    """Return three dates to come of one series, a week apart."""
    series = SeriesFactory(offer=offer)
    start = now().replace(hour=18, minute=0, second=0, microsecond=0) + timedelta(days=30)
    return [SessionFactory(series=series, starts_at=start + timedelta(weeks=n)) for n in range(3)]


def said():
    """Return what the dates say of their places, in order."""
    return list(Session.objects.order_by("starts_at").values_list("is_full", "reason"))


def test_dates_are_full_with_a_reason_until_there_are_places_again(dates, editor):
    full = fill_sessions(dates[1], scope=Scope.LATER, reason=PHONE, by=editor, at=MONDAY)

    assert full == dates[1:]
    assert said() == [(False, ""), (True, PHONE), (True, PHONE)]
    assert free_sessions(dates[1], by=editor, at=MONDAY) == [dates[1]]
    assert said() == [(False, ""), (False, ""), (True, PHONE)]


def test_nobody_who_has_a_place_is_told_that_a_date_is_full(dates, editor):
    heard = []

    def listen(**said):
        heard.append(said)

    session_changed.connect(listen)
    try:
        fill_sessions(dates[0], reason=PHONE, by=editor, at=MONDAY)
    finally:
        session_changed.disconnect(listen)

    assert heard == []


def test_where_places_are_counted_here_their_number_says_that_a_date_is_full(dates, editor):
    note_places_left({dates[0].series_id: 3}, by=operator(), at=MONDAY)

    with pytest.raises(PlacesCounted, match="Change their number"):
        fill_sessions(dates[0], reason=PHONE, by=editor, at=MONDAY)


def test_only_who_keeps_the_offer_says_that_a_date_is_full_and_says_why(dates, editor):
    stranger = as_member(member(person("Sam"), organisation(), "editor"))

    with pytest.raises(ReasonNeeded):
        fill_sessions(dates[0], reason=" ", by=editor, at=MONDAY)
    with pytest.raises(PermissionDenied):
        fill_sessions(dates[0], reason=PHONE, by=stranger, at=MONDAY)
    with pytest.raises(PermissionDenied):
        free_sessions(dates[0], by=stranger, at=MONDAY)


def test_a_date_is_said_to_be_full_on_its_page_and_everybody_reads_it(client, membership, offer, dates):
    ada = sign_in(client, membership.person.login)
    page = reverse("catalogue:session_workspace", args=[dates[0].public_id])
    full = reverse("catalogue:session_full", args=[dates[0].public_id])
    free = reverse("catalogue:session_free", args=[dates[0].public_id])

    assert full in ada.get(page).content.decode()
    assert ada.get(full).status_code == 200
    refused = ada.post(full, {"scope": "this", "reason": ""})
    assert refused.status_code == 400
    assert "Say why" in refused.content.decode()
    assert ada.post(full, {"scope": "this", "reason": PHONE})["Location"] == page
    assert "full: 12 signed up by phone." in " ".join(ada.get(page).content.decode().split())

    shown = ada.get(reverse("catalogue:offer_detail", args=[offer.public_id])).content.decode()
    assert ">Full<" in shown
    assert PHONE in shown
    (first, *_others) = ada.get(f"/api/v1/sessions?offer={offer.public_id}").json()["items"]
    assert (first["places_left"], first["reason"]) == (0, PHONE)

    assert ada.get(free).status_code == 200
    assert ada.post(free, {"scope": "this"})["Location"] == page
    assert ">Full<" not in ada.get(reverse("catalogue:offer_detail", args=[offer.public_id])).content.decode()
