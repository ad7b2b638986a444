"""How the second step of signing in is drawn and named."""

from allauth.account.utils import user_email
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from segno import make_qr

from learningcity.city.queries.profile import the_city
from learningcity.people.models import Login

QUIET = 4
"""How many light squares a reader needs around the picture."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second step of signing in: codes of an app, passkeys, recovery codes."""

    error_messages: dict[str, Promise] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "This is not right. Look at the newest code and enter it, or try again."
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Recovery codes help when the second step is lost. Set up a second step first."
        ),
    }

    def get_totp_label(self, user: Login) -> str:
        """Return what the app calls the log-in."""
        return str(user_email(user))

    def get_totp_issuer(self) -> str:
        """Return what the app calls the city."""
        city = the_city()
        return city.name if city else "LearningCity"

    def build_totp_svg(self, url: str) -> str:
        """Return the picture that the app reads, dark on light whatever the colours of the page."""
        rows = list(make_qr(url).matrix)
        side = len(rows) + 2 * QUIET
        squares = "".join(
            f"M{x + QUIET} {y + QUIET}h1v1h-1z"
            for y, row in enumerate(rows)
            for x, is_dark in enumerate(row)
            if is_dark
        )
        return format_html(
            '<svg role="img" aria-label="{}" width="240" height="240" viewBox="0 0 {} {}">'
            '<path fill="#fff" d="M0 0h{}v{}H0z"/><path d="{}"/></svg>',
            _("Picture for the app; the same as the key in letters below"),
            side,
            side,
            side,
            side,
            squares,
        )

    def generate_authenticator_name(self, user: Login, type: str) -> str:
        """Return a name for a new passkey."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_user_entity(self, user: Login) -> dict[str, object]:
        """Return what the device keeps of a log-in: nothing but its address and an opaque number."""
        entity = super().get_public_key_credential_user_entity(user)
        return {**entity, "display_name": str(user_email(user))}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return what the device calls the city."""
        entity = super().get_public_key_credential_rp_entity()
        return {**entity, "name": self.get_totp_issuer()}
