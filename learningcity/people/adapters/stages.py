"""What stands between a right password, code or passkey and being signed in."""

from allauth.account.stages import EmailVerificationStage
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpResponse

SECOND_STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class ConfirmedAddress(EmailVerificationStage):
    """Ask for a confirmed address, except of who has a second step: that shows more than a mail would.

    Whoever was invited by an operator types an address that no mail has confirmed yet; a city whose mail does
    not work must not lock them out. Only an invitation makes a log-in before its address is confirmed.
    """

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Return the page that asks for the confirmation, if one must be asked."""
        if is_mfa_enabled(self.login.user, SECOND_STEPS):
            return None, True
        answer: tuple[HttpResponse | None, bool] = super().handle()
        return answer
