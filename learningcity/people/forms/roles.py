"""What may be typed about roles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.people.models import Membership, Organisation
from learningcity.people.permissions.roles import roles_for

DAY_WRONG = _("Give the day like 2026-11-23.")


class DayInput(forms.DateInput):
    """A day, asked for by the calendar of the device."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class EndForm(forms.Form):
    """Until when somebody has a role."""

    until_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty if the role has no end."),
        widget=DayInput(),
        error_messages={"invalid": DAY_WRONG},
    )


class RoleForm(EndForm):
    """Which role somebody has, and until when."""

    field_order = ("role", "until_on")

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Membership.Role,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a role.")},
    )

    def __init__(self, *given: Any, organisation: Organisation, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["role"].choices = [(role.value, role.label) for role in roles_for(organisation)]  # type: ignore[attr-defined]


class RoleFilterForm(forms.Form):
    """Whose rights the list shows."""

    q = forms.CharField(label=_("Name of the organisation"), required=False, max_length=100)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("every role")), *Membership.Role.choices]
    )
    organisation = forms.UUIDField(required=False, widget=forms.HiddenInput)


class HatForm(forms.Form):
    """In which role somebody acts from now on; "self" for none."""

    hat = forms.RegexField(regex=r"^(self|[0-9a-f-]{36})$", max_length=36)
