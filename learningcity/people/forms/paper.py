"""What may be typed about forms on paper, and the questions of forms that exist on paper only."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.people.forms.mandates import TermsForm


class PaperCodeForm(forms.Form):
    """The code at the top of a form on paper."""

    code = forms.CharField(
        label=_("Code of the paper form"),
        help_text=_("Twelve letters and digits, at the top of the paper. Spaces and dashes do not matter."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "dir": "ltr"}),
        error_messages={"required": _("Give the code that is printed on the paper.")},
    )


class MandatePaperForm(TermsForm):
    """A mandate as a person gives it on paper."""

    organisation = forms.CharField(label=_("Which organisation may help you?"))
    field_order = ("organisation", "purposes", "days")
