"""What people does when somebody changes how they sign in: the trail knows it, other sessions end."""

from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from allauth.account.models import EmailAddress
from allauth.account.signals import (
    email_changed,
    email_confirmed,
    password_changed,
    password_reset,
    password_set,
    user_logged_in,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added, social_account_removed
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.timezone import now

from learningcity.people.actions.sign_in import confirm_address, confirm_particulars, note_change
from learningcity.people.adapters.outside_identities import confirmed_by
from learningcity.people.models import Login
from learningcity.people.queries.actors import actor_of

PROOFS = {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}


def noted(login: Login, what: str) -> None:
    """Write a line into the trail: the person themselves did it."""
    at = now()
    note_change(login, what, by=actor_of(login, at=at), at=at)


@receiver(password_changed, dispatch_uid="people.password_changed")
@receiver(password_set, dispatch_uid="people.password_set")
@receiver(password_reset, dispatch_uid="people.password_reset")
def password_is_new(sender: object, *, user: Login, **more: Any) -> None:
    """Note a new password. Django ends the other sessions by itself: their key holds the old one."""
    noted(user, "people.password_changed")


@receiver(email_confirmed, dispatch_uid="people.email_confirmed")
def address_is_theirs(sender: object, *, email_address: EmailAddress, **more: Any) -> None:
    """Keep that an address is somebody's own, also where messages are sent to."""
    login, at = email_address.user, now()
    former = list(EmailAddress.objects.filter(user=login).values_list("email", flat=True))
    confirm_address(login, email_address.email, former=former, by=actor_of(login, at=at), at=at)


@receiver(email_changed, dispatch_uid="people.email_changed")
def address_is_new(sender: object, *, user: Login, **more: Any) -> None:
    """Note a new address."""
    noted(user, "people.login_address_changed")


@receiver(authenticator_added, dispatch_uid="people.authenticator_added")
def factor_is_there(
    sender: object, *, request: HttpRequest, user: Login, authenticator: Authenticator, **more: Any
) -> None:
    """Note a second step; whoever has just set it up has just used it."""
    if authenticator.type in PROOFS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        noted(user, "people.second_factor_added")


@receiver(authenticator_removed, dispatch_uid="people.authenticator_removed")
def factor_is_gone(sender: object, *, request: HttpRequest, user: Login, **more: Any) -> None:
    """Note that a second step is gone; without any, this session has no role more, and all others end."""
    noted(user, "people.second_factor_removed")
    if not is_mfa_enabled(user):
        records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        left = [record for record in records if record.get("method") != "mfa"]
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = left
    end_other_sessions(request, user)


@receiver(authenticator_reset, dispatch_uid="people.authenticator_reset")
def codes_are_new(sender: object, *, user: Login, **more: Any) -> None:
    """Note new recovery codes."""
    noted(user, "people.recovery_codes_made")


@receiver(social_account_added, dispatch_uid="people.social_account_added")
def identity_is_there(sender: object, *, request: HttpRequest, sociallogin: SocialLogin, **more: Any) -> None:
    """Note that an outside identity signs somebody in from now on."""
    noted(sociallogin.user, "people.outside_identity_added")
    if request.user == sociallogin.user:
        authority_said(sender, user=sociallogin.user, sociallogin=sociallogin)


@receiver(user_logged_in, dispatch_uid="people.user_logged_in")
def authority_said(
    sender: object, *, user: Login, sociallogin: SocialLogin | None = None, **more: Any
) -> None:
    """Write down what an authority confirmed, when its identity has signed somebody in."""
    if sociallogin:
        at = now()
        confirmed = confirmed_by(sociallogin.account.extra_data)
        confirm_particulars(user.person, confirmed, by=actor_of(user, at=at), at=at)


@receiver(social_account_removed, dispatch_uid="people.social_account_removed")
def identity_is_gone(sender: object, *, socialaccount: Any, **more: Any) -> None:
    """Note that an outside identity signs nobody in any more."""
    noted(socialaccount.user, "people.outside_identity_removed")
