"""What may be typed to look somebody up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.core.actors import Channel
from learningcity.people.models import Lookup
from learningcity.people.queries.lookups import Wanted

CHANNELS = {
    Lookup.Reason.AT_DESK: Channel.DESK,
    Lookup.Reason.CALLED: Channel.PHONE,
    Lookup.Reason.LETTER: Channel.PAPER,
}


class ReasonForm(forms.Form):
    """Why somebody is looked up."""

    reason = forms.ChoiceField(
        label=_("Why do you look somebody up?"),
        help_text=_("The person can read the reason and your organisation."),
        widget=forms.RadioSelect,
        choices=Lookup.Reason,
        error_messages={"required": _("Say why you look somebody up.")},
    )
    words = forms.CharField(label=_("The other reason in a few words"), required=False, max_length=200)

    def channel(self) -> Channel:
        """Return through which channel the person came, as the reason tells it."""
        return CHANNELS.get(Lookup.Reason(self.cleaned_data["reason"]), Channel.WEB)

    def why(self) -> dict[str, str]:
        """Return the reason as the actions take it."""
        return {"reason": self.cleaned_data["reason"], "words": self.cleaned_data["words"]}


class LookupForm(ReasonForm):
    """Whom a helper looks for."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("The whole name; with the date of birth, the beginning of it is enough."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    born_on = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Give the date of birth with day, month and year.")},
    )
    contact = forms.CharField(
        label=_("Or: e-mail address or phone number"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    code = forms.CharField(
        label=_("Or: code on a paper of the person"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("name", "born_on", "contact", "code", "reason", "words")

    def clean(self) -> dict[str, Any]:
        """Ask for something to look for."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not (data.get("name") or data.get("contact") or data.get("code")):
            self.add_error("name", _("Give a name, an e-mail address, a phone number or a code."))
        return data

    def wanted(self) -> Wanted:
        """Return whom the helper looks for."""
        return Wanted(**{key: self.cleaned_data[key] for key in ("name", "born_on", "contact", "code")})
