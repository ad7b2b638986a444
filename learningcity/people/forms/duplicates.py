"""What may be typed about entries that are one person."""

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learningcity.people.actions.merging import Proofs
from learningcity.people.models import Merge
from learningcity.people.queries.codes import tidy_code
from learningcity.people.queries.duplicates import DROPPED, KEPT, Difference, MergePreview


class MergeForm(forms.Form):
    """Whose value stands for each conflict and, at a desk, which documents were seen."""

    def __init__(self, *given: Any, preview: MergePreview, is_at_desk: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        self.conflicts = [one.key for one in preview.conflicts]
        for conflict in preview.conflicts:
            self.fields[conflict.key] = forms.ChoiceField(
                label=conflict.label,
                widget=forms.RadioSelect,
                choices=list(zip((KEPT, DROPPED), both_words(conflict, is_at_desk=is_at_desk), strict=True)),
                error_messages={"required": _("Choose which of the two stands.")},
            )
        if is_at_desk:
            self.fields["proof_of_kept"] = document_field(_("Document you saw for the entry that stays"))
            self.fields["proof_of_dropped"] = document_field(_("Document you saw for the entry that goes"))

    def choices(self) -> dict[str, str]:
        """Return whose value stands, by conflict."""
        return {key: self.cleaned_data[key] for key in self.conflicts}

    def proofs(self) -> Proofs:
        """Return the documents that were seen."""
        said = self.cleaned_data
        return Proofs(of_kept=said.get("proof_of_kept", ""), of_dropped=said.get("proof_of_dropped", ""))


def both_words(conflict: Difference, *, is_at_desk: bool) -> tuple[str, str]:
    """Return what the two entries say, as the reader may see it."""
    if conflict.said_on is None or not is_at_desk:
        return conflict.kept, conflict.dropped
    # What somebody said of themselves is not for staff to read; when it was said is enough to choose.
    days = [date_format(day, "DATE_FORMAT") for day in conflict.said_on]
    return (
        _("What the entry that stays says, of %(day)s") % {"day": days[0]},
        _("What the entry that goes says, of %(day)s") % {"day": days[1]},
    )


def document_field(label: str) -> forms.ChoiceField:
    """Return a field for the kind of an identity document."""
    return forms.ChoiceField(
        label=label,
        help_text=_("Only its kind is kept, never its number."),
        choices=[("", _("Choose")), *Merge.Document.choices],
        error_messages={"required": _("Say which document you saw. Without one, do not merge.")},
    )


class SecondAccountForm(forms.Form):
    """The e-mail address or phone number of a second account."""

    contact = forms.CharField(
        label=gettext_lazy("E-mail address or phone number of your other account"),
        help_text=gettext_lazy("One that you have confirmed there. We send a code to it."),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Give the e-mail address or phone number of your other account.")
        },
    )


class SecondAccountCodeForm(forms.Form):
    """The code that was sent to the other account."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Six figures. It comes within a minute and holds for 15 minutes."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": gettext_lazy("Give the six figures of the code.")},
    )

    def clean_code(self) -> str:
        """Return the code without the spaces with which people type it."""
        return tidy_code(self.cleaned_data["code"])
