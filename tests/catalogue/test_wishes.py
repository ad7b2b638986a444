"""Wishes are counted without persons; suggestions and errors are answered, and their senders forgotten."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from learningcity.catalogue.actions.wishes import (
    AnsweredAlready,
    answer_feedback,
    forget_senders,
    note_wish,
    send_feedback,
)
from learningcity.catalogue.models import Feedback, Wish
from learningcity.catalogue.queries.wishes import in_fives, wishes_by_theme
from learningcity.core.actors import visitor
from learningcity.core.models import Message
from tests.catalogue.factories import OfferFactory, ProviderFactory
from tests.people import factories as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return people.member(people.person("Ed"), people.organisation(), role="editor")


@pytest.fixture
def wrong_hall(editor, at):
    offer = OfferFactory(provider=ProviderFactory(organisation=editor.organisation))
    return send_feedback(
        "error", words="The hall is shut.", offer=offer, email="gwen@example.org", language="cy", at=at
    )


@given(st.integers(min_value=0, max_value=10_000))
@pytest.mark.once
def test_a_count_that_is_shown_is_never_more_than_was_counted(count):
    shown = in_fives(count)

    assert (shown is None) == (count < 5)
    assert shown is None or (shown % 5 == 0 and shown <= count < shown + 5)


def test_a_wish_keeps_its_words_only_with_consent(client):
    page = reverse("catalogue:wish")
    client.post(page, {"words": "Beekeeping for me", "theme": "08"})
    client.post(page, {"words": "Bees in the city", "theme": "08", "keeps_words": "on"})

    assert sorted(Wish.objects.values_list("words", flat=True)) == ["", "Bees in the city"]
    assert set(Wish.objects.values_list("theme", flat=True)) == {"08"}


def test_a_search_that_found_nothing_leads_to_a_wish_and_is_counted_as_one(client):
    page = reverse("catalogue:wish") + "?nothing=1&q=beekeeping&theme=08"
    shown = client.get(page).content.decode()
    client.post(page, {"words": "beekeeping", "theme": "08"})

    assert "beekeeping" in shown
    assert Wish.objects.get().kind == Wish.Kind.NOTHING_FOUND


def test_a_wish_without_words_is_refused_and_keeps_what_was_chosen(client):
    answer = client.post(reverse("catalogue:wish"), {"words": "", "theme": "08"})

    assert answer.status_code == 400
    assert "Say in a few words what you want to learn." in answer.content.decode()
    assert 'value="08" selected' in answer.content.decode()


def test_planners_and_providers_see_wishes_counted_small_ones_not(client, editor, at):
    for number in range(7):
        note_wish("wanted", theme="08", language="en", at=at - timedelta(days=number))
    note_wish("wanted", theme="06", language="en", at=at)
    themes = {str(row.label): row.count for row in wishes_by_theme(until=at.date())}
    people.sign_in(client, people.login(editor.person))

    assert themes == {"gardening, farming and animals": 5, "computers and digital": None}
    assert client.get(reverse("catalogue:wish_list")).status_code == 200


def test_residents_do_not_see_the_counts(client):
    people.sign_in(client, people.login(people.person("Rosa")), second_factor=False)

    assert client.get(reverse("catalogue:wish_list")).status_code == 403


def test_anybody_reports_an_error_at_the_offer(client):
    offer = OfferFactory()
    answer = client.post(reverse("catalogue:error_report", args=[offer.public_id]), {"words": "It is shut."})

    assert answer["Location"] == offer.get_absolute_url()
    assert Feedback.objects.get().offer == offer


def test_too_many_messages_from_one_machine_are_refused_and_nothing_typed_is_lost(client):
    page = reverse("catalogue:suggestion")
    for _number in range(20):
        client.post(page, {"words": "A course in Urdu"})
    answer = client.post(page, {"words": "A course in Bengali"})

    assert answer.status_code == 400
    assert "A course in Bengali" in answer.content.decode()
    assert Feedback.objects.count() == 20


def test_the_provider_answers_an_error_and_the_sender_learns_of_it(client, editor, wrong_hall):
    people.sign_in(client, people.login(editor.person))
    page = reverse("catalogue:feedback_detail", args=[wrong_hall.public_id])
    queue = client.get(reverse("catalogue:feedback_list")).content.decode()
    client.post(page, {"state": "done", "answer": "We moved to the library."})

    assert page in queue
    sent = Message.objects.get()
    assert sent.address == "gwen@example.org"
    assert "We moved to the library." in sent.body


def test_another_provider_neither_reads_nor_answers_it(client, wrong_hall, at):
    other = people.member(people.person("Eve"), people.organisation("Other"), role="editor")
    people.sign_in(client, people.login(other.person))

    assert client.get(reverse("catalogue:feedback_detail", args=[wrong_hall.public_id])).status_code == 403
    with pytest.raises(PermissionDenied):
        answer_feedback(wrong_hall, state="done", answer="x", by=people.as_member(other), at=at)


def test_a_message_is_answered_once(editor, wrong_hall, at):
    by = people.as_member(editor)
    answer_feedback(wrong_hall, state="done", answer="We moved.", by=by, at=at)

    with pytest.raises(AnsweredAlready):
        answer_feedback(wrong_hall, state="declined", answer="No.", by=by, at=at)


def test_the_address_goes_a_month_after_the_answer(editor, wrong_hall, by, at):
    answer_feedback(wrong_hall, state="done", answer="We moved.", by=people.as_member(editor), at=at)
    forget_senders(by=by, at=at + timedelta(days=29))
    kept = Feedback.objects.get().email
    forget_senders(by=by, at=at + timedelta(days=31))

    assert kept == "gwen@example.org"
    assert Feedback.objects.get().email == ""
    with pytest.raises(PermissionDenied):
        forget_senders(by=visitor(), at=at)


def test_a_long_queue_is_read_part_by_part_with_as_many_questions(
    client, editor, at, django_assert_max_num_queries
):
    officer = people.member(people.person(), people.city_office(), "officer")
    people.sign_in(client, people.login(officer.person))
    page = reverse("catalogue:feedback_list")
    with django_assert_max_num_queries(60) as few:
        client.get(page)
    Feedback.objects.bulk_create(
        Feedback(kind=Feedback.Kind.SUGGESTION, words=f"Number {n}", language="en", sent_at=at)
        for n in range(120)
    )

    with django_assert_max_num_queries(60) as many:
        shown = client.get(page)
    seen, parts = set(), 0
    while True:
        part = shown.context["part"]
        parts += 1
        assert not seen & {one.pk for one in part.rows}
        seen |= {one.pk for one in part.rows}
        if not part.next:
            break
        shown = client.get(page, {"after": part.next})

    assert (len(seen), parts) == (120, 3)
    assert len(many) == len(few)
    assert "120 messages wait" in shown.text
    assert client.get(page, {"after": "made-up"}).status_code == 400
