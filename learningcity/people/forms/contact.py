"""What may be typed about a person's name and the ways to reach them."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from learningcity.core.forms import Continued
from learningcity.people.actions.contact import Particulars
from learningcity.people.models import Contact


class ParticularsForm(forms.Form):
    """The name of a person and the ways to reach them."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the name.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("This is not an e-mail address. Give it like name@example.org.")},
    )
    phone = forms.CharField(
        label=_("Phone number for text messages"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    address = forms.CharField(
        label=_("Address for letters"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    channel = forms.ChoiceField(
        label=_("How do we send messages?"),
        widget=forms.RadioSelect,
        choices=Contact.Channel,
        initial=Contact.Channel.NONE,
        error_messages={"required": _("Choose how messages are sent.")},
    )
    language = forms.ChoiceField(
        label=_("Language of messages"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE
    )
    good_to_know = forms.CharField(
        label=_("Good to know"),
        help_text=_("What helpers should keep in mind, such as large print. Helpers with a mandate see it."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def particulars(self) -> Particulars:
        """Return the ways to reach the person."""
        names = ("email", "phone", "address", "channel", "language", "good_to_know")
        return Particulars(**{name: self.cleaned_data[name] for name in names})


class ContactForm(Continued, ParticularsForm):
    """The same as a form that can be left for somebody else to finish."""


class CodeForm(forms.Form):
    """The code of a message."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six figures. It holds for 15 minutes."),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "w8"}
        ),
        error_messages={"required": _("Give the code.")},
    )
