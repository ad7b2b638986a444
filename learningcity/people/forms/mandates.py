"""What may be typed about mandates."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.core.actors import Channel
from learningcity.core.paper import in_groups
from learningcity.people.forms.acting import HelperChannelForm
from learningcity.people.models import Mandate, Organisation, Purpose
from learningcity.people.queries.mandates import ALLOWED


class TermsForm(forms.Form):
    """What a mandate allows, and for how long."""

    purposes = forms.MultipleChoiceField(
        label=_("What may the helper do?"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(purpose.value, purpose.label) for purpose in ALLOWED],
        error_messages={"required": _("Choose one or more.")},
    )
    days = forms.TypedChoiceField(
        label=_("For how long?"),
        widget=forms.RadioSelect,
        choices=Mandate.Days,
        coerce=int,
        error_messages={"required": _("Choose one of the times.")},
    )

    def terms(self) -> dict[str, Any]:
        """Return the terms as the actions take them."""
        return {"purposes": self.cleaned_data["purposes"], "days": self.cleaned_data["days"]}


class GiveForm(TermsForm):
    """A person lets an organisation help."""

    organisation = forms.ChoiceField(label=_("Who may help?"))
    field_order = ("organisation", "purposes", "days")

    def __init__(
        self,
        organisations: Iterable[Organisation],
        purposes: Iterable[Purpose],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purposes"].choices = [(one.value, one.label) for one in purposes]  # type: ignore[attr-defined]
        self.organisations = {str(one.public_id): one for one in organisations}
        choices = [("", _("Choose")), *((key, one.name) for key, one in self.organisations.items())]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]
        self.fields["organisation"].error_messages["required"] = _("Choose who may help.")

    def chosen(self) -> Organisation:
        """Return the organisation that may help."""
        return self.organisations[self.cleaned_data["organisation"]]


class AskForm(TermsForm):
    """A helper asks a person for a mandate, in one of three ways."""

    way = forms.ChoiceField(
        label=_("How does the person agree?"),
        widget=forms.RadioSelect,
        choices=[
            (Mandate.Way.CODE, _("with a code: we send it now, the person tells it to you")),
            (Mandate.Way.PAPER, _("on paper: it is signed, and you attach a scan")),
            (Mandate.Way.SCREEN, _("later, on their own page")),
        ],
        error_messages={"required": _("Say how the person agrees.")},
    )
    paper_number = forms.CharField(
        label=_("Number on the paper"),
        help_text=_("Only on paper."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scan = forms.FileField(
        label=_("Scan of the paper"),
        help_text=_("Only on paper. PDF, JPEG or PNG, at most 5 MB. Place data are removed."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={"empty": _("The file is empty. Choose the file again.")},
    )
    field_order = ("purposes", "days", "way", "paper_number", "scan")

    def __init__(self, *args: Any, paper: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if paper:
            self.initial.update(way=Mandate.Way.PAPER, paper_number=in_groups(paper[:40]))

    def clean(self) -> dict[str, Any]:
        """Ask for the paper where the mandate is given on paper."""
        data = super().clean() or self.cleaned_data
        if data.get("way") == Mandate.Way.PAPER:
            if not data.get("paper_number"):
                self.add_error("paper_number", _("Give the number that is printed on the paper."))
            if not data.get("scan") and "scan" not in self.errors:
                self.add_error("scan", _("Choose the scan of the signed paper."))
        return data


class EndForm(HelperChannelForm):
    """How the person said that a mandate ends; `paper` is the code of the reply that came back."""

    paper = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, paper: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["through"].label = _("How did the person say so?")
        if paper:
            self.initial.update(through=Channel.PAPER, paper=paper[:40])
