"""A place, typed by its name."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from learningcity.catalogue.queries.workspace import label_of_place, places_called
from learningcity.city.models import Venue


class PlaceField(forms.CharField):
    """The name of a place that the city knows; its cleaned value is the place, None if nothing was typed."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("label", gettext_lazy("Place"))
        more.setdefault("help_text", gettext_lazy("The name as on the page of the place."))
        super().__init__(
            required=False,
            max_length=300,
            widget=forms.TextInput(attrs={"list": "known-places", "autocomplete": "off"}),
            **more,
        )

    def clean(self, value: Any) -> Venue | None:
        """Return the place that is meant. Raises ValidationError with the places that may be meant."""
        words = str(super().clean(value)).strip()
        if not words:
            return None
        if "\0" in words:
            raise forms.ValidationError(_("Type the name of the place anew."))
        found = places_called(words)
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(
                _("The city knows no place of this name. Look at its spelling, or ask the city to enter it.")
            )
        names = pgettext("between names in a list", "; ").join(map(label_of_place, found))
        raise forms.ValidationError(
            _("Several places may be meant. Type one of them whole: %(places)s.") % {"places": names}
        )
