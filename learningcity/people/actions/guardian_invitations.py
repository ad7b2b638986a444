"""How a guardian asks somebody to stand for a child, too: by a code sent to their address."""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.messages import post
from learningcity.core.refusals import Refused
from learningcity.people.actions.acting import hold_right
from learningcity.people.actions.guardians import checked_pair, locked_child, stand, tell_guardians
from learningcity.people.models import Contact, GuardianInvitation, Guardianship, Person, Source
from learningcity.people.permissions.guardians import as_guardian, can_decide_for, can_join_as_guardian
from learningcity.people.queries.ages import is_of_age
from learningcity.people.queries.guardians import invitation_of_code, open_invitations, was_ended_by_court
from learningcity.people.queries.logins import digest_of

INVITATION_LASTS = timedelta(days=14)
TRIES = 5
MOST_OPEN = 4
INVITED = Source.HELPER
"""The proof of a guardianship that another guardian invited to."""
ROLES = (Guardianship.Role.PARENT, Guardianship.Role.CARER)


class InvitationWrong(Refused):
    """The person cannot be invited, or not in this way."""

    code = "invitation_wrong"


class CodeUnknown(Refused):
    """No open invitation has this code, or the child was born on another day."""

    code = "code_unknown"


@transaction.atomic
def invite_guardian(
    child: Person, *, email: str, role: str, code: str, by: Actor, at: datetime
) -> GuardianInvitation:
    """Ask somebody to stand for the child; `code` is chance and goes to their address only.

    Asking the same address again takes the first invitation back. Raises PermissionDenied or InvitationWrong.
    """
    by = as_guardian(by, child)
    hold_right(by)
    child = locked_child(child)
    if not can_decide_for(by, child, None, at) or is_of_age(child, at):
        raise PermissionDenied
    address = checked_address(email)
    if role not in ROLES:
        raise InvitationWrong(
            _("Choose parent or carer. A desk enters official representatives."), field="role"
        )
    child.guardian_invitations.filter(email=address).delete()
    if open_invitations(child, at=at).count() >= MOST_OPEN:
        raise InvitationWrong(_("Many invitations wait for an answer. Take one back first."), field="email")
    invitation = GuardianInvitation.objects.create(
        child=child,
        email=address,
        role=role,
        digest=digest_of(tidy(code)),
        invited_by=by.person,
        created_at=at,
        expires_at=at + INVITATION_LASTS,
    )
    record("people.guardian_invited", by=by, about=child, at=at)
    send(invitation, code, at=at)
    return invitation


@transaction.atomic
def take_back_invitation(invitation: GuardianInvitation, *, by: Actor, at: datetime) -> None:
    """Take an invitation back, whichever guardian sent it. Raises PermissionDenied."""
    by = as_guardian(by, invitation.child)
    hold_right(by)
    if not can_decide_for(by, invitation.child, None, at):
        raise PermissionDenied
    invitation.delete()
    record("people.guardian_invitation_taken_back", by=by, about=invitation.child, at=at)


def join_as_guardian(guardian: Person, *, code: str, born_on: date, by: Actor, at: datetime) -> Guardianship:
    """Stand for a child from now on, with the code of an invitation and the child's date of birth.

    Raises PermissionDenied, CodeUnknown or GuardianUnfit. A wrong date is counted, and the invitation is
    gone after five: so this is no single transaction.
    """
    if not can_join_as_guardian(by, guardian, at):
        raise PermissionDenied
    with transaction.atomic():
        joined = accepted(guardian, digest_of(tidy(code)), born_on, by=by, at=at)
    if joined is None:
        raise CodeUnknown(
            _(
                "Code and date of birth do not belong together, or the invitation is over. Check both, or "
                "ask for a new invitation."
            ),
            field="code",
        )
    return joined


@transaction.atomic
def forget_invitations(*, by: Actor, at: datetime) -> int:
    """Delete the invitations that nobody accepted in time; return how many. Raises PermissionDenied."""
    if not by.is_operator:
        raise PermissionDenied
    return GuardianInvitation.objects.filter(expires_at__lte=at).delete()[0]


def accepted(guardian: Person, digest: str, born_on: date, *, by: Actor, at: datetime) -> Guardianship | None:
    """Return the new guardianship, None where code or date are wrong; a wrong date counts as a try."""
    invitation = invitation_of_code(digest, at=at).select_for_update(of=("self",)).first()
    if invitation is None:
        return None
    child = locked_child(invitation.child)
    if not child.is_here or is_of_age(child, at):
        return None
    if child.born_on != born_on:
        count_try(invitation)
        return None
    checked_pair(child, guardian, at)
    checked_court(child, guardian)
    guardianship = stand(child, guardian, role=invitation.role, proof=INVITED, at=at)
    invitation.delete()
    record("people.guardian_joined", by=as_guardian(by, child), about=guardianship, at=at)
    tell_guardians(guardianship, "guardian_joined", by=by, at=at)
    return guardianship


def count_try(invitation: GuardianInvitation) -> None:
    """Count a wrong try; the invitation is gone after the last one."""
    invitation.attempts += 1
    if invitation.attempts >= TRIES:
        invitation.delete()
    else:
        invitation.save(update_fields=["attempts"])


def checked_court(child: Person, guardian: Person) -> None:
    """Refuse somebody whom a court removed: another guardian's invitation does not undo that."""
    if was_ended_by_court(child, guardian):
        raise InvitationWrong(
            _("This can only be entered at a desk. Bring the papers with you."), field="code"
        )


def checked_address(email: str) -> str:
    """Return an e-mail address in small letters; refuse what is none."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InvitationWrong(
            _("This is not an e-mail address. Give it like name@example.org."), field="email"
        ) from None
    return address


def tidy(code: str) -> str:
    """Return a code as it was made: capital letters and figures without the signs between them.

    >>> tidy("abcd-2345 efgh")
    'ABCD2345EFGH'
    """
    return "".join(sign for sign in code.upper() if sign.isalnum())


def send(invitation: GuardianInvitation, code: str, *, at: datetime) -> None:
    """Post the code to the address, in the language of whoever invites. The child is not named."""
    inviter = Person.objects.get(public_id=invitation.invited_by)
    contact = Contact.objects.filter(person=inviter).first()
    post(
        "people/messages/guardian_invited",
        {"guardian": inviter.name, "code": code, "days": INVITATION_LASTS.days},
        key=f"people.guardian_invited:{invitation.public_id}",
        channel=Contact.Channel.MAIL,
        address=invitation.email,
        language=contact.language if contact else "",
        is_secret=True,
        at=at,
    )
