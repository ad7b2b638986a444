"""What the city's staff type about closing days."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.forms.places_by_name import PlaceField
from learningcity.catalogue.forms.workspace_dates import day_field


class ClosingDayForm(forms.Form):
    """A day on which a place is closed."""

    on = day_field(_("Day"))
    words = forms.CharField(
        label=_("What it is"),
        max_length=120,
        help_text=_("For example “Stocktaking”."),
        error_messages={"required": _("Say what it is, in a few words.")},
    )
    place = PlaceField(help_text=_("Leave it empty if every place of the city is closed."))
