"""What may be typed to enter a person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.people.forms.acting import HelperChannelForm
from learningcity.people.forms.contact import ParticularsForm


class NewcomerForm(ParticularsForm, HelperChannelForm):
    """A person who comes to the desk, calls or writes."""

    born_on = forms.DateField(
        label=_("Date of birth"),
        help_text=_("Leave it empty if the person does not want to say."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Give the date of birth with day, month and year.")},
    )
    is_another = forms.BooleanField(
        label=_("I have asked: this person has no entry yet"),
        help_text=_("Only needed when you are told that an entry may exist."),
        required=False,
    )
    field_order = (
        "through",
        "name",
        "born_on",
        "email",
        "phone",
        "address",
        "channel",
        "language",
        "good_to_know",
        "is_another",
    )
