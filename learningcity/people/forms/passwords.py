"""What may be typed about passwords."""

from typing import Any

from allauth.account import forms as account
from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.people.forms.sign_in import address_field, password_field

HINT = _("At least 12 signs. Three or four words in a row are good.")


class NewPasswordField(account.SetPasswordField):
    """The input of a new password, checked against the log-in that it is for."""

    def __init__(self) -> None:
        super().__init__(label=_("New password"), help_text=HINT, max_length=1024)
        self.widget.attrs.pop("placeholder", None)
        self.error_messages["required"] = _("Give a new password.")


def again_field() -> forms.CharField:
    """Return the input of the new password, once more."""
    return password_field(_("New password, once more"), "new-password")


class PasswordAgainForm(account.ReauthenticateForm):
    """The password, to prove again that it is you."""

    password = password_field(_("Password"), "current-password")


class ChangePasswordForm(account.ChangePasswordForm):
    """The password of today and the new one, twice."""

    oldpassword = password_field(_("Password of today"), "current-password")
    password1 = NewPasswordField()
    password2 = again_field()


class FirstPasswordForm(account.SetPasswordForm):
    """A password for somebody who signed in by mail until now."""

    password1 = NewPasswordField()
    password2 = again_field()


class ReplacePasswordForm(account.ResetPasswordKeyForm):
    """A password instead of the one that was forgotten."""

    password1 = NewPasswordField()
    password2 = again_field()


class ForgottenPasswordForm(account.ResetPasswordForm):
    """The address to which a link is sent."""

    email = address_field()

    def clean_email(self) -> str:
        """Return the address; one whose person is gone counts as unknown."""
        email: Any = super().clean_email()
        self.users = [login for login in self.users if login.person.is_here]
        return str(email).lower()
