"""What may be typed to act for another person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.core.actors import Channel

WAYS = [
    (Channel.DESK, _("at the desk")),
    (Channel.PHONE, _("on the phone")),
    (Channel.PAPER, _("in a letter or form on paper")),
]


class HelperChannelForm(forms.Form):
    """How the person's wish reached the helper."""

    through = forms.ChoiceField(
        label=_("Where is the person?"),
        widget=forms.RadioSelect,
        choices=WAYS,
        error_messages={"required": _("Say whether the person is at the desk, on the phone, or wrote.")},
    )

    def actor_channel(self) -> Channel:
        """Return the channel of what is done now."""
        return Channel(self.cleaned_data["through"])
