"""Consents: one purpose at a time, as easy to withdraw as to give, with every decision kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learningcity.core.actors import visitor
from learningcity.core.models import AuditLine
from learningcity.people.actions.consents import PurposeUnknown, decide_consent
from learningcity.people.models import Consent, ConsentPurpose, Purpose
from learningcity.people.queries.consents import consenting, has_consent, standings
from tests.people.factories import (
    AT,
    as_guardian,
    as_helper,
    as_member,
    as_self,
    child,
    guardianship,
    login,
    mandate,
    member,
    organisation,
    person,
    sign_in,
)

pytestmark = pytest.mark.django_db
PAGE = "/mine/consents"


@pytest.fixture
def rosa():
    return person()


def test_nothing_is_agreed_until_the_person_says_so(rosa):
    assert not any(has_consent(rosa, purpose) for purpose in ConsentPurpose)


def test_a_consent_is_for_one_purpose_only(rosa):
    decide_consent(rosa, "news", True, by=as_self(rosa), at=AT)

    given = [purpose.value for purpose in ConsentPurpose if has_consent(rosa, purpose)]
    assert given == ["news"]


def test_the_newest_decision_counts_and_the_older_ones_are_its_history(rosa):
    for number, is_given in enumerate([True, False, True, False]):
        decide_consent(rosa, "news", is_given, by=as_self(rosa), at=AT + timedelta(days=number))

    news = standings(rosa)[0]
    assert not news.is_given
    assert [decision.is_given for decision in news.history] == [False, True, False, True]


@given(decisions=st.lists(st.tuples(st.sampled_from(ConsentPurpose.values), st.booleans()), max_size=12))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_row_of_decisions_ends_as_the_last_one_says(decisions, db):
    rosa = person()
    for purpose, is_given in decisions:
        decide_consent(rosa, purpose, is_given, by=as_self(rosa), at=AT)

    wanted = dict(decisions)
    assert all(has_consent(rosa, purpose) == wanted.get(purpose, False) for purpose in ConsentPurpose.values)


def test_deciding_the_same_again_writes_nothing(rosa):
    first = decide_consent(rosa, "news", True, by=as_self(rosa), at=AT)
    second = decide_consent(rosa, "news", True, by=as_self(rosa), at=AT + timedelta(days=1))

    assert first == second
    assert Consent.objects.count() == 1


def test_the_decision_keeps_what_was_asked_and_who_decided(rosa):
    decision = decide_consent(rosa, "surveys", True, by=as_self(rosa), at=AT)

    assert "invite me to surveys" in decision.wording
    assert (decision.right, decision.channel, decision.decided_by) == ("self", "web", str(rosa.public_id))
    assert AuditLine.objects.get().action == "people.consent_given"


def test_there_is_no_consent_to_what_nobody_asks(rosa):
    with pytest.raises(PurposeUnknown):
        decide_consent(rosa, "everything", True, by=as_self(rosa), at=AT)


def test_others_decide_nothing(rosa):
    office = member()
    other = person("Somebody Else")

    for by in (visitor(), as_self(other), as_member(office), as_guardian(other, rosa)):
        with pytest.raises(PermissionDenied):
            decide_consent(rosa, "news", True, by=by, at=AT)


def test_a_helper_decides_only_under_a_mandate_for_consents(rosa):
    school = organisation()
    helper = member(of=school, role="desk").person
    by = as_helper(helper, rosa, school)
    mandate(rosa, school, [Purpose.PLACES])
    with pytest.raises(PermissionDenied):
        decide_consent(rosa, "news", True, by=by, at=AT)

    mandate(rosa, school, [Purpose.CONSENTS])

    assert decide_consent(rosa, "news", True, by=by, at=AT).right == "mandate"


def test_on_coming_of_age_consents_are_asked_anew():
    kit = child()
    rosa = person()
    guardianship(kit, rosa)
    decide_consent(kit, "news", True, by=as_guardian(rosa, kit), at=AT)
    assert has_consent(kit, "news")

    kit.came_of_age_at = AT + timedelta(days=1)
    kit.born_on = date(2008, 11, 24)
    kit.save()

    assert not has_consent(kit, "news")
    assert standings(kit)[0].is_asked_anew
    decide_consent(kit, "news", True, by=as_self(kit), at=AT + timedelta(days=2))
    assert has_consent(kit, "news")


def test_an_erased_entry_agrees_to_nothing(rosa):
    decide_consent(rosa, "news", True, by=as_self(rosa), at=AT)
    rosa.name, rosa.born_on, rosa.state = "", None, "erased"
    rosa.save()

    assert not consenting("news").exists()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_are_one_decision():
    rosa = person()

    def click(number: int) -> int:
        try:
            return decide_consent(rosa, "news", True, by=as_self(rosa), at=AT).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as clicks:
        decided = set(clicks.map(click, range(4)))

    assert len(decided) == 1
    assert Consent.objects.count() == 1


def test_the_page_gives_and_withdraws(client):
    rosa = login()
    sign_in(client, rosa)

    client.post(PAGE, {"purpose": "news", "is_given": "yes"})
    assert has_consent(rosa.person, "news")
    client.post(PAGE, {"purpose": "news", "is_given": "no"})

    assert not has_consent(rosa.person, "news")
    assert "2 decisions so far" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("typed", [{}, {"purpose": "news"}, {"purpose": "x", "is_given": "yes"}])
def test_what_is_no_decision_is_refused(client, typed):
    sign_in(client, login())

    assert client.post(PAGE, typed).status_code == 400
    assert not Consent.objects.exists()


def test_a_visitor_is_sent_to_sign_in(client):
    assert client.get(PAGE)["Location"].startswith(reverse("people:sign_in"))
    assert client.post(PAGE, {"purpose": "news", "is_given": "yes"}).status_code == 403


def test_a_child_of_twelve_does_not_decide_alone(client):
    sign_in(client, login(child()))

    assert client.get(PAGE).status_code == 403


def test_the_page_asks_as_often_whatever_was_decided(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    rosa = login()
    sign_in(client, rosa)
    with django_assert_max_num_queries(40) as first:
        client.get(PAGE)
    for number in range(6):
        decide_consent(rosa.person, "news", bool(number % 2), by=as_self(rosa.person), at=AT)

    with django_assert_num_queries(len(first.captured_queries)):
        client.get(PAGE)
