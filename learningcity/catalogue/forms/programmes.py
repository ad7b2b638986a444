"""What may be typed about a festival or campaign."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

DAY = {"required": _("Give the day."), "invalid": _("This is no day. Write it as 2027-05-31.")}


class ProgrammeForm(forms.Form):
    """What a programme says of itself."""

    title = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Give the programme a name.")}
    )
    summary = forms.CharField(
        label=_("In two sentences"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    from_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}), error_messages=DAY
    )
    until_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}), error_messages=DAY
    )


class FindForm(forms.Form):
    """Words by which offers are found for a programme."""

    q = forms.CharField(label=_("Find offers by words"), max_length=200, required=False)
