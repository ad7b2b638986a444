"""What may be typed about how places are given: every setting with its help."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from learningcity.enrolment.actions.intakes import CriterionDraft, IntakeDraft
from learningcity.enrolment.actions.leaving import CallOffReason
from learningcity.enrolment.models import Criterion, Intake

MOMENT = "%Y-%m-%dT%H:%M"
MOST_CRITERIA = 12
NOT_ANSWERED = _("Give a number.")


def moment(label: object, help_text: object) -> forms.DateTimeField:
    """Return an input for a moment on the city's clock."""
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=False,
        input_formats=[MOMENT, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        error_messages={"invalid": _("Give a day and a time, like 2026-12-24 18:30.")},
    )


def number(label: object, help_text: object, *, least: int, most: int, **more: Any) -> forms.IntegerField:
    """Return an input for a whole number."""
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput(attrs={"class": "w8"}),
        error_messages={"invalid": NOT_ANSWERED, "required": NOT_ANSWERED},
        **more,
    )


class IntakeForm(forms.Form):
    """All settings of an intake."""

    places = number(
        _("How many places?"), _("Leave it empty if everybody finds room."), least=0, most=1_000_000,
        required=False,
    )  # fmt: skip
    opens_at = moment(_("Enrolment opens"), _("Empty: at once."))
    closes_at = moment(_("Enrolment ends"), _("Empty: when it begins."))
    rule = forms.ChoiceField(
        label=_("How are places given?"),
        help_text=_("The rule is published and stays as it is once somebody stands on the list."),
        choices=Intake.Rule,
        widget=forms.RadioSelect,
    )
    draws_at = moment(_("When is the order drawn?"), _("Only for a draw, or a list by need."))
    answer_hours = number(
        _("Hours to answer when a place becomes free"),
        _("Then the place is offered to the next one."), least=1, most=24 * 60,
    )  # fmt: skip
    hold_minutes = number(
        _("Minutes for which a place is held while the form is open"), "", least=1, most=240
    )
    minimum = number(
        _("Smallest number for it to take place"),
        _("0: it takes place in any case. With fewer, you are asked on the day of the decision."),
        least=0, most=1_000_000,
    )  # fmt: skip
    decide_on = forms.DateField(
        label=_("Day of the decision"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Give a day, like 2026-12-24.")},
    )
    largest_party = number(_("Largest group that may enrol at once"), "", least=1, most=500)
    most_companions = number(
        _("Companions that one person may bring"), _("Assistants, for example. 0: none."), least=0, most=50
    )
    companions_take_places = forms.BooleanField(label=_("Companions take places, too"), required=False)
    allows_guests = forms.BooleanField(
        label=_("People can enrol without an account"),
        help_text=_("By a link in one message; nothing counts before it is used."),
        required=False,
    )
    checks_age = forms.BooleanField(
        label=_("The ages of the offer are checked"),
        help_text=_("On the first day. Who is too young or too old is told so, with other offers."),
        required=False,
    )
    cancel_hours = number(
        _("Hours before the beginning until which a place is given back in time"),
        _("0: until it begins."), least=0, most=24 * 365,
    )  # fmt: skip
    completing = forms.ChoiceField(
        label=_("When has somebody completed it?"), choices=Intake.Completing, widget=forms.RadioSelect
    )
    completing_percent = number(
        _("Share of the sessions, in percent"), _("Only where a share counts."), least=1, most=100
    )

    def draft(self, criteria: Iterable[CriterionDraft]) -> IntakeDraft:
        """Return the settings that were typed."""
        return IntakeDraft(**self.cleaned_data, criteria=tuple(criteria))


class CriterionForm(forms.Form):
    """One published reason for which somebody comes earlier; a row without words is left out."""

    words = forms.CharField(
        label=_("Reason, as it is published"), max_length=200, required=False,
        help_text=_("Leave it empty to take the reason off."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("How it is found out"), choices=Criterion.Kind, required=False)
    least = number(_("From age"), "", least=0, most=150, required=False)
    most = number(_("Up to age"), "", least=0, most=150, required=False)
    area = forms.CharField(
        label=_("Area"), max_length=80, required=False, help_text=_("As in its address: wards:W05000123")
    )
    points = number(_("Points"), _("More points come earlier."), least=0, most=1000, required=False)
    from_on = forms.DateField(
        label=_("Holds from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until_on = forms.DateField(
        label=_("Holds until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask for points and a first day where there is a reason."""
        said = super().clean() or self.cleaned_data
        if said.get("words"):
            for name, sentence in (
                ("points", _("Give the points that the reason counts.")),
                ("from_on", _("Give the first day on which the reason holds.")),
                ("kind", _("Choose how it is found out.")),
            ):
                if said.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, sentence)
        return said

    def draft(self) -> CriterionDraft | None:
        """Return the reason, none for an empty row."""
        said = dict(self.cleaned_data)
        if not said.get("words"):
            return None
        key = said.pop("key") or slugify(said["words"])[:40] or said["kind"]
        return CriterionDraft(key=key, **said)


CriterionRows = forms.formset_factory(
    CriterionForm, extra=2, max_num=MOST_CRITERIA, absolute_max=MOST_CRITERIA
)


class DecisionForm(forms.Form):
    """Whether it takes place."""

    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        choices=[
            (Intake.Decision.GO, _("It takes place.")),
            (Intake.Decision.POSTPONED, _("It is postponed. Everybody keeps their place.")),
            (Intake.Decision.CANCELLED, _("It is called off. All enrolments end, for good.")),
        ],
        error_messages={"required": _("Choose one of the three.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Everybody reads it. If you leave it empty, we say that too few people are enrolled."),
        max_length=300,
        required=False,
    )
    is_sure = forms.BooleanField(label=_("I know that calling it off cannot be taken back."), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask once more before everything ends."""
        said = super().clean() or self.cleaned_data
        if said.get("decision") == Intake.Decision.CANCELLED and not said.get("is_sure"):
            self.add_error("is_sure", _("Tick this to call it off."))
        return said


class PeopleFilterForm(forms.Form):
    """Whom of those enrolled to show."""

    q = forms.CharField(label=_("Name"), max_length=100, required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, states: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("All who are enrolled or wait")), *states]  # type: ignore[attr-defined]


class CallOffForm(forms.Form):
    """Why the enrolment of one person is ended."""

    reason = forms.ChoiceField(
        label=_("Why do you end it?"),
        help_text=_("The person is told the reason that you choose."),
        choices=CallOffReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason. The person reads it.")},
    )
