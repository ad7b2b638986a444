"""What may be typed about the keys of an organisation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.core.scopes import scopes
from learningcity.people.queries.keys import DAYS


class KeyForm(forms.Form):
    """What a key is for, what it may do, and how long it lasts."""

    label = forms.CharField(
        label=_("What is the key for?"),
        help_text=_("For example the name of the program that uses it."),
        max_length=80,
        error_messages={"required": _("Say what the key is for.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that the key may do.")},
    )
    days = forms.IntegerField(
        label=_("For how many days?"),
        help_text=_("At most 365. Make a new key, or rotate it, before it ends."),
        min_value=1,
        max_value=DAYS,
        initial=90,
        error_messages={
            "required": _("Give a number of days."),
            "invalid": _("Give a number of days."),
            "min_value": _("A key lasts between 1 and 365 days. Give the days."),
            "max_value": _("A key lasts between 1 and 365 days. Give the days."),
        },
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["scopes"].choices = [(scope.key, scope.label) for scope in scopes()]  # type: ignore[attr-defined]
