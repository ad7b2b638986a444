"""What may be chosen about two places at one time."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.enrolment.models import OverlapChoice


class ChoiceForm(forms.Form):
    """Which two, and what is done about them."""

    earlier = forms.UUIDField(widget=forms.HiddenInput)
    later = forms.UUIDField(widget=forms.HiddenInput)
    choice = forms.ChoiceField(
        choices=OverlapChoice.Choice, error_messages={"required": _("Choose keep, swap or stop.")}
    )
