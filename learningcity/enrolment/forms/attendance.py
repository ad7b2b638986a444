"""What may be typed about presence: the list of a date, a correction, a code, what was completed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.core import paper
from learningcity.core.paper.keeping import FORM_TEMPLATE
from learningcity.enrolment.actions.attendance import LONGEST_REASON, Entry
from learningcity.enrolment.models import Attendance
from learningcity.enrolment.queries.attendance import SHEET, ListRow, SessionList, entry_seen

MOST_MINUTES = 24 * 60 * 31


class ReasonForm(forms.Form):
    """Why something is changed that was entered before."""

    reason = forms.CharField(
        label=_("Reason, if you change what was entered before"),
        help_text=_("One sentence. The person can read it."),
        required=False,
        max_length=LONGEST_REASON,
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the list on the page: who, what was entered, and the inputs."""

    row: ListRow
    state: forms.BoundField
    minutes: forms.BoundField
    seen: str


class ListForm(ReasonForm):
    """The list of a date: a state for each person; who is left without one stays as they are."""

    def __init__(self, *given: Any, found: SessionList, **more: Any) -> None:
        super().__init__(*given, **more)
        self.found = found
        for row in found.rows:
            entry, key = row.entry, row.enrolment.public_id.hex
            self.fields[f"state_{key}"] = forms.ChoiceField(
                label=row.name,
                choices=Attendance.State.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=entry.state if entry else None,
            )
            self.fields[f"minutes_{key}"] = forms.IntegerField(
                label=_("Minutes, for a part of the time"),
                required=False,
                min_value=1,
                max_value=MOST_MINUTES,
                initial=entry.minutes if entry else None,
            )
            self.fields[f"seen_{key}"] = forms.CharField(required=False, max_length=80)
        # The reason comes last, after the people.
        self.order_fields([name for name in self.fields if name != "reason"])

    def lines(self) -> Iterator[Choice]:
        """Yield the lines of the list as the page shows them."""
        for row in self.found.rows:
            key = row.enrolment.public_id.hex
            yield Choice(row, self[f"state_{key}"], self[f"minutes_{key}"], row.seen)

    def entries(self) -> list[Entry]:
        """Return what was entered; with the button for all who are left, these are present."""
        rest = Attendance.State.PRESENT if "rest" in self.data else ""
        said = self.cleaned_data
        return [
            Entry(
                row.enrolment.public_id,
                state,
                said.get(f"minutes_{key}") if state == Attendance.State.PART else None,
                said.get(f"seen_{key}", ""),
            )
            for row in self.found.rows
            for key in [row.enrolment.public_id.hex]
            if (state := said.get(f"state_{key}") or rest)
        ]

    def again(self, found: SessionList) -> "ListForm":
        """Return the form over the list as it is now: with what was typed, and else what others entered."""
        typed = {"reason": self.data.get("reason", "")}
        for row in found.rows:
            typed |= self.kept(row)
        return ListForm(typed, found=found)

    def kept(self, row: ListRow) -> Mapping[str, Any]:
        """Return the inputs of a line: typed ones, or those of the entry if nothing was changed."""
        key = row.enrolment.public_id.hex
        state, minutes = (str(self.data.get(f"{name}_{key}", ""))[:12] for name in ("state", "minutes"))
        seen_state, seen_minutes = entry_seen(str(self.data.get(f"seen_{key}", ""))[:80])
        if state == seen_state and minutes in ("", str(seen_minutes)) and row.entry:
            state, minutes = row.entry.state, str(row.entry.minutes or "")
        return {f"state_{key}": state, f"minutes_{key}": minutes, f"seen_{key}": row.seen}


class CorrectionForm(forms.Form):
    """One entry as it should be, and why."""

    state = forms.ChoiceField(
        label=_("What is right"), choices=Attendance.State.choices, widget=forms.RadioSelect
    )
    minutes = forms.IntegerField(
        label=_("Minutes, for a part of the time"), required=False, min_value=1, max_value=MOST_MINUTES
    )
    reason = forms.CharField(
        label=_("Reason"), help_text=_("One sentence. The person can read it."), max_length=LONGEST_REASON
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)


class CodeForm(forms.Form):
    """The code on the screen in the room."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six figures, on the screen in the room."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Type the six figures that you see in the room.")},
    )


class CompletedForm(forms.Form):
    """Who completed it, where the teacher decides."""

    def __init__(self, *given: Any, people: Mapping[str, str], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["completed"] = forms.MultipleChoiceField(
            label=_("Who completed it?"),
            help_text=_("Whoever is not ticked has not completed it."),
            choices=list(people.items()),
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )


def fill_attendance() -> None:
    """Register the list of a date as a form on paper; at start-up."""
    paper.register(
        paper.PaperTwin(
            key=SHEET,
            label=_("List of a date"),
            template=FORM_TEMPLATE,
            entry_url_name="enrolment:attendance",
            entry_takes=("subject",),
            intro=_("The list itself stands on the page of the date. Enter it there, within 28 days."),
            bring_it=_("Whoever teaches enters it on the page of the date."),
        )
    )
