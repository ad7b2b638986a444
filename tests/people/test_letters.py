"""The city's desks print and post the letters that wait; nobody else sees them, and people see who did."""

from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from learningcity.core.messages import deliver, letters_waiting, take_back
from learningcity.core.models import AuditLine
from learningcity.people.actions.letters import post_letter
from learningcity.people.actions.messages import notify
from learningcity.people.models import Contact, Membership, Organisation
from learningcity.people.queries.history import history
from tests.people import factories as f

TRIAL = "core/messages/trial"


@pytest.fixture
def letters(db, by):
    """Return a function that writes letters to a person, as many as asked for."""

    def write(number=1, who=None):
        who = who or f.person()
        Contact.objects.get_or_create(
            person=who, defaults={"channel": "letter", "address": "1 Mill Lane\nNewport", "changed_at": f.AT}
        )
        made = [
            notify(who, TRIAL, {}, key=f"test:{who.public_id}:{n}", by=by, at=f.AT) for n in range(number)
        ]
        deliver(at=f.AT)
        return made

    return write


@pytest.fixture
def desk(client, db):
    """Return a client signed in as a helper at a desk of the city."""
    return f.sign_in(client, f.login(f.member(role=Membership.Role.DESK).person))


def numbers_on(page):
    return [letter.public_id for letter, _number in page.context["letters"]]


def test_the_desk_sees_which_letters_wait_but_no_name_and_no_word(desk, letters):
    [letter] = letters()

    page = desk.get(reverse("people:letters"))

    words = page.content.decode()
    assert page.status_code == 200
    assert letter.public_id.hex[:8].upper() in words
    assert not any(word in words for word in ("Rosa", "Mill Lane", "trial message"))
    assert "no-store" in page["Cache-Control"]


def test_the_desk_opens_a_letter_and_the_person_can_see_it(desk, letters):
    who = f.person()
    [letter] = letters(who=who)

    pdf = desk.post(reverse("people:letter_open", args=[letter.public_id]))

    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Content-Disposition"].startswith('inline; filename="letter-')
    assert pdf.content.startswith(b"%PDF")
    assert "no-store" in pdf["Cache-Control"]
    assert "people.letter_opened" in [act.action for act in history(who).acts]


def test_a_letter_whose_file_is_gone_is_set_anew(desk, letters):
    [letter] = letters()
    letter.refresh_from_db()
    Path(letter.file.path).unlink()

    assert desk.post(reverse("people:letter_open", args=[letter.public_id])).content.startswith(b"%PDF")


def test_a_posted_letter_waits_no_more(desk, letters):
    who = f.person()
    first, second = letters(2, who)

    page = desk.post(reverse("people:letter_posted", args=[first.public_id]), follow=True)

    assert "is marked as posted" in page.content.decode()
    assert numbers_on(page) == [second.public_id]
    first.refresh_from_db()
    assert first.state == "sent"
    assert "people.letter_posted" in [act.action for act in history(who).acts]
    assert desk.post(reverse("people:letter_posted", args=[first.public_id])).status_code == 400
    assert desk.post(reverse("people:letter_posted", args=[who.public_id])).status_code == 404


def test_a_letter_taken_back_while_the_page_was_open_is_not_handed_out(desk, letters):
    who = f.person()
    [letter] = letters(who=who)
    take_back(str(who.public_id), f.AT)

    for name in ("people:letter_open", "people:letter_posted"):
        page = desk.post(reverse(name, args=[letter.public_id]))
        assert page.status_code == 400
        assert "Do not post it" in page.content.decode()


def test_a_long_list_goes_on_and_a_changed_marker_starts_it_again(desk, letters):
    written = letters(21)

    first = desk.get(reverse("people:letters"))
    rest = desk.get(reverse("people:letters"), {"after": first.context["next"]})
    wrong = desk.get(reverse("people:letters"), {"after": "changed"})

    assert numbers_on(first) + numbers_on(rest) == [letter.public_id for letter in written]
    assert wrong.status_code == 400
    assert numbers_on(wrong) == numbers_on(first)


def test_the_list_asks_as_many_questions_for_many_letters_as_for_one(
    desk, letters, django_assert_max_num_queries, django_assert_num_queries
):
    letters()
    with django_assert_max_num_queries(20) as one:
        desk.get(reverse("people:letters"))
    letters(9)

    with django_assert_num_queries(len(one)):
        desk.get(reverse("people:letters"))


def wrong_actors():
    """Yield everybody who must not see letters, as the session of a log-in."""
    yield "a resident", lambda: (f.login(), {})
    yield "an officer of the city", lambda: (f.login(f.member(role=Membership.Role.OFFICER).person), {})
    yield (
        "a desk of another organisation",
        lambda: (
            f.login(f.member(of=f.organisation(kind=Organisation.Kind.ASSOCIATION), role="desk").person),
            {},
        ),
    )
    yield (
        "a helper whose role is over",
        lambda: (
            f.login(f.member(role="desk", from_on=date(2020, 1, 1), until_on=date(2025, 1, 1)).person),
            {},
        ),
    )
    yield (
        "a helper without a second factor",
        lambda: (
            f.login(f.member(role="desk").person),
            {"second_factor": False},
        ),
    )


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in wrong_actors()])
def test_nobody_else_sees_letters(client, letters, make):
    [letter] = letters()
    login, how = make()
    f.sign_in(client, login, **how)

    assert client.get(reverse("people:letters")).status_code in (302, 403)
    for name in ("people:letter_open", "people:letter_posted"):
        assert client.post(reverse(name, args=[letter.public_id])).status_code == 403
    assert letters_waiting().messages == [letter]
    assert not AuditLine.objects.filter(action__startswith="people.letter").exists()


def test_a_visitor_is_led_to_the_sign_in(client, db):
    assert client.get(reverse("people:letters")).url.startswith(reverse("people:sign_in"))


def test_the_operator_of_the_machine_posts_nothing_at_a_desk(letters, by):
    [letter] = letters()

    with pytest.raises(PermissionDenied):
        post_letter(letter, by=by, at=f.AT)


@pytest.mark.parametrize("name", ["people:letter_open", "people:letter_posted"])
def test_letters_are_never_touched_by_following_a_link(desk, letters, name):
    [letter] = letters()

    assert desk.get(reverse(name, args=[letter.public_id])).status_code == 405
