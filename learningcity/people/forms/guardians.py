"""What may be typed about children, guardians, courts' limits and ages."""

from collections.abc import Iterable, Sequence
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.people.actions.guardians import Standing
from learningcity.people.models import Guardianship, Person, Purpose
from learningcity.people.queries.ages import MAJORITY, Ages

ROLES_OF_FAMILY = [(role.value, role.label) for role in (Guardianship.Role.PARENT, Guardianship.Role.CARER)]
BORN_ON_WRONG = {
    "required": _("Give the date of birth with day, month and year."),
    "invalid": _("Give the date of birth with day, month and year."),
}
UNTIL_WRONG = {"invalid": _("Give the last day with day, month and year, or leave it empty.")}
EVERYTHING = "everything"


def day_input() -> forms.DateInput:
    """Return the input of a day."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ChildForm(forms.Form):
    """A child whom a parent enters."""

    name = forms.CharField(
        label=_("The child's name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the child's name.")},
    )
    born_on = forms.DateField(
        label=_("The child's date of birth"), widget=day_input(), error_messages=BORN_ON_WRONG
    )
    is_mine = forms.BooleanField(
        label=_("I am a parent of this child and may decide for it."),
        help_text=_("This is your own statement. Whoever says it without being a parent may be punished."),
        error_messages={"required": _("Only a parent can enter a child here. Others go to a desk.")},
    )


class JoinForm(forms.Form):
    """How somebody who was invited says which child they are to stand for."""

    code = forms.CharField(
        label=_("Code from the message"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the code from the message.")},
    )
    born_on = forms.DateField(
        label=_("The child's date of birth"), widget=day_input(), error_messages=BORN_ON_WRONG
    )


class InviteForm(forms.Form):
    """Whom a guardian asks to stand for the child, too."""

    email = forms.EmailField(
        label=_("The other person's e-mail address"),
        help_text=_("The code goes there. Check each letter: whoever has it needs only the date of birth."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Give the e-mail address."),
            "invalid": _("This is not an e-mail address. Give it like name@example.org."),
        },
    )
    role = forms.ChoiceField(
        label=_("The other person is"),
        widget=forms.RadioSelect,
        choices=ROLES_OF_FAMILY,
        error_messages={"required": _("Choose parent or carer.")},
    )


class DecideForm(forms.Form):
    """One decision of a guardian, as the buttons of the page send it."""

    act = forms.ChoiceField(choices=[(act, act) for act in ("block", "lift", "agree", "take_back")])
    purpose = forms.ChoiceField(choices=[("", ""), *Purpose.choices], required=False)


class StandingForm(forms.Form):
    """Who is to stand for a person, entered at the desk with the proof that was seen."""

    guardian = forms.ChoiceField(
        label=_("Who stands for this person"),
        help_text=_("You can choose among the people whom you looked up in the last two hours."),
        error_messages={
            "required": _("Choose who stands for this person. Look up that person first."),
            "invalid_choice": _("This page is no longer open at your desk. Look up that person again."),
        },
    )
    role = forms.ChoiceField(
        label=_("Role"),
        widget=forms.RadioSelect,
        choices=Guardianship.Role,
        error_messages={"required": _("Choose a role.")},
    )
    proof = forms.CharField(
        label=_("The paper you saw"),
        help_text=_("Its kind, its date and who issued it, for example: birth certificate, 3 May 2014."),
        max_length=200,
        error_messages={"required": _("Write which paper you saw: its kind, its date and who issued it.")},
    )
    until_on = forms.DateField(
        label=_("Last day, if the paper names one"),
        required=False,
        widget=day_input(),
        error_messages=UNTIL_WRONG,
    )

    def __init__(self, persons: Sequence[Person], data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.persons = {str(person.public_id): person for person in persons}
        choices = [(key, labelled(person)) for key, person in self.persons.items()]
        self.fields["guardian"].choices = [("", _("Choose a person")), *choices]  # type: ignore[attr-defined]

    def chosen(self) -> Person:
        """Return the person chosen."""
        return self.persons[self.cleaned_data["guardian"]]

    def standing(self) -> Standing:
        """Return role, proof and end, as the action takes them."""
        return Standing(**{key: self.cleaned_data[key] for key in ("role", "proof", "until_on")})


class ProofForm(forms.Form):
    """The paper that was seen at the desk."""

    proof = forms.CharField(
        label=_("The paper you saw"),
        help_text=_("Its kind, its date and who issued it, for example: court order, 3 May 2026."),
        max_length=200,
        error_messages={"required": _("Write which paper you saw: its kind, its date and who issued it.")},
    )


class CourtLimitForm(ProofForm):
    """What a court forbids a guardian."""

    purposes = forms.MultipleChoiceField(
        label=_("What the court forbids"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(EVERYTHING, _("everything")), *Purpose.choices],
        error_messages={"required": _("Choose what the court forbids, or everything.")},
    )
    until_on = forms.DateField(
        label=_("Last day, if the paper names one"),
        required=False,
        widget=day_input(),
        error_messages=UNTIL_WRONG,
    )
    field_order = ("purposes", "proof", "until_on")

    def limit(self) -> tuple[list[str], str, date | None]:
        """Return what is forbidden ("" for everything), the proof and the last day."""
        chosen = self.cleaned_data["purposes"]
        purposes = [""] if EVERYTHING in chosen else chosen
        return purposes, self.cleaned_data["proof"], self.cleaned_data["until_on"]


class AgesForm(forms.Form):
    """From which age a child may do what: two ages for each kind of act."""

    def __init__(self, ages: Iterable[Ages], data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        for one in ages:
            labels = {
                "with_consent_from": _("%(what)s: with consent from the age of"),
                "alone_from": _("%(what)s: alone from the age of"),
            }
            for key, words in labels.items():
                self.fields[f"{one.purpose}_{key}"] = age_field(
                    words % {"what": one.purpose.label}, getattr(one, key)
                )

    def ages(self) -> list[Ages]:
        """Return the ages as the action takes them."""
        data = self.cleaned_data
        return [
            Ages(purpose, data[f"{purpose}_with_consent_from"], data[f"{purpose}_alone_from"])
            for purpose in Purpose
        ]


def age_field(label: str, initial: int) -> forms.IntegerField:
    """Return the field of one age."""
    wrong = _("Give an age in whole years, from 0 to %(age)s.") % {"age": MAJORITY}
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MAJORITY,
        initial=initial,
        widget=forms.NumberInput(attrs={"class": "w8"}),
        error_messages={key: wrong for key in ("required", "invalid", "min_value", "max_value")},
    )


def labelled(person: Person) -> str:
    """Return how a person stands in a list: name and year of birth."""
    return f"{person.name} ({person.born_on.year})" if person.born_on else person.name
