"""What may be typed about persons and log-ins."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """The address and the password of a log-in."""

    error_messages = {
        "invalid_login": _(
            "The address and the password do not fit together. Check both; small and capital letters differ."
        ),
        "inactive": _("This log-in is closed. Ask the city to open it again."),
    }

    username = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        error_messages={
            "required": _("Give your e-mail address."),
            "invalid": _("This is not an e-mail address. Give it like name@example.org."),
        },
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Give your password.")},
    )


class InvitationForm(forms.Form):
    """What a new administrator says of themselves."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Give your name.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        error_messages={
            "required": _("Give your e-mail address."),
            "invalid": _("This is not an e-mail address. Give it like name@example.org."),
        },
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 12 signs. Three or four words in a row are good."),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Give a password.")},
    )
