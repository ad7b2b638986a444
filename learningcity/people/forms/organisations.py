"""What may be typed about organisations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.people.models import Organisation


class OrganisationForm(forms.Form):
    """The particulars of an organisation; only administrators of the city are asked for the kind."""

    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Give the name of the organisation.")}
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Organisation.Kind,
        help_text=_("Who has a role in a part of the city is a member of its staff."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        error_messages={
            "invalid": _("This is not an e-mail address. Give it like name@example.org."),
        },
    )
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=40)
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={
            "invalid": _("This is not the address of a website. Give it like https://example.org.")
        },
    )

    def __init__(self, *given: Any, with_kind: bool = True, **more: Any) -> None:
        super().__init__(*given, **more)
        if not with_kind:
            del self.fields["kind"]


class NewOrganisationForm(OrganisationForm):
    """The particulars of an organisation that the city enters."""


class OrganisationFilterForm(forms.Form):
    """Which organisations the list shows."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("every kind")), *Organisation.Kind.choices]
    )
    alone = forms.BooleanField(label=_("Only those without an administrator"), required=False)
