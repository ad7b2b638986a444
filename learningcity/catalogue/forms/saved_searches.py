"""What may be typed to keep a search."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.models import SavedSearch


class SaveSearchForm(forms.Form):
    """The name of a search, and how often somebody wants to hear of what is new."""

    label = forms.CharField(
        label=_("Name of the search"),
        max_length=200,
        error_messages={"required": _("Give the search a name.")},
    )
    rhythm = forms.ChoiceField(
        label=_("Tell me what is new"),
        choices=SavedSearch.Rhythm.choices,
        initial=SavedSearch.Rhythm.WEEKLY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how often."), "invalid_choice": _("Choose how often.")},
    )
