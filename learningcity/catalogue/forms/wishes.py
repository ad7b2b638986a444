"""What may be typed as a wish, a suggestion, a report of an error, and an answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.models import Feedback, Offer
from learningcity.city.models import Area


class AreaField(forms.ModelChoiceField):
    """An area by the name that residents use."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name in the reader's language."""
        return str(obj.local_name)


class WishForm(forms.Form):
    """Something somebody would like to learn."""

    words = forms.CharField(
        label=_("I want to learn …"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say in a few words what you want to learn.")},
    )
    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=Offer.Field.choices,
        initial=Offer.Field.UNKNOWN,
        error_messages={"invalid_choice": _("Choose a theme from the list.")},
    )
    area = AreaField(
        label=_("Near where?"),
        required=False,
        empty_label=_("anywhere"),
        queryset=Area.objects.none(),
        error_messages={"invalid_choice": _("Choose an area from the list.")},
    )
    keeps_words = forms.BooleanField(
        label=_("Those who plan may read my words"),
        help_text=_("If not, we only count the theme and the area. Write nothing about yourself."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Area.objects.filter(area_set__purpose="names").order_by("area_set__position", "name")
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]


class FeedbackForm(forms.Form):
    """A suggestion or a report of an error."""

    words = forms.CharField(
        label=_("What is missing or wrong?"),
        help_text=_("Say what it should be, and how we can check it. At most 2,000 signs."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        error_messages={"required": _("Say what is missing or wrong.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address, if you want an answer"),
        help_text=_("We use it for the answer only and delete it 30 days later."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("This is no e-mail address. Correct it, or leave it empty.")},
    )


class FeedbackAnswerForm(forms.Form):
    """What the sender of a message is told."""

    state = forms.ChoiceField(
        label=_("What came of it?"),
        choices=[
            (Feedback.State.DONE, _("We changed it")),
            (Feedback.State.DECLINED, _("We did not change it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one answer.")},
    )
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"required": _("Write a sentence: the sender reads it, if they left an address.")},
    )
