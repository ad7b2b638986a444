"""What may be typed about oneself."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.people.models import Characteristic
from learningcity.people.queries.characteristics import NOT_SAID, Option

MOST_BUTTONS = 12


class SayForm(forms.Form):
    """One answer about oneself; that one prefers not to say is always among the answers."""

    value = forms.ChoiceField(
        error_messages={
            "required": _("Choose an answer, or that you prefer not to say."),
            "invalid_choice": _("Choose one of the answers shown."),
        }
    )

    def __init__(
        self, kind: Characteristic.Kind, options: Sequence[Option], data: object = None, said: str = ""
    ) -> None:
        super().__init__(data, initial={"value": said})  # type: ignore[arg-type]
        field = self.fields["value"]
        field.label = kind.label
        choices = [*options, (NOT_SAID, _("prefer not to say"))]
        is_short = len(choices) <= MOST_BUTTONS
        field.widget = forms.RadioSelect() if is_short else forms.Select()
        field.choices = choices if is_short else [("", _("Choose an answer")), *choices]  # type: ignore[attr-defined]


class ConfirmForm(SayForm):
    """An answer that a desk confirms, with the paper that was seen."""

    confirmed_by = forms.CharField(
        label=_("The paper you saw"),
        help_text=_("Its kind, its date and who issued it."),
        max_length=200,
        error_messages={"required": _("Write which paper you saw: its kind, its date and who issued it.")},
    )
    use = forms.ChoiceField(
        label=_("What for"),
        widget=forms.RadioSelect,
        choices=Characteristic.Use,
        initial=Characteristic.Use.INCLUSION,
        error_messages={"required": _("Choose what it is for.")},
    )
