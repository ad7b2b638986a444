"""Corrections: asked by the person, answered by the city within 30 days, with words."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from learningcity.core.actors import visitor
from learningcity.core.models import Message
from learningcity.people.actions.corrections import (
    MOST_OPEN,
    AlreadyAnswered,
    BirthDateWrong,
    NotCorrectable,
    TooManyRequests,
    WordsMissing,
    answer_correction,
    ask_correction,
)
from learningcity.people.actions.names import NameMissing
from learningcity.people.models import Correction, Lookup, Membership
from tests.people.factories import (
    AT,
    as_member,
    as_self,
    child,
    login,
    member,
    organisation,
    person,
    sign_in,
)

pytestmark = pytest.mark.django_db
PAGE, LIST = "/mine/data/corrections", "/desk/corrections"


@pytest.fixture
def rosa():
    return login(email="rosa@example.org").person


@pytest.fixture
def officer():
    return member(role=Membership.Role.OFFICER)


def ask(rosa, what="roles", wanted="I left in May."):
    return ask_correction(rosa, what=what, wanted=wanted, by=as_self(rosa), at=AT)


def answer(correction, officer, **more):
    words = {"is_done": True, "answer": "Done."} | more
    return answer_correction(correction, **words, by=as_member(officer), at=AT)


def test_a_request_is_to_be_answered_within_thirty_days(rosa):
    assert ask(rosa).answer_by_on == date(2026, 12, 23)


def test_the_same_request_waits_once(rosa):
    assert ask(rosa) == ask(rosa)
    assert Correction.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"what": "the weather"}, NotCorrectable, "what"),
        ({"wanted": "  \x00 "}, WordsMissing, "wanted"),
        ({"wanted": "x" * 501}, WordsMissing, "wanted"),
    ],
)
def test_a_request_without_sense_is_refused_at_its_field(rosa, change, refusal, field):
    with pytest.raises(refusal) as caught:
        ask(rosa, **change)

    assert caught.value.field == field


def test_not_more_wait_than_anybody_can_answer(rosa):
    for number in range(MOST_OPEN):
        ask(rosa, wanted=f"Number {number}")

    with pytest.raises(TooManyRequests):
        ask(rosa)


def test_others_ask_nothing(rosa, officer):
    for by in (visitor(), as_self(person("Somebody Else")), as_member(officer)):
        with pytest.raises(PermissionDenied):
            ask_correction(rosa, what="name", wanted="Eve", by=by, at=AT)


def test_the_answer_reaches_the_person(rosa, officer):
    asked = ask(rosa)

    answer(asked, officer, is_done=False, answer="The school confirmed it.")

    message = Message.objects.get(recipient=str(rosa.public_id))
    assert "The school confirmed it." in message.body
    asked.refresh_from_db()
    assert asked.state == "refused"


def test_name_and_birth_date_are_corrected_with_the_answer(rosa, officer):
    answer(ask(rosa, "name"), officer, name=" Rosa  Riverton ")
    answer(ask(rosa, "born_on"), officer, born_on=date(1981, 5, 17))

    rosa.refresh_from_db()
    assert (rosa.name, rosa.name_source) == ("Rosa Riverton", "desk")
    assert (rosa.born_on, rosa.born_source) == (date(1981, 5, 17), "desk")


def test_a_refused_correction_changes_nothing(rosa, officer):
    answer(ask(rosa, "name"), officer, is_done=False, name="Eve")

    rosa.refresh_from_db()
    assert rosa.name == "Rosa Rivers"


@pytest.mark.parametrize("born_on", [None, date(1800, 1, 1), date(2027, 1, 1)])
def test_nobody_is_born_on_an_impossible_day(rosa, officer, born_on):
    asked = ask(rosa, "born_on")

    with pytest.raises(BirthDateWrong):
        answer(asked, officer, born_on=born_on)

    asked.refresh_from_db()
    assert asked.state == "asked"


def test_a_name_is_not_corrected_to_nothing(rosa, officer):
    with pytest.raises(NameMissing):
        answer(ask(rosa, "name"), officer, name=" ")


def test_only_administrators_and_officers_of_the_city_answer(rosa):
    asked = ask(rosa)
    wrong = [
        visitor(),
        as_self(rosa),
        as_member(member(role=Membership.Role.DESK)),
        as_member(member(of=organisation(), role=Membership.Role.OFFICER)),
    ]
    for by in wrong:
        with pytest.raises(PermissionDenied):
            answer_correction(asked, is_done=True, answer="x", by=by, at=AT)


def test_nobody_answers_their_own_request(rosa):
    own = member(rosa, role=Membership.Role.OFFICER)

    with pytest.raises(PermissionDenied):
        answer(ask(rosa), own)


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_the_same_moment_are_one():
    rosa = login().person
    officers = [member(person(f"Officer {number}"), role=Membership.Role.OFFICER) for number in range(3)]
    asked = ask(rosa)

    def say(officer):
        try:
            return answer(asked, officer, answer=f"from {officer.pk}").state
        except AlreadyAnswered:
            return "late"
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        outcomes = sorted(pool.map(say, officers))

    assert outcomes == ["done", "late", "late"]
    assert Message.objects.count() == 1


def test_the_page_asks_and_shows_what_waits(client, rosa):
    sign_in(client, rosa.login)

    answer_ = client.post(PAGE, {"what": "lookups", "wanted": "I was not there."})

    assert answer_.status_code == 302
    assert "I was not there." in client.get(PAGE).content.decode()


def test_the_link_beside_a_part_fills_in_what_is_wrong(client, rosa):
    sign_in(client, rosa.login)

    assert '<option value="lookups" selected>' in client.get(PAGE, {"what": "lookups"}).content.decode()
    assert client.get(PAGE, {"what": "<script>"}).status_code == 200


def test_what_was_typed_stays_when_it_is_refused(client, rosa):
    sign_in(client, rosa.login)

    page = client.post(PAGE, {"what": "", "wanted": "I was not there."})

    assert page.status_code == 400
    assert "I was not there." in page.content.decode()


def test_staff_see_what_waits_but_not_whose_it_is(client, rosa, officer):
    ask(rosa, wanted="I am not called that.")
    sign_in(client, login(officer.person))

    page = client.get(LIST).content.decode()

    assert "Rosa" not in page
    assert "not called" not in page
    assert "1 request waits" in page


def test_opening_a_request_leaves_a_trace_and_answering_it_ends_it(client, rosa, officer):
    asked = ask(rosa)
    sign_in(client, login(officer.person))
    page = reverse("people:correction", args=[asked.public_id])

    assert "Rosa Rivers" in client.get(page).content.decode()
    assert Lookup.objects.get().reason == "complaint"
    refused = client.post(page, {"answer": "kept words"})
    assert refused.status_code == 400
    assert "kept words" in refused.content.decode()
    assert client.post(page, {"is_done": "yes", "answer": "Done."})["Location"] == LIST

    asked.refresh_from_db()
    assert asked.state == "done"


@pytest.mark.parametrize("path", [LIST, f"{LIST}/00000000-0000-0000-0000-000000000009"])
def test_residents_and_helpers_get_no_page(client, rosa, path):
    sign_in(client, rosa.login)
    assert client.get(path).status_code == 403

    sign_in(client, login(member(role=Membership.Role.DESK).person))
    assert client.get(path).status_code == 403


def test_an_unknown_request_is_not_found(client, officer):
    sign_in(client, login(officer.person))

    assert client.get(f"{LIST}/00000000-0000-0000-0000-000000000009").status_code == 404
    assert client.get(f"{LIST}/1").status_code == 404


def test_a_child_does_not_ask_alone(client):
    sign_in(client, login(child()))

    assert client.get(PAGE).status_code == 403
