"""What can be done with invitations to an organisation: sent, withdrawn, taken up, cleared."""

from datetime import UTC, date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.messages import post
from learningcity.core.refusals import Refused
from learningcity.people.actions.logins import InvitationGone, checked_address
from learningcity.people.actions.organisations import give_role, locked, open_city_office
from learningcity.people.actions.roles import checked_end, checked_role
from learningcity.people.models import Invitation, Membership, Organisation
from learningcity.people.permissions.roles import can_give_role, can_keep_roles, can_take_hat
from learningcity.people.queries.ages import city_day
from learningcity.people.queries.logins import digest_of
from learningcity.people.queries.organisations import city_office
from learningcity.people.queries.persons import person_acting
from learningcity.people.queries.roles import invitations_to

INVITATION_LASTS = timedelta(days=7)
MOST_OPEN = 50


class AlreadyInvited(Refused):
    """The address has an open invitation for this role."""

    code = "already_invited"


class TooManyInvitations(Refused):
    """Too many invitations of one organisation wait for an answer."""

    code = "too_many_invitations"


@transaction.atomic
def invite_member(
    organisation: Organisation,
    *,
    email: str,
    role: str,
    until_on: date | None = None,
    token: str,
    link: str,
    language: str,
    by: Actor,
    at: datetime,
) -> Invitation:
    """Invite somebody by mail to take a role; chance (`token`) and the `link` with it are passed in.

    Raises PermissionDenied, RoleNotHere, EndTooEarly, AlreadyInvited, TooManyInvitations, or Refused for what
    is no address.
    """
    if not can_give_role(by, organisation, at):
        raise PermissionDenied
    address = email.strip().lower()
    checked_address(address)
    checked_role(organisation, role)
    checked_end(until_on, city_day(at))
    # Two clicks at the same moment must not both find the address not yet invited.
    locked(organisation)
    refuse_more(organisation, address, role, at=at)
    invitation = Invitation.objects.create(
        organisation=organisation,
        role=role,
        email=address,
        until_on=until_on,
        digest=digest_of(token),
        created_at=at,
        expires_at=last_moment(until_on, at),
    )
    record("people.member_invited", by=by, about=invitation, at=at)
    post(
        "people/messages/member_invitation",
        {
            "organisation": organisation.name,
            "role": invitation.get_role_display(),
            "until_on": until_on,
            "expires_at": invitation.expires_at,
            "link": link,
        },
        key=f"people.member_invitation:{invitation.public_id}",
        channel="mail",
        address=address,
        language=language,
        is_secret=True,
        at=at,
    )
    return invitation


def last_moment(until_on: date | None, at: datetime) -> datetime:
    """Return until when an invitation can be taken up: seven days, but not after the role is over."""
    end = at + INVITATION_LASTS
    return end if until_on is None else min(end, datetime.combine(until_on, time.max, UTC))


def refuse_more(organisation: Organisation, address: str, role: str, *, at: datetime) -> None:
    """Refuse a second invitation to the same role, and more than a few dozen at once."""
    open_ones = invitations_to(organisation, at=at)
    if open_ones.filter(email=address, role=role).exists():
        raise AlreadyInvited(
            _("This address is invited already. Withdraw the first invitation to send another one."),
            field="email",
        )
    if open_ones.count() >= MOST_OPEN:
        raise TooManyInvitations(
            _("%(most)s invitations wait for an answer. Withdraw some, or wait until they are answered.")
            % {"most": MOST_OPEN}
        )


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Actor, at: datetime) -> Invitation:
    """Take an invitation back; its link then opens nothing. Raises PermissionDenied or InvitationGone."""
    organisation = invitation.organisation
    if organisation is None or not can_give_role(by, organisation, at):
        raise PermissionDenied
    held = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if held.used_at or held.withdrawn_at:
        raise InvitationGone(_("This invitation was answered or withdrawn already."))
    held.withdrawn_at = at
    held.email = ""
    held.save(update_fields=["withdrawn_at", "email"])
    record("people.invitation_withdrawn", by=by, about=held, at=at)
    return held


@transaction.atomic
def join_organisation(token: str, *, by: Actor, at: datetime) -> Membership:
    """Take up an invitation with the log-in that one has already. Raises PermissionDenied or InvitationGone.

    A role that is held already stays as it is.
    """
    person = person_acting(by)
    if person is None or not can_take_hat(by, person):
        raise PermissionDenied
    # Two clicks at the same moment must not both find the invitation unused.
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .filter(digest=digest_of(token), used_at=None, withdrawn_at=None, expires_at__gt=at)
        .select_related("organisation")
        .first()
    )
    if invitation is None:
        raise InvitationGone(
            _("This link was used already or has ended. Ask the person who sent it for a new one.")
        )
    Invitation.objects.filter(pk=invitation.pk).update(used_at=at, email="")
    office = invitation.organisation or city_office() or open_city_office(by=by, at=at)
    membership = give_role(
        person, office, invitation.role, from_on=city_day(at), until_on=invitation.until_on, by=by, at=at
    )
    record("people.invitation_accepted", by=by, about=invitation, at=at)
    return membership


@transaction.atomic
def clear_invitations(*, by: Actor, at: datetime) -> int:
    """Forget the addresses of invitations that were answered or have ended; return how many.

    Raises PermissionDenied for anybody but the schedule.
    """
    if not can_keep_roles(by):
        raise PermissionDenied
    addressed = Invitation.objects.exclude(email="")
    done = addressed.filter(used_at__isnull=False) | addressed.filter(expires_at__lte=at)
    return done.update(email="")
