"""What may be said about oneself in a list by need."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.core.actors import Actor
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.enrolment.queries.reasons import sayable


class ReasonsForm(forms.Form):
    """Which of the published reasons hold that the city's records do not know."""

    reasons = forms.MultipleChoiceField(
        label=_("What holds for you?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, enrolment: Enrolment, by: Actor, at: datetime, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"reasons": [one["key"] for one in enrolment.met]})
        super().__init__(*args, **kwargs)
        choices = [(one.key, one.words) for one in sayable(enrolment.intake, by, at)]
        self.fields["reasons"].choices = choices  # type: ignore[attr-defined]
        intake = enrolment.intake
        is_open = intake.rule == Intake.Rule.PRIORITY and intake.drawn_at is None
        self.can_say = bool(choices) and is_open and enrolment.state == Enrolment.State.WAITING
