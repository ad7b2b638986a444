"""Questions about how somebody signs in."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Q

from learningcity.people.models import Login


@dataclass(frozen=True, slots=True)
class WaysIn:
    """Everything with which somebody signs in: address, password, second step, outside identities."""

    email: str
    is_confirmed: bool
    waiting_email: str
    has_password: bool
    has_app: bool
    passkeys: int
    recovery_codes: int
    outside_identities: int

    @property
    def has_second_factor(self) -> bool:
        """Whether a second step is asked for at every sign-in."""
        return self.has_app or self.passkeys > 0


def login_at(email: str) -> Login | None:
    """Return the open log-in to which an address belongs: its own one, or one that it confirmed."""
    address = email.strip().lower()
    theirs = Q(email=address) | Q(emailaddress__email=address, emailaddress__verified=True)
    found = Login.objects.filter(theirs, is_active=True, person__state="active")
    return found.select_related("person").distinct().first()


def ways_in(login: Login) -> WaysIn:
    """Return with what somebody signs in."""
    addresses = list(EmailAddress.objects.filter(user=login).order_by("pk"))
    confirmed = {address.email for address in addresses if address.verified}
    factors = list(Authenticator.objects.filter(user=login))
    codes = [factor for factor in factors if factor.type == Authenticator.Type.RECOVERY_CODES]
    return WaysIn(
        email=login.email,
        is_confirmed=login.email in confirmed,
        waiting_email=next((a.email for a in addresses if not a.verified and a.email != login.email), ""),
        has_password=login.has_usable_password(),
        has_app=any(factor.type == Authenticator.Type.TOTP for factor in factors),
        passkeys=sum(factor.type == Authenticator.Type.WEBAUTHN for factor in factors),
        recovery_codes=len(codes[0].wrap().get_unused_codes()) if codes else 0,
        outside_identities=SocialAccount.objects.filter(user=login).count(),
    )


def has_confirmed(email: str, login: Login) -> bool:
    """Return whether somebody has shown that an address is theirs."""
    return EmailAddress.objects.filter(user=login, email=email.lower(), verified=True).exists()
