"""Invitations to an organisation: by mail, once, within seven days, for the role that was meant."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils.timezone import now

from learningcity.core.actors import Channel, operator, visitor
from learningcity.core.models import AuditLine, Message
from learningcity.core.refusals import Refused
from learningcity.people.actions.invitations import (
    AlreadyInvited,
    TooManyInvitations,
    clear_invitations,
    invite_member,
    join_organisation,
    withdraw_invitation,
)
from learningcity.people.actions.logins import InvitationGone
from learningcity.people.actions.roles import EndTooEarly, RoleNotHere
from learningcity.people.models import Invitation, Membership
from tests.people.factories import (
    AT,
    as_guardian,
    as_member,
    as_self,
    child,
    city_office,
    login,
    member,
    organisation,
    person,
    sign_in,
)

pytestmark = pytest.mark.django_db
Role = Membership.Role
WAY = {"link": "http://city.example/invitations/t/join", "language": "en"}


@pytest.fixture
def school():
    city_office()
    return organisation()


@pytest.fixture
def head(school):
    return member(login(person("Hal Head")).person, school)


@pytest.fixture
def invite(school, head):
    """Return a function that invites somebody as a teacher."""

    def invites(**changes):
        words = {"email": "Tia@Example.org ", "role": Role.TEACHER, "token": "the-token", **WAY}
        words |= {"by": as_member(head), "at": AT}
        return invite_member(school, **(words | changes))

    return invites


def test_an_invitation_goes_out_by_mail_once_and_keeps_a_digest_only(invite):
    invitation = invite()

    message = Message.objects.get()
    assert (message.address, message.is_secret) == ("tia@example.org", True)
    assert WAY["link"] in message.body
    assert "the-token" not in str(Invitation.objects.values().get())
    assert invitation.expires_at == AT + timedelta(days=7)


def test_the_trail_names_no_address(invite):
    invite()

    assert "example" not in str(list(AuditLine.objects.values()))


def test_who_has_a_log_in_joins_with_it_until_the_day_that_was_said(invite, school):
    invite(until_on=date(2027, 1, 31))
    teacher = login().person

    join_organisation("the-token", by=as_self(teacher), at=AT)

    role = teacher.memberships.get()
    assert (role.organisation, role.role, role.until_on) == (school, "teacher", date(2027, 1, 31))
    assert Invitation.objects.get().email == ""


def test_an_invitation_works_once(invite):
    invite()
    join_organisation("the-token", by=as_self(login().person), at=AT)

    with pytest.raises(InvitationGone):
        join_organisation("the-token", by=as_self(login().person), at=AT)


def test_an_invitation_ends_after_seven_days_and_never_after_the_role(invite):
    invite()
    soon = invite(email="soon@example.org", token="soon", until_on=AT.date())

    assert soon.expires_at.date() == AT.date()
    for token in ("the-token", "soon"):
        with pytest.raises(InvitationGone):
            join_organisation(token, by=as_self(login().person), at=AT + timedelta(days=7))


def test_a_withdrawn_invitation_opens_nothing(invite, head):
    withdraw_invitation(invite(), by=as_member(head), at=AT)

    with pytest.raises(InvitationGone):
        join_organisation("the-token", by=as_self(login().person), at=AT)
    assert Invitation.objects.get().email == ""


def test_a_role_that_is_held_already_stays_as_it_is(invite, school):
    teacher = member(login().person, school, Role.TEACHER, until_on=date(2026, 12, 31))
    invite()

    join_organisation("the-token", by=as_self(teacher.person), at=AT)

    assert teacher.person.memberships.get().until_on == date(2026, 12, 31)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.DESK])
def test_only_administrators_invite(invite, school, role):
    clerk = member(of=school, role=role)

    with pytest.raises(PermissionDenied):
        invite(by=as_member(clerk))


def test_nobody_invites_to_the_organisation_of_others(invite):
    with pytest.raises(PermissionDenied):
        invite(by=as_member(member(of=organisation("Sea School"))))


def test_nobody_withdraws_for_the_organisation_of_others(invite):
    invitation = invite()

    with pytest.raises(PermissionDenied):
        withdraw_invitation(invitation, by=as_member(member(of=organisation("Sea School"))), at=AT)


def test_visitors_and_who_acts_for_another_cannot_join(invite):
    invite()

    for by in (visitor(), as_guardian(login().person, child())):
        with pytest.raises(PermissionDenied):
            join_organisation("the-token", by=by, at=AT)


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"email": "nobody"}, Refused, "email"),
        ({"role": Role.OFFICER}, RoleNotHere, "role"),
        ({"role": "king"}, RoleNotHere, "role"),
        ({"until_on": date(2026, 11, 22)}, EndTooEarly, "until_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nobody_is_written_to(invite, change, refusal, field):
    with pytest.raises(refusal) as caught:
        invite(**change)

    assert caught.value.field == field
    assert not Message.objects.exists()


def test_the_same_address_is_invited_to_a_role_once(invite):
    invite()

    with pytest.raises(AlreadyInvited):
        invite(token="second")
    invite(token="third", role=Role.EDITOR)


def test_an_organisation_cannot_write_to_the_whole_world(invite, monkeypatch):
    monkeypatch.setattr("learningcity.people.actions.invitations.MOST_OPEN", 2)
    for number in range(2):
        invite(email=f"n{number}@example.org", token=f"t{number}")

    with pytest.raises(TooManyInvitations):
        invite()


def test_the_schedule_forgets_addresses_of_invitations_that_are_over(invite):
    invite()
    schedule = operator(Channel.TASK)

    assert clear_invitations(by=schedule, at=AT) == 0
    assert clear_invitations(by=schedule, at=AT + timedelta(days=8)) == 1
    assert Invitation.objects.get().email == ""


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_give_one_role():
    school = organisation()
    invite_member(
        school, email="t@example.org", role="teacher", token="the-token", **WAY, by=operator(), at=AT
    )
    people = [login().person for _ in range(4)]

    def click(who):
        try:
            join_organisation("the-token", by=as_self(who), at=AT)
        except InvitationGone:
            return "gone"
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(4) as clicks:
        outcomes = sorted(clicks.map(click, people))

    assert outcomes == ["gone", "gone", "gone", "in"]
    assert school.memberships.count() == 1


# Pages


def test_an_administrator_invites_and_withdraws_on_the_pages(client, school, head):
    sign_in(client, head.person.login)
    page = reverse("people:role_invite", args=[school.public_id])
    members = reverse("people:organisation_members", args=[school.public_id])

    assert client.post(page, {"email": "nobody", "role": "teacher"}).status_code == 400
    client.post(page, {"email": "tia@example.org", "role": "teacher"})

    assert "tia@example.org" in client.get(members).content.decode()
    invitation = Invitation.objects.get()
    client.post(reverse("people:invitation_withdraw", args=[school.public_id, invitation.public_id]))
    assert "tia@example.org" not in client.get(members).content.decode()


def test_a_forged_host_is_not_in_the_link(client, school, head, settings):
    settings.PUBLIC_ADDRESS = "https://city.example"
    settings.ALLOWED_HOSTS = ["*"]
    sign_in(client, head.person.login)
    page = reverse("people:role_invite", args=[school.public_id])

    client.post(page, {"email": "t@example.org", "role": "teacher"}, headers={"host": "evil.example"})

    body = Message.objects.get().body
    assert "https://city.example/invitations/" in body
    assert "evil.example" not in body


@pytest.mark.parametrize("name", ["role_invite", "organisation_members"])
def test_the_pages_are_closed_to_others(client, school, head, name):
    page = reverse(f"people:{name}", args=[school.public_id])

    assert client.get(page).status_code == 302
    for who in (login(), member(login().person, organisation("Sea")).person.login):
        sign_in(client, who)
        assert client.get(page).status_code == 403


def test_an_invitation_of_another_organisation_is_not_withdrawn_through_ones_own(client, invite):
    invitation = invite()
    stranger = member(login().person, organisation("Sea School"))
    sign_in(client, stranger.person.login)

    answer = client.post(
        reverse(
            "people:invitation_withdraw",
            args=[stranger.organisation.public_id, invitation.public_id],
        )
    )

    assert answer.status_code == 403
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is None


def test_a_resident_takes_a_role_from_the_page_of_the_link(client, invite):
    invite(at=now())
    resident = login()
    page = reverse("people:invitation_join", args=["the-token"])

    assert reverse("people:sign_in") in client.get(page).content.decode()
    sign_in(client, resident)
    assert "River School invites you" in client.get(page).content.decode()
    client.post(page)

    assert resident.person.memberships.get().role == "teacher"
    assert client.get(page).status_code == 404


def test_looking_at_the_link_takes_nothing(client, invite):
    invite(at=now())
    resident = login()
    sign_in(client, resident)

    client.get(reverse("people:invitation_join", args=["the-token"]))

    assert not resident.person.memberships.exists()


def test_a_link_that_was_made_up_is_not_found(client):
    assert client.get(reverse("people:invitation_join", args=["made-up"])).status_code == 404
