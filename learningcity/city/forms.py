"""What may be asked of the city's pages: filters, kept in the address."""

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.city.models import Venue


class PlaceFilter(forms.Form):
    """Which places the list shows."""

    kind = forms.ChoiceField(label=_("Kind of place"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)

    def __init__(self, data: object, *, counts: Mapping[str, int], areas: Iterable[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="place-%s")
        kinds = [(kind, f"{label} ({counts.get(kind, 0)})") for kind, label in Venue.Kind.choices]
        self.fields["kind"].choices = [("", _("Every kind")), *kinds]
        self.fields["area"].choices = [("", _("The whole city")), *areas]
        if len(self.fields["area"].choices) == 1:
            del self.fields["area"]


class AccessFilter(forms.Form):
    """To which kind of place, and for which groups of people."""

    kind = forms.ChoiceField(label=_("Kind of place"), required=False)
    group = forms.ChoiceField(label=_("Groups of people"), required=False)

    def __init__(
        self, data: object, *, kinds: Iterable[tuple[str, object]], tables: Iterable[tuple[str, str]]
    ) -> None:
        super().__init__(data, auto_id="access-%s")
        self.fields["kind"].choices = list(kinds)
        self.fields["group"].choices = list(tables)
        if not self.fields["group"].choices:
            del self.fields["group"]
