"""What somebody who waits sees: where they stand or their chance, the rule, what else is at that time."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from learningcity.engines.waiting import digest_of_seed
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.enrolment.queries.offer_links import offer_token
from tests.catalogue.factories import SeriesFactory, SessionFactory
from tests.enrolment.factories import enrolment, intake
from tests.people.factories import login, person

pytestmark = pytest.mark.django_db
SEED = "b7" * 32


@pytest.fixture
def rosa(client):
    account = login()
    client.force_login(account)
    return account.person


def to_come(*, places=1, starts_at=None, **fields):
    """Return places of a run with one date to come."""
    series = SeriesFactory()
    SessionFactory(series=series, starts_at=starts_at or now() + timedelta(days=9))
    return intake(series, places=places, **fields)


def a_draw(**fields):
    return to_come(draws_at=now() + timedelta(days=2), seed=SEED, seed_digest=digest_of_seed(SEED), **fields)


def stand(of, *people):
    """Let people stand on the list in this order."""
    return [enrolment(of, who, state="waiting", turn=turn) for turn, who in enumerate(people, start=1)]


def page(client, made):
    return " ".join(client.get(reverse("enrolment:place_detail", args=[made.public_id])).text.split())


def test_who_waits_in_order_of_arrival_sees_their_number_and_how_long_to_answer(client, rosa):
    of = to_come()
    *_others, mine = stand(of, person(), person(), rosa)

    shown = page(client, mine)

    assert "You are number 3 of 3." in shown
    assert "you then have 48 hours to answer" in shown
    assert reverse("enrolment:queue_detail", args=[of.public_id]) in shown


@pytest.mark.parametrize(
    ("places", "others", "said"),
    [
        (2, 7, "Your chance is about 1 in 4."),
        (0, 3, "As things stand, no place is free for the draw."),
        (9, 3, "As things stand, there is a place for everybody."),
        (9, 9, "As things stand, nearly everybody gets a place."),
    ],
)
def test_before_a_draw_the_chance_is_said_in_words_with_both_numbers(client, rosa, places, others, said):
    of = a_draw(places=places, rule=Intake.Rule.DRAW)
    mine, *_others = stand(of, rosa, *(person() for _number in range(others)))

    shown = page(client, mine)

    assert said in shown
    assert f"{others + 1} persons are on the list so far." in shown
    assert f"There are {places} places." in shown
    assert "number 1 of" not in shown


def test_in_a_list_by_need_no_chance_is_said_but_why_points_count(client, rosa):
    mine = stand(a_draw(rule=Intake.Rule.PRIORITY), rosa)[0]

    shown = page(client, mine)

    assert "Your chance" not in shown
    assert reverse("enrolment:place_reasons", args=[mine.public_id]) in shown


def at_one_time(rosa, state):
    """Return a place of hers, and another at the same time in this state."""
    there = now() + timedelta(days=5)
    has = enrolment(to_come(starts_at=there), rosa, at=now() - timedelta(days=2))
    other = enrolment(to_come(starts_at=there), rosa, state=state, at=now(), turn=1)
    return has, other


def test_who_waits_is_asked_about_what_overlaps_and_cannot_swap_a_place_for_a_hope(client, rosa):
    has, waits = at_one_time(rosa, "waiting")
    choices = reverse("enrolment:overlaps")

    assert choices in page(client, waits)
    shown = client.get(choices).text
    assert 'value="keep"' in shown
    assert 'value="swap"' not in shown
    client.post(choices, {"earlier": has.public_id, "later": waits.public_id, "choice": "stop"})

    assert choices not in page(client, has)
    states = [Enrolment.objects.get(pk=one.pk).state for one in (has, waits)]
    assert states == ["enrolled", "cancelled"]


def test_who_is_offered_a_place_is_asked_about_what_overlaps_and_may_swap(client, rosa):
    _has, offered = at_one_time(rosa, "offered")
    choices = reverse("enrolment:overlaps")

    assert choices in page(client, offered)
    assert 'value="swap"' in client.get(choices).text


def test_the_link_in_the_message_says_that_something_overlaps_but_not_what(rosa):
    has, offered = at_one_time(rosa, "offered")

    shown = Client().get(reverse("enrolment:offer_answer", args=[offer_token(offered)])).text

    assert "at the same time" in shown
    assert has.intake.series.offer.title not in shown


def test_the_offer_leads_to_the_rule_of_its_list_and_says_until_when_to_answer(client, rosa):
    of = to_come(places=1)
    enrolment(of)
    address = of.series.offer.get_absolute_url()

    assert reverse("enrolment:queue_detail", args=[of.public_id]) in client.get(address).text
    Intake.objects.filter(pk=of.pk).update(places=2)
    enrolment(of, rosa, state="offered", until_at=now() + timedelta(hours=30))

    assert "Answer by" in client.get(address).text


def test_my_places_lead_to_what_is_at_one_time(client, rosa):
    enrolment(to_come(), rosa)

    assert reverse("enrolment:overlaps") in client.get(reverse("enrolment:place_list")).text
