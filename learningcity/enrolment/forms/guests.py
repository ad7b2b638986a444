"""What somebody without an account says of themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.enrolment.forms.places import companions_words
from learningcity.enrolment.models import Intake


class GuestForm(forms.Form):
    """Name and address; the date of birth where an age is asked, companions where they are allowed."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Give the name under which you come.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We send one message with a link. Nothing counts until you use it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Give the address to which the link goes."),
            "invalid": _("Give an address like name@example.org."),
        },
    )
    born_on = forms.DateField(
        label=_("Your date of birth"),
        help_text=_("This is for a certain age, so we compare."),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
        required=False,
        error_messages={"invalid": _("Give the date of birth with day, month and year.")},
    )
    companions = forms.IntegerField(
        label=_("How many people come along to help?"), required=False, min_value=0, max_value=500
    )

    def __init__(self, *args: Any, intake: Intake, asks_age: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_age:
            del self.fields["born_on"]
        if intake.most_companions:
            self.fields["companions"].help_text = companions_words(intake)
        else:
            del self.fields["companions"]

    def said(self) -> dict[str, Any]:
        """Return what was said, without what was left out."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
