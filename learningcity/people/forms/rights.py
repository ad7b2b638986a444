"""What may be typed about one's own data: consents, corrections, the choice of a download, an erasure."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from learningcity.people.queries.corrections import BORN_ON, NAME, correctable

WORD = _("erase")


def parts() -> list[tuple[str, object]]:
    """Return what may be corrected, as choices."""
    return list(correctable().items())


class ConsentForm(forms.Form):
    """One decision about one purpose."""

    purpose = forms.CharField(max_length=16)
    is_given = forms.TypedChoiceField(
        choices=[("yes", _("Agree")), ("no", _("Do not agree"))], coerce=lambda word: word == "yes"
    )


class CorrectionForm(forms.Form):
    """What is wrong, and what would be right."""

    what = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=parts,
        error_messages={
            "required": _("Choose what is wrong."),
            "invalid_choice": _("Choose from the list what is wrong."),
        },
    )
    wanted = forms.CharField(
        label=_("What would be right?"),
        help_text=_("Say what should stand there, and how the city can check it. At most 500 signs."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"required": _("Say what would be right.")},
    )


class CorrectionAnswerForm(forms.Form):
    """What the city answers, and the corrected value where it is about name or date of birth."""

    is_done = forms.TypedChoiceField(
        label=_("Your answer"),
        choices=[("yes", _("It is corrected")), ("no", _("It is not corrected"))],
        widget=forms.RadioSelect,
        coerce=lambda word: word == "yes",
        error_messages={"required": _("Choose one answer.")},
    )
    name = forms.CharField(label=_("Corrected name"), max_length=200, required=False)
    born_on = forms.DateField(
        label=_("Corrected date of birth"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Give the date with day, month and year.")},
    )
    answer = forms.CharField(
        label=_("In words"),
        help_text=_("The person reads this. Say what you did and why. At most 500 signs."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say it in words.")},
    )

    def __init__(self, what: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (NAME, BORN_ON):
            if field != what:
                del self.fields[field]


class DownloadForm(forms.Form):
    """In which form somebody takes their data away."""

    form = forms.ChoiceField(
        label=_("In which form?"),
        choices=[
            ("html", _("To read: one page that every browser opens")),
            ("json", _("For machines: one JSON file")),
            ("zip", _("Everything: both, and every file such as a scanned mandate, in one ZIP file")),
        ],
        initial="html",
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one form."),
            "invalid_choice": _("Choose one form of the list."),
        },
    )


class ErasureForm(forms.Form):
    """The word that shows that somebody means it."""

    word = forms.CharField(
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type the word.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].label = _now("Type the word “%(word)s”") % {"word": WORD}

    def clean_word(self) -> str:
        """Refuse another word."""
        word = self.cleaned_data["word"].strip().casefold()
        if word != str(WORD).casefold():
            raise forms.ValidationError(_now("Type exactly: %(word)s") % {"word": WORD})
        return word
