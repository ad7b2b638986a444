"""What may be typed about forms on paper, and all consents as one form, on a screen or on paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.core import paper
from learningcity.core.drafts import DraftForm, register_form
from learningcity.core.forms import Continued
from learningcity.people.models import Purpose
from learningcity.people.queries.consents import ASKINGS

CONSENTS = "people.consents"
"""The key of the form with all consents."""


class PaperCodeForm(forms.Form):
    """The code at the top of a form on paper."""

    code = forms.CharField(
        label=_("Code of the paper form"),
        help_text=_("Twelve letters and digits, at the top of the paper. Spaces and dashes do not matter."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "dir": "ltr"}),
        error_messages={"required": _("Give the code that is printed on the paper.")},
    )


class AllConsentsForm(Continued):
    """One decision about each purpose; what is left out stays as it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for purpose, asking in ASKINGS.items():
            self.fields[purpose] = forms.ChoiceField(
                label=asking.sentence,
                help_text=asking.without,
                choices=[("yes", _("I agree")), ("no", _("I do not agree"))],
                widget=forms.RadioSelect,
                required=False,
            )
        if self.draft and not self.is_bound:
            self.fill(self.draft.data)

    def clean(self) -> dict[str, Any]:
        """Ask for one decision at least."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("Nothing is decided yet. Decide about one purpose or more."))
        return data

    def decisions(self) -> dict[str, bool]:
        """Return what was decided, by purpose."""
        return {purpose: said == "yes" for purpose, said in self.cleaned_data.items() if said}


def fill_twins() -> None:
    """Register the consents as a form that is kept and printed; at start-up."""
    register_form(DraftForm(CONSENTS, _("All consents"), "people:consents_all", Purpose.CONSENTS))
    paper.register(
        paper.PaperTwin(
            key=CONSENTS,
            label=_("Consents"),
            template="",
            entry_url_name="people:consents_all",
            form=AllConsentsForm,
            purpose=Purpose.CONSENTS,
            intro=_("You decide about each purpose alone. Nothing that you may do depends on it."),
        )
    )
