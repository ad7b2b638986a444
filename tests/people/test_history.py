"""A person's own history: who looked and who acted, in words, without naming anybody else."""

import ast
from datetime import timedelta

import pytest
from django.urls import reverse

from learningcity.core.actors import Channel, operator
from learningcity.core.audit import record
from learningcity.core.audit.words import known_codes
from learningcity.people.models import Lookup, Purpose
from learningcity.people.queries.history import history
from tests.conventions.rooms import PACKAGE, tree
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
PAGE = "/mine/history"


@pytest.fixture
def rosa():
    return person()


def who(of):
    return [act.who for act in history(of).acts]


def test_everything_about_the_person_by_them_and_for_them_is_there_newest_first(rosa):
    school = organisation()
    helper = member(person("Hugo Helper"), school, role="desk").person
    office = member()
    record("people.data_seen", by=as_self(rosa), at=AT)
    record("people.data_seen", by=as_helper(helper, rosa, school), at=AT)
    record("people.data_seen", by=as_member(office), about=rosa, at=AT)
    record("people.data_seen", by=operator(Channel.TASK), about=rosa, at=AT)
    record("people.data_seen", by=as_member(office), about=person("Not Rosa"), at=AT)

    assert who(rosa) == [
        "The city, as planned",
        "A member of staff of City office",
        "A helper of River School, under your mandate",
        "You",
    ]


def test_a_guardian_sees_that_they_acted_and_the_child_by_whom(rosa):
    kit = child()
    guardianship(kit, rosa)
    record("people.data_seen", by=as_guardian(rosa, kit), about=kit, at=AT)

    assert who(kit) == ["Your guardian"]
    assert who(rosa) == ["You, for another person"]


def test_a_change_of_a_role_or_a_mandate_is_there_too(rosa):
    school = organisation()
    membership = member(rosa, school, role="teacher")
    given = mandate(rosa, school)
    office = member()
    record("people.role_given", by=as_member(office), about=membership, at=AT)
    record("people.mandate_given", by=as_member(office), about=given, at=AT)

    assert len(history(rosa).acts) == 2


def test_a_lookup_shows_its_reason_beside_the_line(rosa):
    office = member()
    by = as_member(office)
    Lookup.objects.create(
        person=rosa, looked_by=by.person, reason="other", words="a parcel was left", channel="desk", at=AT
    )
    record("people.data_seen", by=by, about=rosa, at=AT)

    assert history(rosa).acts[0].reason == "another reason: a parcel was left"


def test_nobody_else_is_named(rosa):
    office = member(person("Ada Officer"))
    record("people.data_seen", by=as_member(office), about=rosa, at=AT)

    act = history(rosa).acts[0]
    assert "Ada" not in repr(act)
    assert str(office.person.public_id) not in repr(act)


def test_a_code_without_words_is_told_in_general(rosa):
    record("museum.ghost_seen", by=as_self(rosa), at=AT)

    assert str(history(rosa).acts[0].what) == "Something else was done"


def test_a_long_history_goes_on_where_it_stopped(rosa):
    for number in range(7):
        record(f"people.step_{number}", by=as_self(rosa), at=AT + timedelta(minutes=number))

    first = history(rosa, size=3)
    second = history(rosa, before=first.next_before, size=3)
    third = history(rosa, before=second.next_before, size=3)

    steps = [act.action[-1] for part in (first, second, third) for act in part.acts]
    assert steps == list("6543210")
    assert third.next_before is None


@pytest.mark.once
def test_every_code_that_people_records_has_words():
    """A person must not read "something else" where this room knows better."""
    recorded = {
        part.value
        for path in (PACKAGE / "people").rglob("*.py")
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "record" and call.args
        for part in ast.walk(call.args[0])
        if isinstance(part, ast.Constant) and str(part.value).startswith("people.")
    }
    # A code put together from parts ends where its parts begin.
    whole = {code for code in recorded if not code.endswith(("_", "."))}

    assert whole - known_codes() == set()


def test_the_page_shows_the_own_history(client):
    rosa = login()
    record("people.data_seen", by=as_self(rosa.person), at=AT)
    sign_in(client, rosa)

    page = client.get(PAGE).content.decode()

    assert "Data looked at" in page
    assert "You, on these pages" in page


def test_a_guardian_who_looks_leaves_a_trace(client):
    kit = child()
    rosa = login()
    standing = guardianship(kit, rosa.person)
    acting = rosa.actings.create(
        person=kit,
        right="guardian",
        channel="web",
        guardianship=standing,
        started_at=AT,
        ends_at=AT + timedelta(days=9999),
    )
    sign_in(client, rosa, **{"people.acting": str(acting.public_id)})

    assert client.get(PAGE).status_code == 200

    assert [act.action for act in history(kit).acts] == ["people.history_seen"]


def test_wrong_persons_do_not_see_it(client):
    assert client.get(PAGE)["Location"].startswith(reverse("people:sign_in"))

    sign_in(client, login(child()))
    assert client.get(PAGE).status_code == 403


def test_a_helper_without_the_purpose_is_refused(client):
    rosa = person()
    school = organisation()
    helper = login(member(of=school, role="desk").person)
    yesterday = AT - timedelta(days=1)
    given = mandate(rosa, school, [Purpose.PLACES], given_at=yesterday, ends_at=AT + timedelta(days=9999))
    acting = helper.actings.create(
        person=rosa,
        right="mandate",
        channel="desk",
        organisation=school,
        mandate=given,
        started_at=yesterday,
        ends_at=AT + timedelta(days=9999),
    )
    sign_in(client, helper, **{"people.acting": str(acting.public_id)})

    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize("after", ["x", "1", "W10", "WyJtZXNzYWdlcyIsMV0", "%00", "9" * 700])
def test_a_hostile_marker_is_refused(client, after):
    sign_in(client, login())

    assert client.get(PAGE, {"after": after}).status_code in (400, 409)


def test_the_page_asks_as_often_however_long_the_history(
    client, django_assert_max_num_queries, django_assert_num_queries
):
    rosa = login()
    sign_in(client, rosa)
    record("people.data_seen", by=as_self(rosa.person), at=AT)
    with django_assert_max_num_queries(40) as first:
        client.get(PAGE)
    for _number in range(60):
        record("people.data_seen", by=as_self(rosa.person), at=AT)

    with django_assert_num_queries(len(first.captured_queries)):
        client.get(PAGE)
