"""What may be typed to take places: who comes, who comes along, what is done about overlaps."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from learningcity.core import paper
from learningcity.core.drafts import DraftForm, register_form
from learningcity.core.forms import Continued
from learningcity.enrolment.models import Intake, Party
from learningcity.people.models import Purpose

ENROL = "enrolment.enrol"
"""The key of the form with which places are taken, on a screen or on paper."""

Choice = tuple[str, str]


class EnrolForm(Continued):
    """Who comes, with how many companions, and whether all of them or nobody."""

    who = forms.MultipleChoiceField(
        label=gettext_lazy("Who comes?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose from the list who comes.")},
    )
    companions = forms.IntegerField(
        label=gettext_lazy("How many people come along to help?"),
        required=False,
        min_value=0,
        max_value=500,
        error_messages={"invalid": gettext_lazy("Give a number, like 1.")},
    )
    way = forms.ChoiceField(
        label=gettext_lazy("If there are not enough places for all of you"),
        widget=forms.RadioSelect,
        choices=Party.Way,
        initial=Party.Way.ALL,
        required=False,
    )

    waits = forms.BooleanField(
        label=gettext_lazy("If all places are taken, put me on the waiting list."), required=False
    )

    def __init__(self, *args: Any, intake: Intake, people: Sequence[Choice] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.shape(intake)
        if self.draft and not self.is_bound:
            self.fill(self.draft.data)

    def shape(self, intake: Intake) -> None:
        """Ask only what has an answer here."""
        if len(self.people) > 1:
            self.fields["who"].choices = self.people  # type: ignore[attr-defined]
            self.fields["who"].initial = [self.people[0][0]]
        else:
            del self.fields["who"]
        if len(self.people) < 2 or intake.largest_party < 2:
            del self.fields["way"]
        if intake.most_companions:
            self.fields["companions"].help_text = companions_words(intake)
        else:
            del self.fields["companions"]

        # On a screen one sees whether a place is left; on paper one said beforehand what to do if none is.
        if not self.paper:
            del self.fields["waits"]

    @property
    def is_to_wait(self) -> bool:
        """Whether whoever finds no place joins the waiting list: on paper only if it was ticked."""
        return not self.paper or bool(self.cleaned_data.get("waits"))

    def chosen(self) -> list[str]:
        """Return the opaque ids of those who come; the only one where nobody was asked."""
        said = self.cleaned_data
        if "who" not in self.fields:
            return [key for key, _label in self.people]
        return list(dict.fromkeys(said.get("who", [])))

    def way_chosen(self) -> str:
        """Return whether all of them come or as many as there are places."""
        return self.cleaned_data.get("way") or Party.Way.ALL

    def companions_of(self, number: int, most: int) -> list[int]:
        """Return how many come along with each of so many people; what is too much stands with the first.

        >>> form = EnrolForm.__new__(EnrolForm)
        >>> form.cleaned_data = {"companions": 4}
        >>> form.companions_of(2, 1)
        [3, 1]
        """
        left = self.cleaned_data.get("companions") or 0
        shares = []
        for _one in range(number):
            shares.append(min(left, most))
            left -= shares[-1]
        if shares:
            shares[0] += left
        return shares


def companions_words(intake: Intake) -> str:
    """Return what holds for those who come along."""
    most = ngettext(
        "Each person may bring %(most)s companion or assistant.",
        "Each person may bring %(most)s companions or assistants.",
        intake.most_companions,
    ) % {"most": intake.most_companions}
    if intake.companions_take_places:
        return _("%(most)s They take places, too.") % {"most": most}
    return _("%(most)s They take no place away from learners.") % {"most": most}


class PaperEnrolForm(forms.Form):
    """What is asked on paper; a desk enters it on the page of the form."""

    name = forms.CharField(label=gettext_lazy("Name of the person who comes"))
    born_on = forms.DateField(
        label=gettext_lazy("Date of birth"),
        required=False,
        help_text=gettext_lazy("Only if this is for a certain age."),
    )
    companions = forms.IntegerField(label=gettext_lazy("How many people come along to help?"), required=False)
    waits = forms.BooleanField(
        label=gettext_lazy("If all places are taken, put me on the waiting list."), required=False
    )


class OverlapForm(forms.Form):
    """What is done about each enrolment at an overlapping time."""

    CHOICES = (
        ("keep", gettext_lazy("Keep both: I shall be late at one, or leave one early.")),
        ("swap", gettext_lazy("Swap: give back the earlier one and take this.")),
        ("stop", gettext_lazy("Stop: keep the earlier one and do not take this.")),
    )

    def __init__(self, *args: Any, overlaps: Sequence[tuple[str, str, str]] = (), **kwargs: Any) -> None:
        """Ask about overlaps: a name of the input, a label, a sentence."""
        super().__init__(*args, **kwargs)
        for name, label, sentence in overlaps:
            self.fields[name] = forms.ChoiceField(
                label=label,
                help_text=sentence,
                choices=self.CHOICES,
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Choose keep, swap or stop.")},
            )


def fill_forms() -> None:
    """Register the form that is kept for later and printed; at start-up."""
    register_form(DraftForm(ENROL, gettext_lazy("Take a place"), "enrolment:enrol", Purpose.PLACES))
    paper.register(
        paper.PaperTwin(
            key=ENROL,
            label=gettext_lazy("Take a place"),
            template="enrolment/paper_enrol.html",
            entry_url_name="enrolment:enrol",
            form=PaperEnrolForm,
            purpose=Purpose.PLACES,
            entry_takes=("subject",),
            intro=gettext_lazy(
                "Nothing is booked yet. The place is taken when a desk enters this form; if all places are"
                " taken then, the waiting list counts from that moment."
            ),
        )
    )
