"""What may be typed to sign in, to open an account, and to change the address."""

from typing import Any

from allauth.account import forms as account
from allauth.core import context, ratelimit
from allauth.socialaccount import forms as outside
from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.people.queries.codes import code_fits
from learningcity.people.queries.sign_in import login_at

ADDRESS_ERRORS = {
    "required": _("Give your e-mail address."),
    "invalid": _("This is not an e-mail address. Give it like name@example.org."),
}
NAME_ERRORS = {"required": _("Give your name.")}


def address_field(autocomplete: str = "username") -> forms.EmailField:
    """Return the input of an e-mail address."""
    return forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": autocomplete}),
        error_messages=ADDRESS_ERRORS,
    )


def name_field() -> forms.CharField:
    """Return the input of a name."""
    return forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages=NAME_ERRORS,
    )


def password_field(label: object, autocomplete: str, hint: object = "") -> forms.CharField:
    """Return the input of a password."""
    return forms.CharField(
        label=label,
        help_text=hint,
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": _("Give your password.")},
    )


class SignInForm(account.LoginForm):
    """The address and the password of a log-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {
            "login": address_field(),
            "password": password_field(_("Password"), "current-password"),
        }

    def clean_login(self) -> str:
        """Return the address in small letters, as it is kept."""
        return str(self.cleaned_data["login"]).strip().lower()


class AskForCodeForm(account.RequestLoginCodeForm):
    """The address to which a code and a link are sent."""

    email = address_field()

    def clean_email(self) -> str:
        """Return the address; one whose person is gone counts as unknown."""
        self.cleaned_data["email"] = str(self.cleaned_data["email"]).strip().lower()
        email = super().clean_email()
        self._user = login_at(email)
        return email


def mail_code_field() -> forms.CharField:
    """Return the input of a code from a mail."""
    return forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "w8"}
        ),
        error_messages={"required": _("Enter the code from the mail.")},
    )


class CodeForm(account.ConfirmLoginCodeForm):
    """The code from the mail, at sign-in."""

    code = mail_code_field()

    def clean_code(self) -> str:
        """Return the right code. Attempts are counted for all that happens at the same moment, too."""
        request, adapter = context.request, account.get_adapter()
        if not ratelimit.consume(request, action="login_failed", key=f"code:{request.session.session_key}"):
            raise adapter.validation_error("too_many_login_attempts")
        return str(super().clean_code())


class OwnCodeForm(forms.Form):
    """The code from the mail, from somebody who is signed in."""

    code = mail_code_field()

    def __init__(self, *args: Any, digest: str, about: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.digest, self.about = digest, about

    def clean_code(self) -> str:
        """Return the right code."""
        typed = str(self.cleaned_data["code"]).replace("-", "")
        if not code_fits(typed, self.digest, about=self.about):
            raise account.get_adapter().validation_error("incorrect_code")
        return typed


class OwnNameAndAddress:
    """Name and address, in this order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields: dict[str, forms.Field] = {"name": name_field(), "email": address_field()}


class SignUpForm(OwnNameAndAddress, account.SignupForm):
    """What somebody says who opens an account."""

    def save(self, request: Any) -> Any:
        """Return the new log-in."""
        adapter = account.get_adapter()
        return adapter.save_user(request, adapter.new_user(request), self)


class OutsideSignUpForm(OwnNameAndAddress, outside.SignupForm):
    """What the provider of an outside identity did not say of somebody."""


class NewAddressForm(account.AddEmailForm):
    """The address with which somebody wants to sign in from now on."""

    email = address_field("email")
