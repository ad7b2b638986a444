"""The pages on which residents take places, see them and give them back."""

import html
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from learningcity.core.actors import Channel, Right
from learningcity.enrolment.models import Enrolment, Intake, StatusChange
from learningcity.people.middleware import ACTING
from learningcity.people.models import Acting, Membership
from tests.enrolment.factories import enrolment, intake, series_of
from tests.people.factories import child, guardianship, login, mandate, member, organisation, person, sign_in

pytestmark = pytest.mark.django_db

SOON = now()


def open_intake(**fields):
    """Return the places of a run that comes, by the clock that the pages read."""
    return intake(series_of(organisation(), at=SOON), **fields)


def words(answer):
    return " ".join(html.unescape(answer.content.decode()).split())


def resident(client, name="Rosa Rivers", **fields):
    """Return somebody signed in."""
    who = person(name, **fields)
    sign_in(client, login(who), second_factor=False)
    return who


def enrol_address(of):
    return reverse("enrolment:enrol", args=[of.public_id])


def states(of):
    return sorted(Enrolment.objects.filter(intake=of).values_list("person__name", "state"))


def test_a_visitor_sees_what_it_is_and_signs_in_to_go_on(client):
    of = open_intake(places=3)

    page = words(client.get(enrol_address(of)))

    assert "3 places left." in page
    assert "Sign in and go on" in page
    assert f"next={enrol_address(of)}" in page
    assert client.post(enrol_address(of), {"act": "hold"}).status_code == 403


def test_a_place_is_held_for_a_shown_time_and_then_taken(client):
    of = open_intake(places=1)
    rosa = resident(client)

    held = client.post(enrol_address(of), {"act": "hold"}, follow=True)
    taken = client.post(enrol_address(of), {"act": "take"}, follow=True)

    assert "15 minutes left, until" in words(held)
    assert [one["state"] for one in Enrolment.objects.values("state")] == ["enrolled"]
    assert "Rosa Rivers: you have a place." in words(taken)
    assert taken.redirect_chain[-1][0] == reverse(
        "enrolment:place_detail", args=[rosa.enrolments.get().public_id]
    )


def test_the_form_of_what_is_held_sent_twice_counts_once_and_leads_to_the_place(client):
    of = open_intake()
    rosa = resident(client)
    client.post(enrol_address(of), {"act": "hold"})
    client.post(enrol_address(of), {"act": "hold"})
    client.post(enrol_address(of), {"act": "take"})

    again = client.post(enrol_address(of), {"act": "take"})

    assert states(of) == [("Rosa Rivers", "enrolled")]
    assert again.url == reverse("enrolment:place_detail", args=[rosa.enrolments.get().public_id])


def test_a_hold_is_extended_on_request_but_not_for_ever(client):
    of = open_intake(hold_minutes=10)
    rosa = resident(client)
    client.post(enrol_address(of), {"act": "hold"})
    Enrolment.objects.update(until_at=now() + timedelta(minutes=2))

    more = client.post(enrol_address(of), {"act": "extend"}, follow=True)

    assert "10 minutes left" in words(more)
    Enrolment.objects.update(asked_at=now() - timedelta(hours=1), until_at=now() + timedelta(minutes=2))
    refused = client.post(enrol_address(of), {"act": "extend"})
    assert refused.status_code == 400
    assert "We cannot hold the place any longer than 40 minutes." in words(refused)
    assert rosa.enrolments.get().state == "held"


def test_what_is_held_can_be_given_back(client):
    of = open_intake(places=1)
    resident(client)
    client.post(enrol_address(of), {"act": "hold"})

    back = client.post(enrol_address(of), {"act": "release"})

    assert back.url == of.series.offer.get_absolute_url()
    assert states(of) == [("Rosa Rivers", "cancelled")]
    of.refresh_from_db()
    assert of.places_left == 1


def test_a_family_enrols_together_and_nothing_typed_is_lost_when_there_is_no_room(client):
    of = open_intake(places=2)
    rosa = resident(client)
    kit, bo = child("Kit"), child("Bo")
    for one in (kit, bo):
        guardianship(one, rosa)
    ids = [str(one.public_id) for one in (rosa, kit, bo)]
    typed = {"act": "hold", "who": ids, "way": "all", "companions": "0"}

    refused = client.post(enrol_address(of), typed)

    assert refused.status_code == 400
    assert "Full" not in states(of)
    assert refused.content.decode().count("checked") == 4
    assert states(of) == []

    held = client.post(enrol_address(of), typed | {"who": ids[1:]}, follow=True)
    assert "2 places are held for you" in words(held)
    taken = client.post(enrol_address(of), {"act": "take"}, follow=True)
    assert states(of) == [("Bo", "enrolled"), ("Kit", "enrolled")]
    assert taken.redirect_chain[-1][0] == reverse("enrolment:place_list")
    assert "Kit" in words(taken)
    rights = set(StatusChange.objects.filter(state="enrolled").values_list("right", flat=True))
    assert rights == {Right.GUARDIAN}


def test_nobody_enrols_the_child_of_somebody_else(client):
    of = open_intake()
    resident(client)
    stranger = child("Stranger")

    answer = client.post(enrol_address(of), {"act": "hold", "who": [str(stranger.public_id)]})

    assert ("Stranger", "held") not in states(of)
    assert answer.status_code in (302, 400, 403)


def test_a_full_course_leads_to_the_waiting_list(client):
    of = open_intake(places=1)
    enrolment(of)
    rosa = resident(client)

    page = words(client.get(enrol_address(of)))
    joined = client.post(enrol_address(of), {"act": "join"}, follow=True)

    assert "Join the waiting list" in page
    assert "Rosa Rivers: you are on the waiting list." in words(joined)
    assert "Number 1 of 1" in words(joined)
    assert rosa.enrolments.get().state == "waiting"


def test_a_refusal_stands_on_the_page_with_its_next_step_as_a_link(client):
    of = open_intake(places=5)
    of.series.offer.__class__.objects.update(age_from=60)
    resident(client)

    answer = client.post(enrol_address(of), {"act": "hold"})

    assert answer.status_code == 400
    assert "This is for people from 60 years." in words(answer)
    assert f'<a href="{reverse("catalogue:search")}">Find something for this age</a>' in words(answer)


def test_a_child_without_the_right_is_told_who_takes_the_place(client):
    of = open_intake()
    resident(client, "Kit", born_on=date(SOON.year - 9, 1, 1))

    page = words(client.get(enrol_address(of)))

    assert "A guardian takes this place for you" in page
    assert client.post(enrol_address(of), {"act": "hold"}).status_code == 403


def test_my_places_show_what_comes_with_history_and_who_acted(client):
    of = open_intake()
    rosa = resident(client)
    client.post(enrol_address(of), {"act": "hold"})
    client.post(enrol_address(of), {"act": "take"})
    [one] = rosa.enrolments.all()

    listed = words(client.get(reverse("enrolment:place_list")))
    page = words(client.get(reverse("enrolment:place_detail", args=[one.public_id])))

    assert of.series.offer.title in listed
    assert "held while the form is open, you" in page
    assert "enrolled, you" in page


def test_a_place_is_given_back_after_asking_once_more_and_only_once(client):
    of = open_intake(places=1)
    rosa = resident(client)
    one = enrolment(of, rosa)
    address = reverse("enrolment:place_cancel", args=[one.public_id])

    asked = words(client.get(address))
    client.post(address)
    again = client.post(address)

    assert "Give the place back?" in asked
    assert again.status_code == 302
    one.refresh_from_db()
    of.refresh_from_db()
    assert (one.state, of.taken) == ("cancelled", 0)


def test_an_offered_place_is_answered_on_its_page(client):
    of = open_intake(places=2)
    rosa = resident(client)
    one = enrolment(of, rosa, state="offered", until_at=now() + timedelta(hours=3))

    page = words(client.get(reverse("enrolment:place_detail", args=[one.public_id])))
    client.post(reverse("enrolment:place_answer", args=[one.public_id]), {"answer": "yes"})

    assert "Answer by" in page
    one.refresh_from_db()
    assert one.state == "enrolled"


@pytest.mark.parametrize("name", ["place_detail", "place_cancel", "place_calendar"])
def test_the_places_of_somebody_else_are_closed(client, name):
    one = enrolment(open_intake())
    address = reverse(f"enrolment:{name}", args=[one.public_id])

    assert client.get(address).url.startswith("/sign-in")
    resident(client, "Another")
    assert client.get(address).status_code == 403
    assert client.post(reverse("enrolment:place_cancel", args=[one.public_id])).status_code == 403
    assert client.post(reverse("enrolment:place_answer", args=[one.public_id])).status_code == 403


def test_the_organiser_does_not_read_my_places(client):
    school = organisation()
    of = intake(series_of(school, at=SOON))
    one = enrolment(of)
    teacher = member(person("Tess"), school, Membership.Role.TEACHER).person
    sign_in(client, login(teacher))

    assert client.get(reverse("enrolment:place_detail", args=[one.public_id])).status_code == 403


def test_a_calendar_file_holds_the_dates_and_no_person(client):
    of = open_intake()
    one = enrolment(of, resident(client))

    file = client.get(reverse("enrolment:place_calendar", args=[one.public_id])).content.decode()

    assert file.count("BEGIN:VEVENT") == 2
    assert "STATUS:CONFIRMED" in file
    assert "Rosa" not in file


def at_a_desk(client, helped, channel=Channel.DESK):
    """Let a helper of a library act for somebody."""
    library = organisation("Library", kind="culture")
    helper = person("Dai Desk")
    member(helper, library, Membership.Role.DESK)
    given = mandate(helped, library, given_at=now() - timedelta(days=1))
    account = login(helper)
    acting = Acting.objects.create(
        login=account, person=helped, right=Right.MANDATE, channel=channel, mandate=given,
        organisation=library, started_at=now(), ends_at=now() + timedelta(minutes=30),
    )  # fmt: skip
    sign_in(client, account, **{ACTING: str(acting.public_id)})
    return helper


def test_a_librarian_enrols_somebody_at_the_desk(client):
    of = open_intake()
    rosa = person("Rosa Rivers")
    at_a_desk(client, rosa)

    client.post(enrol_address(of), {"act": "hold"})
    taken = client.post(enrol_address(of), {"act": "take"}, follow=True)

    assert states(of) == [("Rosa Rivers", "enrolled")]
    assert "enrolled, a helper of Library for you at a desk" in words(taken)


def test_a_form_on_paper_is_entered_later_under_the_same_rules_with_the_same_receipt(client):
    of = open_intake()
    rosa = person("Rosa Rivers")
    at_a_desk(client, rosa)
    printed = client.post(
        reverse("people:paper_print"), {"print": "enrolment.enrol", "print_subject": str(of.public_id)}
    )
    sheet = words(client.get(printed.url))
    code = printed.url.rsplit("/", 1)[1]

    to_form = client.post(reverse("people:desk_paper"), {"code": code})
    form = words(client.get(to_form.url))
    entered = client.post(to_form.url, {"act": "join", "paper": code, "companions": "0"}, follow=True)

    assert of.series.offer.title in sheet
    assert "You enter a form from paper." in form
    assert states(of) == [("Rosa Rivers", "enrolled")]
    assert "on paper" in words(entered)
    assert StatusChange.objects.get(state="enrolled").channel == Channel.PAPER
    again = client.post(to_form.url, {"act": "join", "paper": code, "companions": "0"})
    assert again.status_code == 400


@pytest.mark.parametrize("count", [1, 6])
def test_my_places_ask_the_database_as_often_however_many_there_are(
    client, count, django_assert_max_num_queries
):
    rosa = resident(client)
    for _ in range(count):
        enrolment(open_intake(), rosa, state="enrolled")
    for number in range(count):
        one = enrolment(open_intake(), rosa, state="waiting")
        Enrolment.objects.filter(pk=one.pk).update(turn=number)

    with django_assert_max_num_queries(14):
        client.get(reverse("enrolment:place_list"))


def test_the_form_asks_the_database_a_fixed_number_of_times(client, django_assert_max_num_queries):
    of = open_intake()
    resident(client)

    with django_assert_max_num_queries(24):
        client.get(enrol_address(of))


def test_the_page_of_an_offer_says_what_is_left_and_what_one_has(client):
    of = open_intake(places=4)
    address = of.series.offer.get_absolute_url()

    for_visitors = words(client.get(address))
    rosa = resident(client)
    enrolment(of, rosa)
    for_rosa = words(client.get(address))

    assert "4 places left." in for_visitors
    assert for_visitors.index("4 places left.") < for_visitors.index("When and where")
    assert enrol_address(of) in for_visitors
    assert "You have a place" in for_rosa
    Intake.objects.update(places=1)
    client.logout()
    assert "Join the waiting list" in words(client.get(address))


def test_the_places_on_the_page_of_an_offer_cost_one_question_for_visitors(
    client, django_assert_max_num_queries
):
    of = open_intake()
    offer = of.series.offer
    address = offer.get_absolute_url()
    client.get(address)
    with django_assert_max_num_queries(30) as few:
        client.get(address)
    for _ in range(5):
        other = series_of(organisation(), at=SOON)
        type(other).objects.filter(pk=other.pk).update(offer=offer)
        intake(other)
        for session in other.sessions.all():
            intake(other, session=session)

    with django_assert_max_num_queries(len(few)):
        client.get(address)


def test_what_overlaps_is_named_and_one_chooses_keep_swap_or_stop(client):
    there, here = open_intake(), open_intake()
    rosa = resident(client)
    earlier = enrolment(there, rosa)
    client.post(enrol_address(here), {"act": "hold"})

    page = words(client.get(enrol_address(here)))
    unsaid = client.post(enrol_address(here), {"act": "take"})
    client.post(enrol_address(here), {"act": "take", f"overlap-{earlier.public_id}": "swap"})

    assert f"“{there.series.offer.title}” is at the same time" in page
    assert unsaid.status_code == 400
    assert "Choose keep, swap or stop." in words(unsaid)
    earlier.refresh_from_db()
    assert (earlier.state, states(here)) == ("cancelled", [("Rosa Rivers", "enrolled")])


def test_who_stops_takes_nothing_and_keeps_what_there_is(client):
    there, here = open_intake(), open_intake()
    rosa = resident(client)
    earlier = enrolment(there, rosa)
    client.post(enrol_address(here), {"act": "hold"})

    client.post(enrol_address(here), {"act": "take", f"overlap-{earlier.public_id}": "stop"})

    earlier.refresh_from_db()
    assert (earlier.state, states(here)) == ("enrolled", [("Rosa Rivers", "cancelled")])
