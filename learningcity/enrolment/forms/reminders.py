"""What may be typed about reminders."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.enrolment.models import ReminderChoice


class ReminderForm(forms.Form):
    """How long before a date somebody is reminded."""

    hours = forms.TypedChoiceField(
        label=_("When do you want to be reminded?"),
        choices=ReminderChoice.Hours.choices,
        widget=forms.RadioSelect,
        coerce=int,
    )
