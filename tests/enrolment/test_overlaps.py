"""Places at overlapping times: found across providers, with the walk in between, and chosen about."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse

from learningcity.catalogue.models import Session
from learningcity.city.models import TravelNetwork
from learningcity.core.actors import Channel, operator, visitor
from learningcity.core.models import Message, ScheduledRun
from learningcity.core.schedule import REGISTERED, run_if_due
from learningcity.engines.access import build_network
from learningcity.enrolment.actions.overlap_notes import tell_overlaps
from learningcity.enrolment.actions.overlaps import ChosenAlready, choose, take_with_choices
from learningcity.enrolment.actions.places import Applicant, enrol, hold_places
from learningcity.enrolment.models import OverlapChoice
from learningcity.enrolment.queries.overlaps import open_overlaps, overlaps_of, overlaps_with
from tests.catalogue.factories import OfferFactory, SeriesFactory, SessionFactory, VenueFactory
from tests.city.small import small_city
from tests.enrolment.factories import enrolment, intake
from tests.people.factories import AT, login, person

pytestmark = pytest.mark.django_db
TASK = operator(Channel.TASK)
HOUR = timedelta(hours=1)
SOON = AT + timedelta(days=3)


def run(starts_at=SOON, hours=2, title="Pottery", **fields):
    """Make the places of a run with one date."""
    series = SeriesFactory(offer=OfferFactory(title=title))
    SessionFactory(series=series, starts_at=starts_at, ends_at=starts_at + hours * HOUR, **fields)
    return intake(series)


def test_dates_at_one_time_are_found_whoever_offers_them():
    who, first, second = person(), run(), run(SOON + HOUR, title="Welsh")
    there = enrolment(first, who)

    (found,) = overlaps_with(who, second, AT)

    assert (found.enrolment, found.walk_minutes) == (there, None)
    assert overlaps_with(who, run(SOON + 2 * HOUR), AT) == []
    assert overlaps_with(who, first, AT) == []
    assert overlaps_with(person(), second, AT) == []


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_a_date_that_does_not_take_place_overlaps_with_nothing(status):
    who, first, second = person(), run(), run(status=status)
    enrolment(first, who)

    assert overlaps_with(who, second, AT) == []


def test_what_has_ended_or_only_waits_overlaps_with_nothing():
    who, second = person(), run()
    enrolment(run(), who, state="cancelled")
    enrolment(run(), who, state="waiting")
    enrolment(run(), who, state="held", until_at=AT)

    assert overlaps_with(who, second, AT) == []


@pytest.fixture
def street(db):
    """Lay one street and return two places on it, two kilometres apart."""
    small_city(AT)
    lon = [-3.0 + 0.005 * step for step in range(13)]
    network = build_network([51.51] * 13, lon, range(12), range(1, 13))
    TravelNetwork.objects.update(nodes=13, edges=12, digest="overlaps", data=network.to_bytes())
    return [VenueFactory(lat=51.51, lon=lon[node], street_node=node) for node in (0, 6)]


def test_a_walk_that_takes_longer_than_the_time_in_between_is_an_overlap(street):
    here, there = street
    who = person()
    enrolment(run(venue=here), who)
    end = SOON + 2 * HOUR

    # 2,077 metres at 80 metres a minute: 26 minutes.
    assert overlaps_with(who, run(end + timedelta(minutes=27), venue=there), AT) == []
    (found,) = overlaps_with(who, run(end + timedelta(minutes=25), venue=there), AT)
    assert found.walk_minutes == 26
    assert overlaps_with(who, run(end, venue=there, is_online=True), AT) == []
    assert overlaps_with(who, run(end, venue=here), AT) == []
    assert overlaps_with(who, run(end, venue=VenueFactory()), AT) == []


def test_finding_overlaps_asks_a_fixed_number_of_questions(django_assert_max_num_queries):
    who, second = person(), run()
    for _ in range(6):
        enrolment(run(), who)
    dates = list(Session.objects.filter(series=second.series).select_related("venue"))

    with django_assert_max_num_queries(3):
        assert len(overlaps_of(who, dates, AT, besides=second)) == 6


def test_two_that_are_kept_are_asked_about_once():
    who = person()
    first, second = enrolment(run(), who), enrolment(run(), who)
    (pair,) = open_overlaps(who, AT)

    choose(pair.earlier, pair.later, "keep", by=TASK, at=AT)

    assert (pair.earlier, pair.later) == (first, second)
    assert open_overlaps(who, AT) == []
    with pytest.raises(ChosenAlready):
        choose(first, second, "stop", by=TASK, at=AT)


@pytest.mark.parametrize(
    ("choice", "states"), [("swap", ["cancelled", "enrolled"]), ("stop", ["enrolled", "cancelled"])]
)
def test_leaving_one_of_two_frees_its_place(choice, states):
    who = person()
    both = [enrolment(run(), who), enrolment(run(), who)]

    choose(*both, choice, by=TASK, at=AT)

    for one, state in zip(both, states, strict=True):
        one.refresh_from_db()
        one.intake.refresh_from_db()
        assert (one.state, one.intake.taken) == (state, int(state == "enrolled"))
    assert open_overlaps(who, AT) == []


def test_nobody_chooses_for_another_or_about_two_people():
    who = person()
    both = [enrolment(run(), who), enrolment(run(), who)]

    with pytest.raises(PermissionDenied):
        choose(*both, "stop", by=visitor(), at=AT)
    with pytest.raises(PermissionDenied):
        choose(both[0], enrolment(run(), person()), "swap", by=TASK, at=AT)


@pytest.mark.parametrize(
    ("choice", "states", "taken"),
    [
        ("keep", ("enrolled", "enrolled"), 1),
        ("swap", ("cancelled", "enrolled"), 1),
        ("stop", ("enrolled", "cancelled"), 0),
    ],
)
def test_a_held_place_is_taken_with_the_choice_in_one_step(choice, states, taken):
    who, place = person(), run()
    earlier = enrolment(run(), who)
    held = hold_places(place, [Applicant(who)], by=TASK, at=AT)

    got = take_with_choices(held, {earlier: choice}, by=TASK, at=AT)

    earlier.refresh_from_db()
    held[0].refresh_from_db()
    place.refresh_from_db()
    assert ((earlier.state, held[0].state), place.taken, len(got)) == (states, taken, taken)
    assert OverlapChoice.objects.get().choice == choice


def test_people_are_told_once_for_each_pair():
    who = person()
    login(who)
    enrolment(run(title="Pottery"), who)
    enrolment(run(title="Welsh"), who)

    assert [tell_overlaps(who, by=TASK, at=AT + n * HOUR) for n in range(2)] == [1, 1]
    assert [one.subject for one in Message.objects.all()] == ["Two places at one time: Welsh"]


def test_people_are_told_also_after_the_schedule_stood_still():
    who = person()
    login(who)
    for title in ("Pottery", "Welsh"):
        enrolment(run(title=title), who)
    job = REGISTERED["enrolment.tell_overlaps"]
    ScheduledRun.objects.create(job=job.name, due_at=AT)

    assert run_if_due(job, at=AT + 5 * HOUR)
    assert Message.objects.count() == 1
    assert ScheduledRun.objects.get().failures == 0


def test_the_page_shows_pairs_and_takes_a_choice_from_the_person_alone():
    who = login()
    both = [enrolment(run(), who.person), enrolment(run(title="Welsh"), who.person)]
    stranger, mine = Client(), Client()
    stranger.force_login(login())
    mine.force_login(who)
    sent = {"earlier": both[0].public_id, "later": both[1].public_id, "choice": "swap"}

    assert stranger.post(reverse("enrolment:overlaps"), sent).status_code == 403
    assert "Welsh" not in stranger.get(reverse("enrolment:overlaps")).text
    assert "Welsh" in mine.get(reverse("enrolment:overlaps")).text
    assert mine.post(reverse("enrolment:overlaps"), {**sent, "choice": "perhaps"}).status_code == 400
    assert mine.post(reverse("enrolment:overlaps"), sent).status_code == 302
    assert mine.post(reverse("enrolment:overlaps"), sent).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_two_overlapping_enrolments_at_the_same_moment_are_found():
    who, places, gate = person(), [run(), run()], threading.Barrier(2)

    def found_after(place):
        try:
            gate.wait()
            enrol(place, [Applicant(who)], by=TASK, at=AT)
            # Whoever looks after their own commit: one of the two commits last, and sees both.
            return len(open_overlaps(who, AT))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(found_after, places))

    assert max(found) == 1
    assert len(open_overlaps(who, AT)) == 1
