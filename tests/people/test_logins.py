"""Log-ins and the invitations that make them: once, and by whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
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
    invite_administrator,
    open_demo_login,
)
from learningcity.people.actions.sign_in import (
    Confirmed,
    clear_attempts,
    confirm_address,
    confirm_particulars,
    note_change,
    open_account,
    send_own_code,
)
from learningcity.people.models import Invitation, Login, Membership, Person
from tests.people import factories as people

pytestmark = pytest.mark.django_db

WHO = {"email": "Ada@Example.org", "name": " Ada  Officer ", "password": "three quiet lamps"}


@pytest.fixture
def invited(by, at):
    invite_administrator(token="the-token", by=by, at=at)


def test_an_invitation_makes_one_member_of_staff(invited, at):
    login = accept_invitation("the-token", **WHO, at=at)

    assert Membership.objects.get().person == login.person
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


def test_an_invitation_that_was_withdrawn_opens_nothing(invited, at):
    Invitation.objects.update(withdrawn_at=at)

    with pytest.raises(InvitationGone):
        accept_invitation("the-token", **WHO, at=at)


@pytest.mark.parametrize(
    ("sent_to", "is_confirmed"), [("ada@example.org", True), ("", False), ("x@y.org", False)]
)
def test_an_address_is_proven_by_the_invitation_that_was_sent_there(invited, at, sent_to, is_confirmed):
    Invitation.objects.update(email=sent_to)

    login = accept_invitation("the-token", **WHO, at=at)

    assert EmailAddress.objects.get(user=login).verified is is_confirmed
    assert Invitation.objects.get().email == ""


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


def test_an_address_that_somebody_confirmed_makes_no_second_log_in(invited, at):
    other = people.login()
    EmailAddress.objects.create(user=other, email="ada@example.org", verified=True)

    with pytest.raises(AddressTaken):
        accept_invitation("the-token", **WHO, at=at)


def test_the_trail_says_who_invited_and_who_came(invited, at):
    login = accept_invitation("the-token", **WHO, at=at)

    actions = list(AuditLine.objects.order_by("pk").values_list("action", "right", "person"))
    assert actions == [
        ("people.administrator_invited", "operator", ""),
        ("people.organisation_founded", "self", str(login.person.public_id)),
        ("people.role_given", "self", str(login.person.public_id)),
        ("people.invitation_accepted", "self", str(login.person.public_id)),
    ]


def test_the_database_refuses_an_address_in_capital_letters(at):
    person = Person.objects.create(name="Ada", created_at=at)

    with pytest.raises(IntegrityError), transaction.atomic():
        Login.objects.create(email="ADA@example.org", person=person, created_at=at)


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


def test_only_visitors_and_the_operator_open_accounts(by, at):
    who = {"name": "Rosa", "email": "rosa@example.org", "language": "en", "at": at}
    with pytest.raises(PermissionDenied):
        open_account(**who, by=people.as_self(people.person()))

    made = open_account(**who, is_confirmed=True, by=by)

    assert made.person.contact.email_confirmed_at == at
    assert not made.has_usable_password()


@pytest.mark.parametrize("stranger", [visitor(), people.Actor(right="self", channel="web", person="x")])
def test_nobody_says_for_somebody_else_what_an_authority_confirmed(stranger, at):
    rosa = people.login()
    confirmed = Confirmed(name="Rosa Confirmed")

    with pytest.raises(PermissionDenied):
        confirm_particulars(rosa.person, confirmed, by=stranger, at=at)
    with pytest.raises(PermissionDenied):
        confirm_address(rosa, rosa.email, former=[], by=stranger, at=at)
    with pytest.raises(PermissionDenied):
        note_change(rosa, "people.password_changed", by=stranger, at=at)
    with pytest.raises(PermissionDenied):
        send_own_code(rosa, "12345678", number="1", language="en", by=stranger, at=at)
    with pytest.raises(PermissionDenied):
        clear_attempts(by=stranger, at=at)

    assert not AuditLine.objects.exists()


def test_what_an_authority_confirmed_already_is_not_noted_twice(at):
    rosa = people.login()
    own = people.as_self(rosa.person)

    for _time in range(2):
        confirm_particulars(rosa.person, Confirmed(name=" Rosa  Confirmed "), by=own, at=at)

    rosa.person.refresh_from_db()
    assert (rosa.person.name, rosa.person.name_source) == ("Rosa Confirmed", "authority")
    assert rosa.person.born_source == "self"
    assert AuditLine.objects.count() == 1
