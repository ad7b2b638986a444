"""What can be done with persons, log-ins, invitations and organisations."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.names import checked_name
from learningcity.people.actions.organisations import give_role, open_city_office
from learningcity.people.models import Invitation, Login, Membership, Person
from learningcity.people.permissions.logins import can_invite, can_open_demo_login
from learningcity.people.queries.actors import actor_of
from learningcity.people.queries.ages import city_day
from learningcity.people.queries.logins import digest_of
from learningcity.people.queries.organisations import city_office

INVITATION_LASTS = timedelta(days=3)
TAKEN = gettext_lazy("This address is used already. Sign in with it, or give another address.")


class InvitationGone(Refused):
    """The link was used, has ended, or never existed."""

    code = "invitation_gone"


class AddressTaken(Refused):
    """Somebody already signs in with this address."""

    code = "address_taken"


class WeakPassword(Refused):
    """The password does not protect enough."""

    code = "weak_password"


@transaction.atomic
def invite_administrator(*, token: str, by: Actor, at: datetime) -> Invitation:
    """Keep a single-use invitation for an administrator; chance (`token`) is passed in.

    Raises PermissionDenied for anybody but the operator.
    """
    if not can_invite(by):
        raise PermissionDenied
    invitation = Invitation.objects.create(
        role=Membership.Role.ADMINISTRATOR,
        digest=digest_of(token),
        created_at=at,
        expires_at=at + INVITATION_LASTS,
    )
    record("people.administrator_invited", by=by, about=invitation, at=at)
    return invitation


@transaction.atomic
def accept_invitation(token: str, *, email: str, name: str, password: str, at: datetime) -> Login:
    """Make the log-in that an invitation promises, and use the invitation up.

    The link itself is the right to do so. Raises InvitationGone, AddressTaken, NameMissing or WeakPassword.
    """
    # Two clicks at the same moment must not both find the invitation unused.
    invitation = (
        Invitation.objects.select_for_update()
        .filter(digest=digest_of(token), used_at=None, withdrawn_at=None, expires_at__gt=at)
        .first()
    )
    if invitation is None:
        raise InvitationGone(
            _("This link was used already or has ended. Ask the person who sent it for a new one.")
        )
    address = email.strip().lower()
    # The link was sent to this address, so whoever opened it reads what is sent there.
    is_confirmed = bool(invitation.email) and invitation.email == address
    login = open_login(email=address, name=name, password=password, is_confirmed=is_confirmed, at=at)
    Invitation.objects.filter(pk=invitation.pk).update(used_at=at, email="")
    by = actor_of(login, at=at)
    office = invitation.organisation or city_office() or open_city_office(by=by, at=at)
    give_role(
        login.person,
        office,
        invitation.role,
        from_on=city_day(at),
        until_on=invitation.until_on,
        by=by,
        at=at,
    )
    record("people.invitation_accepted", by=by, about=invitation, at=at)
    return login


@transaction.atomic
def open_demo_login(
    *,
    email: str,
    name: str,
    password: str,
    totp_secret: str = "",
    person: Person | None = None,
    by: Actor,
    at: datetime,
) -> Login:
    """Make a log-in of the demonstration, whose password is public; `serve` guards where it may be used.

    It belongs to `person`, or to somebody new. `totp_secret` (base32) gives it a second step whose codes are
    public as well. An address that is there already is left as it is. Raises PermissionDenied.
    """
    if not can_open_demo_login(by):
        raise PermissionDenied
    there = Login.objects.filter(email=email).first()
    if there:
        return there
    login = open_login(
        email=email, name=name, password=password, person=person, is_demo=True, is_confirmed=True, at=at
    )
    if totp_secret:
        Authenticator.objects.create(
            user=login, type=Authenticator.Type.TOTP, data={"secret": encrypt(totp_secret)}
        )
    record("people.demo_login_opened", by=by, about=login.person, at=at)
    return login


def open_login(
    *,
    email: str,
    name: str,
    password: str | None,
    person: Person | None = None,
    is_demo: bool = False,
    is_confirmed: bool = False,
    at: datetime,
) -> Login:
    """Make a log-in for a person, or for somebody new. Called by actions that have checked the right.

    Without a password one signs in by mail. `is_confirmed` says that the address was shown to be theirs.
    """
    address = email.strip().lower()
    checked_address(address)
    person = person or Person(name=checked_name(name), created_at=at)
    login = Login(email=address, person=person, is_demo=is_demo, created_at=at)
    if password is not None:
        checked_password(password, login)
    login.set_password(password)
    if EmailAddress.objects.filter(email=address, verified=True).exists():
        raise AddressTaken(TAKEN, field="email")
    if person.pk is None:
        person.save()
    try:
        with transaction.atomic():
            login.save()
            EmailAddress.objects.create(user=login, email=address, primary=True, verified=is_confirmed)
    except IntegrityError:
        raise AddressTaken(TAKEN, field="email") from None
    return login


def checked_address(address: str) -> None:
    """Refuse what is not an e-mail address."""
    try:
        validate_email(address)
    except ValidationError:
        raise Refused(
            _("This is not an e-mail address. Give it like name@example.org."),
            field="email",
            code="address_wrong",
        ) from None


def checked_password(password: str, login: Login) -> None:
    """Refuse a password that is short, common or like the address."""
    try:
        validate_password(password, login)
    except ValidationError as errors:
        raise WeakPassword(" ".join(errors.messages), field="password") from None
