"""Invitations and organisations: what may be done, once, and by whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.utils import IntegrityError

from learningcity.core.actors import visitor
from learningcity.core.models import AuditLine
from learningcity.core.refusals import Refused
from learningcity.people.actions import (
    AddressTaken,
    InvitationGone,
    NameMissing,
    WeakPassword,
    accept_invitation,
    found_organisation,
    invite_administrator,
    open_demo_login,
)
from learningcity.people.models import Invitation, Login, Organisation, Person

pytestmark = pytest.mark.django_db

WHO = {"email": "Ada@Example.org", "name": " Ada  Officer ", "password": "three quiet lamps"}


@pytest.fixture
def invited(by, at):
    invite_administrator(token="the-token", by=by, at=at)


def test_an_invitation_makes_one_member_of_staff(invited, at):
    login = accept_invitation("the-token", **WHO, at=at)

    assert login.is_staff
    assert login.email == "ada@example.org"
    assert login.person.name == "Ada Officer"
    assert login.check_password(WHO["password"])


def test_an_invitation_works_once(invited, at):
    accept_invitation("the-token", **WHO, at=at)

    with pytest.raises(InvitationGone, match="Ask the person who sent it"):
        accept_invitation("the-token", **(WHO | {"email": "eve@example.org"}), at=at)

    assert Login.objects.count() == 1


def test_an_invitation_ends_after_three_days(invited, at):
    with pytest.raises(InvitationGone):
        accept_invitation("the-token", **WHO, at=at + timedelta(days=3))


def test_an_unknown_token_opens_nothing(invited, at):
    with pytest.raises(InvitationGone):
        accept_invitation("another-token", **WHO, at=at)


def test_the_token_itself_is_never_kept(invited):
    assert "the-token" not in str(Invitation.objects.values().get())


def test_only_the_operator_invites(staff, at):
    with pytest.raises(PermissionDenied):
        invite_administrator(token="t", by=staff, at=at)

    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"email": "not an address"}, Refused, "email"),
        ({"name": "   "}, NameMissing, "name"),
        ({"password": "short"}, WeakPassword, "password"),
        ({"password": "password1234"}, WeakPassword, "password"),
    ],
)
def test_a_refused_log_in_leaves_the_invitation_open(invited, at, change, refusal, field):
    with pytest.raises(refusal) as caught:
        accept_invitation("the-token", **(WHO | change), at=at)

    assert caught.value.field == field
    assert Invitation.objects.get().used_at is None
    assert not Person.objects.exists()


def test_an_address_signs_in_for_one_person_only(invited, by, at):
    accept_invitation("the-token", **WHO, at=at)
    invite_administrator(token="second", by=by, at=at)

    with pytest.raises(AddressTaken) as caught:
        accept_invitation("second", **WHO, at=at)

    assert caught.value.field == "email"
    assert Person.objects.count() == 1


def test_the_trail_says_who_invited_and_who_came(invited, at):
    login = accept_invitation("the-token", **WHO, at=at)

    actions = list(AuditLine.objects.order_by("pk").values_list("action", "right", "person"))
    assert actions == [
        ("people.administrator_invited", "operator", ""),
        ("people.invitation_accepted", "staff", str(login.person.public_id)),
    ]


def test_the_database_refuses_an_address_in_capital_letters(at):
    person = Person.objects.create(name="Ada", created_at=at)

    with pytest.raises(IntegrityError), transaction.atomic():
        Login.objects.create(email="ADA@example.org", person=person, created_at=at)


def test_staff_found_an_organisation_and_the_trail_knows(staff, at):
    found = found_organisation("River School", Organisation.Kind.EDUCATION, by=staff, at=at)

    assert AuditLine.objects.get().about == f"people.organisation:{found.public_id}"


def test_a_visitor_founds_no_organisation(at):
    with pytest.raises(PermissionDenied):
        found_organisation("River School", Organisation.Kind.EDUCATION, by=visitor(), at=at)


def test_an_organisation_needs_a_name(by, at):
    with pytest.raises(NameMissing):
        found_organisation(" ", Organisation.Kind.OTHER, by=by, at=at)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_log_in(by, at):
    invite_administrator(token="the-token", by=by, at=at)

    def click(number: int) -> str:
        try:
            accept_invitation("the-token", **(WHO | {"email": f"ada{number}@example.org"}), at=at)
        except InvitationGone:
            return "gone"
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(4) as clicks:
        outcomes = list(clicks.map(click, range(4)))

    assert sorted(outcomes) == ["gone", "gone", "gone", "in"]
    assert Login.objects.count() == 1


def test_a_demo_log_in_is_marked_and_made_once(by, at):
    who = {"email": "officer@demo.example", "name": "Demo Officer", "password": "a lamp in every street"}

    first = open_demo_login(**who, by=by, at=at)
    second = open_demo_login(**who, by=by, at=at)

    assert first == second
    assert first.is_demo


def test_only_the_operator_opens_demo_log_ins(staff, at):
    with pytest.raises(PermissionDenied):
        open_demo_login(email="x@demo.example", name="X", password="a lamp in every street", by=staff, at=at)
