"""Waiting lists: joining, leaving, offers of places and their answers."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from learningcity.core.actors import Actor, Channel, Right, operator, visitor
from learningcity.core.models import Message
from learningcity.engines.waiting import digest_of_seed
from learningcity.enrolment.actions import drawing, queue
from learningcity.enrolment.actions.moves import locked, move
from learningcity.enrolment.actions.places import cancel_enrolment
from learningcity.enrolment.models import Criterion, Enrolment, Party
from learningcity.enrolment.queries.offer_links import offer_token
from learningcity.enrolment.queries.published import published
from learningcity.enrolment.queries.queue import line, position_of
from learningcity.enrolment.tasks import queue as tasks
from tests.catalogue.factories import SeriesFactory, SessionFactory
from tests.enrolment.factories import enrolment, guest, intake, series_of
from tests.people.factories import AT, login, mandate, member, organisation, person

pytestmark = pytest.mark.django_db
TASK = operator(Channel.TASK)
HOUR = timedelta(hours=1)


def joining(of, *people, way=None, at=AT, **fields):
    """Put people on the waiting list of an intake, as one group if a way is given."""
    with transaction.atomic():
        party = Party.objects.create(intake=of, way=way, made_at=at) if way else None
        made = [
            Enrolment(intake=of, person=one, party=party, asked_at=at, changed_at=at, **fields)
            for one in people
        ]
        return queue.join_queue(locked(of), made, by=TASK, at=at)


def giving(of, at=AT):
    """Give what is free."""
    with transaction.atomic():
        return queue.give_free_places(locked(of), by=TASK, at=at)


def events(of):
    """Return what the published list says, in order."""
    return list(of.events.order_by("number").values_list("kind", "token"))


def test_a_place_that_becomes_free_is_offered_to_whoever_came_first():
    of = intake(places=1)
    first = enrolment(of)
    second, third = (joining(of, person())[0] for _ in range(2))

    assert giving(of) == []
    with transaction.atomic():
        move(first, "cancelled", intake=locked(of), by=TASK, at=AT)
    assert giving(of) == [second]

    second.refresh_from_db()
    assert (second.state, second.until_at) == ("offered", AT + timedelta(hours=48))
    assert events(of) == [
        ("joined", second.token), ("joined", third.token), ("room", ""), ("offered", second.token),
    ]  # fmt: skip


def test_a_group_that_keeps_together_is_passed_over_until_it_fits_and_keeps_its_turn():
    of = intake(places=1)
    pair = joining(of, person(), person(), way="all")
    single = joining(of, person())[0]

    assert giving(of) == [single]
    of.places = 3
    of.save(update_fields=["places"])

    of.refresh_from_db()
    assert giving(of) == pair


def test_a_declined_place_moves_on_at_once_and_a_group_answers_as_one():
    of = intake(places=2)
    pair = joining(of, person(), person(), way="all")
    giving(of)
    next_one = joining(of, person())[0]

    queue.decline_offer(pair[0], by=TASK, at=AT + HOUR)

    states = list(of.enrolments.order_by("number").values_list("state", flat=True))
    assert states == ["declined", "declined", "offered"]
    assert queue.accept_offer(next_one, by=TASK, at=AT + 2 * HOUR) == [next_one]


def test_nobody_answers_for_another():
    of = intake(places=1)
    one = joining(of, person())[0]
    giving(of)

    for action in (queue.accept_offer, queue.decline_offer, queue.leave_queue):
        with pytest.raises(PermissionDenied):
            action(one, by=visitor(), at=AT)


def test_an_answer_after_the_deadline_says_that_the_place_has_moved_on():
    of = intake(places=1)
    one = joining(of, person())[0]
    giving(of)

    with pytest.raises(queue.OfferOver):
        queue.accept_offer(one, by=TASK, at=AT + timedelta(hours=48))


# Draws and lists by need


def drawn(rule="draw", **fields):
    """Open places that are drawn an hour from now; the seed's digest is published."""
    seed = "a1" * 32
    return intake(
        rule=rule, draws_at=AT + HOUR, seed=seed, seed_digest=digest_of_seed(seed), **{"places": 1, **fields}
    )


def test_nobody_is_offered_a_place_before_the_draw_and_late_comers_stand_after_all_others():
    of = drawn(places=2)
    early = [joining(of, person())[0] for _ in range(4)]
    assert giving(of) == []

    first = drawing.draw(of, entropy=b"", by=TASK, at=AT + HOUR)
    late = joining(of, person())[0]

    assert len(first) == 2
    of.refresh_from_db()
    order = [one.pk for one in line(of)]
    assert set(order[:2]) == {one.pk for one in early} - {one.pk for one in first}
    assert order[2] == late.pk
    with pytest.raises(drawing.NotToBeDrawn):
        drawing.draw(of, entropy=b"", by=TASK, at=AT + HOUR)


def test_a_draw_without_a_published_digest_makes_its_seed_from_the_chance_given():
    of = intake(rule="draw", draws_at=AT)
    joining(of, person())

    drawing.draw(of, entropy=b"\x07" * 32, by=TASK, at=AT)

    of.refresh_from_db()
    assert (of.seed, of.seed_digest) == ("07" * 32, digest_of_seed("07" * 32))
    assert published(of)["committed"]["before_all"] is False


def test_the_schedule_draws_when_it_is_time_and_moves_offers_on():
    of = drawn()
    both = [joining(of, person())[0] for _ in range(2)]

    tasks.draw_lists(AT)
    assert not of.enrolments.filter(state="offered").exists()
    tasks.draw_lists(AT + HOUR)
    first = of.enrolments.get(state="offered")
    tasks.move_offers_on(AT + timedelta(hours=48))
    first.refresh_from_db()
    assert first.state == "offered"
    tasks.move_offers_on(AT + timedelta(hours=49))

    first.refresh_from_db()
    assert first.state == "lapsed"
    assert of.enrolments.get(state="offered").pk == next(one.pk for one in both if one.pk != first.pk)


def by_need():
    """Open places given by need, with a reason of each kind."""
    of = drawn("priority")
    limits = {"age": {"least": 60}, "area": {"area": "Pill"}}
    for place, kind in enumerate(("age", "never", "waited", "area", "said")):
        Criterion.objects.create(
            intake=of,
            key=kind,
            kind=kind,
            words=f"Reason {kind}",
            points=2**place,
            from_on=AT.date(),
            **limits.get(kind, {}),
        )
    return of


def test_the_points_are_counted_from_the_records_once_and_say_why():
    of, old, young = by_need(), person(born_on=date(1950, 1, 1)), person(born_on=date(2000, 1, 1))
    run = series_of(organisation(), at=AT - timedelta(days=60))
    enrolment(intake(run), young)
    ended = SeriesFactory(offer=of.series.offer)
    SessionFactory(series=ended, starts_at=AT - timedelta(days=30))
    enrolment(intake(ended), old, state="waiting")

    first, second = joining(of, old)[0], joining(of, young)[0]

    assert (first.points, [one["key"] for one in first.met]) == (7, ["age", "never", "waited"])
    assert {one["source"] for one in first.met} == {"records"}
    assert (second.points, second.met) == (0, [])


def test_a_reason_that_is_over_or_not_yet_there_gives_nothing():
    of = by_need()
    of.criteria.update(from_on=AT.date() + timedelta(days=1))
    assert joining(of, person(born_on=date(1950, 1, 1)))[0].points == 0
    of.criteria.update(from_on=date(2020, 1, 1), until_on=AT.date() - timedelta(days=1))
    assert joining(of, person(born_on=date(1950, 1, 1)))[0].points == 0


def test_where_one_lives_is_said_by_the_person_and_a_proof_is_seen_at_a_desk():
    of, who = by_need(), login()
    waits = joining(of, who.person)[0]
    own = Actor(Right.SELF, Channel.WEB, person=str(who.person.public_id))
    with pytest.raises(drawing.ProofNotSeen):
        drawing.say_reasons(waits, ["area", "said"], by=own, at=AT)

    assert drawing.say_reasons(waits, ["area"], by=own, at=AT).points == 2 + 8
    office = organisation()
    helper = member(person("Hal Helper"), office, "desk")
    mandate(who.person, office)
    desk = Actor(
        Right.MANDATE,
        Channel.DESK,
        person=str(helper.person.public_id),
        on_behalf_of=own.person,
        organisation=str(office.public_id),
    )
    said = drawing.say_reasons(waits, ["said"], by=desk, at=AT)

    assert [(one["key"], one["source"]) for one in said.met] == [("never", "records"), ("said", "desk")]
    assert drawing.say_reasons(waits, [], by=own, at=AT).points == 2 + 16
    drawing.draw(of, entropy=b"", by=TASK, at=AT)
    with pytest.raises(queue.NotWaiting):
        drawing.say_reasons(waits, [], by=own, at=AT)


def test_people_see_a_position_or_a_chance():
    of = intake(places=0)
    waits = [joining(of, person())[0] for _ in range(3)]
    lot = drawn(places=1)
    tickets = [joining(lot, person())[0] for _ in range(4)]

    assert (position_of(waits[1]).number, position_of(waits[1]).waiting) == (2, 3)
    assert (position_of(tickets[0]).number, position_of(tickets[0]).chance) == (None, Fraction(1, 4))


# Offers


def test_an_offer_ends_when_it_begins_and_nothing_is_offered_of_what_is_over():
    of = intake(places=1)
    SessionFactory(series=of.series, starts_at=AT + HOUR)
    one = joining(of, person())[0]

    assert giving(of, AT + 2 * HOUR) == []
    assert giving(of) == [one]
    one.refresh_from_db()
    assert one.until_at == AT + HOUR


def test_the_person_is_told_by_a_link_that_answers_without_signing_in():
    of, who = intake(places=1), login()
    one = joining(of, who.person)[0]
    giving(of, now())
    (message,) = Message.objects.filter(template__endswith="place_offered")
    address = next(word for word in message.body.split() if "/my-place/" in word)
    path = address[address.index("/my-place/") :]
    client = Client()

    assert "Take the place" in client.get(path).text
    assert client.post(path, {"answer": "no"}).status_code == 302
    assert "You said no" in client.get(path).text
    assert client.post(path, {"answer": "yes"}).status_code == 400
    one.refresh_from_db()
    assert one.state == "declined"


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: "0" + t[1:], lambda t: t.split(".")[0], lambda t: "x"]
)
def test_a_link_that_was_changed_opens_nothing(change):
    one = enrolment(state="offered")
    token = offer_token(one)
    changed = change(token)

    assert Client().get(reverse("enrolment:offer_answer", args=[changed])).status_code == (
        200 if changed == token else 404
    )


@pytest.mark.parametrize("state", ["offered", "lapsed"])
def test_an_offer_link_that_is_over_says_so_and_leads_on(state):
    one = enrolment(state=state, at=now() - 72 * HOUR, until_at=now() - HOUR)
    page = reverse("enrolment:offer_answer", args=[offer_token(one)])

    shown = Client().get(page).text
    refused = Client().post(page, {"answer": "yes"})

    assert "The time to answer is over" in shown
    assert one.intake.series.offer.get_absolute_url() in shown
    assert refused.status_code == 400
    assert "See your places" in refused.text
    one.refresh_from_db()
    assert one.state == state


def test_a_guest_is_offered_a_place_by_mail():
    of = intake(places=1)
    with transaction.atomic():
        made = Enrolment(intake=of, guest=guest(confirmed_at=AT), asked_at=AT, changed_at=AT)
        queue.join_queue(locked(of), [made], by=TASK, at=AT)
    giving(of)

    assert Message.objects.get().address == "gwen@example.org"


def test_whoever_gave_a_place_back_is_offered_it_only_after_those_who_wait():
    of, who = intake(places=1), person()
    place = enrolment(of, who)
    waits = joining(of, person())[0]

    cancel_enrolment(place, by=TASK, at=AT)
    again = joining(of, who)[0]
    queue.decline_offer(waits, by=TASK, at=AT)

    place.refresh_from_db()
    again.refresh_from_db()
    assert (place.state, again.state) == ("cancelled", "offered")


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_the_deadline_at_one_moment_give_the_place_once():
    of = intake(places=1)
    first, second = (joining(of, person())[0] for _ in range(2))
    giving(of)
    end, gate = AT + timedelta(hours=48), threading.Barrier(2)

    def answered():
        gate.wait()
        try:
            queue.accept_offer(first, by=TASK, at=end - timedelta(seconds=1))
        except queue.OfferOver:
            return "late"
        finally:
            connection.close()
        return "taken"

    def lapsed():
        gate.wait()
        try:
            return queue.lapse_offers(of, by=TASK, at=end)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answer, moved = (one.result() for one in (threads.submit(answered), threads.submit(lapsed)))

    of.refresh_from_db()
    assert of.taken == 1
    assert (answer == "taken") != (moved == [second])


# Pages


def test_the_list_is_shown_to_everybody_once_five_have_stood_on_it(django_assert_num_queries):
    of, who = intake(places=0), login()
    one = joining(of, who.person)[0]
    page, data = (reverse(f"enrolment:queue_{name}", args=[of.public_id]) for name in ("detail", "document"))
    stranger, mine = Client(), Client()
    mine.force_login(who)

    assert one.token not in stranger.get(page).text
    assert stranger.get(data).status_code == 302
    assert one.token in mine.get(page).text
    for _ in range(4):
        joining(of, person())
    assert one.token in stranger.get(page).text
    with django_assert_num_queries(3):
        document = stranger.get(data).json()
    assert [step["kind"] for step in document["inputs"]["events"]] == ["joined"] * 5
    assert "on" not in document["inputs"]["events"][0]


def test_the_reasons_are_shown_to_the_person_alone_and_said_on_the_page():
    of, who = by_need(), login()
    one = joining(of, who.person, at=now())[0]
    page = reverse("enrolment:place_reasons", args=[one.public_id])
    mine, stranger = Client(), Client()
    mine.force_login(who)
    stranger.force_login(login())

    assert stranger.get(page).status_code == 403
    assert "Reason area" in mine.get(page).text
    assert mine.post(page, {"reasons": ["said"]}).status_code == 400
    assert mine.post(page, {"reasons": ["area"]}).status_code == 302
    assert "said by you" in mine.get(page).text
