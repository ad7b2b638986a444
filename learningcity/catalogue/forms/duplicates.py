"""What may be typed about offers that may be one."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.actions.duplicates_fields import RANKED
from learningcity.catalogue.models import Offer, Source

IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FIELD_LABELS = {
    "title": _("title"),
    "summary": _("summary"),
    "description": _("description"),
    "website": _("website"),
    "ages": _("ages"),
    "audience": _("for whom"),
    "level": _("level"),
    "field": _("theme"),
    "hours": _("hours"),
    "taught_in": _("languages of instruction"),
    "prices": _("prices"),
    "access": _("access"),
    "skills": _("skills"),
    "texts": _("words in other languages"),
}


class OfferAddressField(forms.CharField):
    """The address of an offer's page, or its identifier; becomes the offer."""

    def clean(self, value: Any) -> Offer:
        """Return the offer at an address."""
        found = IDENTIFIER.search(str(super().clean(value)).lower())
        offer = Offer.objects.filter(public_id=UUID(found[0])).first() if found else None
        if offer is None:
            raise ValidationError(_("There is no offer at this address. Copy it from the offer's page."))
        return offer


class TwoOffersForm(forms.Form):
    """Two offers that nobody proposed, and that somebody wants to compare."""

    first = OfferAddressField(
        label=_("Address of the first offer"),
        max_length=500,
        error_messages={"required": _("Give the address of the first offer's page.")},
    )
    second = OfferAddressField(
        label=_("Address of the second offer"),
        max_length=500,
        error_messages={"required": _("Give the address of the second offer's page.")},
    )


class RankForm(forms.Form):
    """How much a source's word counts."""

    source = forms.ModelChoiceField(
        label=_("Source"),
        queryset=Source.objects.order_by("name", "key"),
        to_field_name="key",
        empty_label=_("Choose a source."),
        error_messages={
            "required": _("Choose a source."),
            "invalid_choice": _("Choose a source from the list."),
        },
    )
    field = forms.ChoiceField(
        label=_("Field"),
        required=False,
        choices=[("", _("all others")), *((name, FIELD_LABELS[name]) for name in RANKED)],
        error_messages={"invalid_choice": _("Choose a field from the list.")},
    )
    rank = forms.IntegerField(
        label=_("Rank"),
        help_text=_("The source with the smallest number wins. Without a rank it counts as 100."),
        min_value=1,
        max_value=999,
        error_messages={
            "required": _("Give a number from 1 to 999."),
            "invalid": _("Give a number from 1 to 999."),
            "min_value": _("Give a number from 1 to 999."),
            "max_value": _("Give a number from 1 to 999."),
        },
    )
