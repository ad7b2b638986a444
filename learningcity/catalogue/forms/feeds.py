"""What may be typed about a feed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.importers import LAYOUTS
from learningcity.catalogue.models import Source
from learningcity.core.forms import Continued


class OwnSourceForm(forms.Form):
    """Under which licence what is entered in the workspaces may be passed on."""

    licence = forms.CharField(
        label=_("Licence"),
        max_length=120,
        help_text=_("One that lets anybody pass records on, such as CC0-1.0 or CC BY 4.0."),
        error_messages={"required": _("Give the licence.")},
    )
    attribution = forms.CharField(label=_("Line that the licence asks for"), required=False, max_length=300)


class FeedForm(Continued):
    """A feed: where it is read, what it is, whose it is, how often it is read."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("As it is called on pages."),
        error_messages={"required": _("Give the feed a name.")},
    )
    key = forms.SlugField(
        label=_("Key"),
        max_length=40,
        help_text=_("Letters, digits and hyphens. It stays for ever: links and identifiers are made of it."),
        error_messages={
            "required": _("Give the feed a key."),
            "invalid": _("Use letters, digits, hyphens and underscores only."),
        },
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Where the feed is read, with https://."),
        error_messages={"required": _("Give the address of the feed.")},
    )
    layout = forms.ChoiceField(
        label=_("Layout"),
        choices=[(key, layout.label) for key, layout in LAYOUTS.items()],
        help_text=_("What the publisher calls the format. The guide says how each is read."),
    )
    owner = forms.CharField(
        label=_("Owner"),
        required=False,
        max_length=200,
        help_text=_("Who answers for it. An organisation with exactly this name is linked."),
    )
    licence = forms.CharField(label=_("Licence"), required=False, max_length=120)
    attribution = forms.CharField(label=_("Line that the licence asks for"), required=False, max_length=300)
    rhythm = forms.TypedChoiceField(
        label=_("How often it is read"), choices=Source.Rhythm, coerce=int, initial=Source.Rhythm.DAILY
    )
    most_gone = forms.IntegerField(
        label=_("Share that may go at once, in percent"),
        min_value=0,
        max_value=100,
        initial=20,
        help_text=_("If a reading would withdraw more offers of this feed, it stops and asks."),
        error_messages={
            "required": _("Give a share from 0 to 100."),
            "invalid": _("Give a whole number from 0 to 100."),
            "min_value": _("Give a share from 0 to 100."),
            "max_value": _("Give a share from 0 to 100."),
        },
    )
    language = forms.CharField(
        label=_("Language of words that name none"),
        required=False,
        max_length=12,
        help_text=_("A code such as en or cy. Empty: the city's first language."),
    )
    time_zone = forms.CharField(
        label=_("Time zone of times that name none"),
        required=False,
        max_length=60,
        help_text=_("Such as Europe/London. Empty: that of the layout, else the city's."),
    )

    def __init__(self, *given: Any, with_key: bool = True, **more: Any) -> None:
        super().__init__(*given, **more)
        if not with_key:
            del self.fields["key"]
