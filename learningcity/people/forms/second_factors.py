"""What may be typed about the second step of signing in."""

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _


def code_field(label: object, hint: object = "") -> forms.CharField:
    """Return the input of a code."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "w8"}
        ),
        error_messages={"required": _("Enter the code.")},
    )


class EnterCodeForm(base.AuthenticateForm):
    """The code of the app, or a recovery code, at sign-in."""

    code = code_field(_("Code"), _("Six figures from your app, or one of your recovery codes."))


class EnterCodeAgainForm(base.ReauthenticateForm):
    """The code of the app, or a recovery code, to prove again that it is you."""

    code = code_field(_("Code"), _("Six figures from your app, or one of your recovery codes."))


class SetUpAppForm(totp.ActivateTOTPForm):
    """The first code of the app, which shows that it has read the key."""

    code = code_field(_("Code of the app"), _("The six figures that the app shows now."))


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    """A name for the passkey; the passkey itself comes from the device."""

    name = forms.CharField(label=_("Name of the passkey"), max_length=80, required=False)
    passwordless = forms.BooleanField(
        label=_("Sign in with this passkey alone"),
        help_text=_("It then asks for your finger, your face or a number each time."),
        required=False,
        initial=True,
    )


class RenamePasskeyForm(webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    name = forms.CharField(
        label=_("Name of the passkey"), max_length=80, error_messages={"required": _("Give a name.")}
    )
