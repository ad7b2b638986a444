"""What those who offer type about dates."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.actions.drafts import KnownVenue
from learningcity.catalogue.actions.workspace_dates import LONGEST_RULE, DatesDraft
from learningcity.catalogue.actions.workspace_looks import NeedsLook
from learningcity.catalogue.actions.workspace_sessions import Scope, SessionChange, Wall
from learningcity.catalogue.forms.places_by_name import PlaceField
from learningcity.catalogue.models import Session
from learningcity.catalogue.queries.workspace import label_of_place
from learningcity.core.forms import Continued

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
SCOPES = [
    (Scope.THIS, _("this date only")),
    (Scope.LATER, _("this date and all later ones")),
    (Scope.ALL, _("all dates of the series")),
]


def day_field(label: object, **more: Any) -> forms.DateField:
    """Return the field of a day."""
    errors = {
        "invalid": _("This is no day. Give it with day, month and year."),
        "required": _("Give the day."),
    }
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, error_messages=errors, **more)


def clock_field(label: object, **more: Any) -> forms.TimeField:
    """Return the field of a time of day."""
    errors = {
        "invalid": _("This is no time of day. Give it like 18:30."),
        "required": _("Give the time of day, like 18:30."),
    }
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, widget=widget, error_messages=errors, **more)


class WhereForm(Continued):
    """Where a date is held, and by whom."""

    place = PlaceField()
    room = forms.CharField(label=_("Room"), required=False, max_length=120)
    trainer = forms.CharField(
        label=_("Who teaches"),
        required=False,
        max_length=120,
        help_text=_("Everybody can read this name. Leave it empty if the person does not want that."),
    )
    is_online = forms.BooleanField(label=_("It is held online"), required=False)


class DatesForm(WhereForm):
    """The dates of a series: one day, days of the week, or a rule."""

    first_on = day_field(_("First day"))
    starts = clock_field(_("Starts at"))
    ends = clock_field(_("Ends at"))
    last_on = day_field(
        _("Last day"), required=False, help_text=_("Leave it empty if there is one date only.")
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these days of the week"),
        coerce=int,
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a choice, on the weekday of the first day."),
    )
    rule = forms.CharField(
        label=_("Or a rule of iCalendar"),
        required=False,
        max_length=LONGEST_RULE,
        help_text=_("For example FREQ=MONTHLY;BYDAY=1TU;COUNT=6: the first Tuesday of six months."),
    )

    field_order: ClassVar[list[str]] = [
        "name", "first_on", "starts", "ends", "last_on", "weekdays", "rule",
        "place", "room", "trainer", "is_online",
    ]  # fmt: skip

    def dates(self) -> DatesDraft:
        """Return what was typed."""
        typed = self.cleaned_data
        place = typed["place"]
        return DatesDraft(
            first_on=typed["first_on"],
            starts=typed["starts"],
            ends=typed["ends"],
            last_on=typed["last_on"],
            weekdays=tuple(typed["weekdays"]),
            rule=typed["rule"],
            venue=KnownVenue(pk=place.pk) if place else None,
            room=typed["room"],
            trainer=typed["trainer"],
            is_online=typed["is_online"],
        )


class SeriesForm(DatesForm):
    """A new series."""

    name = forms.CharField(
        label=_("Name of the series"),
        required=False,
        max_length=200,
        help_text=_("Only if the offer has several, for example “Course for beginners, spring”."),
    )


class NameForm(forms.Form):
    """Another name of a series."""

    name = forms.CharField(label=_("Name of the series"), required=False, max_length=200)


class ScopeForm(forms.Form):
    """Which dates are meant, and why; a single date asks nothing but the reason."""

    scope = forms.ChoiceField(
        label=_("Which dates"), choices=SCOPES, widget=forms.RadioSelect, initial=Scope.THIS
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        help_text=_("Everybody who looks at the date reads it, for example “The teacher is ill.”"),
    )

    def __init__(self, *given: Any, is_single: bool = False, is_draft: bool = False, **more: Any) -> None:
        super().__init__(*given, **more)
        if is_single:
            del self.fields["scope"]
        if is_draft:
            del self.fields["reason"]

    @property
    def chosen_scope(self) -> Scope:
        """The scope that was chosen."""
        return Scope(self.cleaned_data.get("scope") or Scope.THIS)

    @property
    def given_reason(self) -> str:
        """The reason that was given."""
        return str(self.cleaned_data.get("reason", ""))


class SessionForm(ScopeForm):
    """A date as it should be."""

    day = day_field(_("Day"))
    starts = clock_field(_("Starts at"))
    ends = clock_field(_("Ends at"))
    place = PlaceField()
    room = forms.CharField(label=_("Room"), required=False, max_length=120)
    trainer = forms.CharField(label=_("Who teaches"), required=False, max_length=120)
    is_online = forms.BooleanField(label=_("It is held online"), required=False)

    field_order: ClassVar[list[str]] = [
        "day", "starts", "ends", "place", "room", "trainer", "is_online", "scope", "reason",
    ]  # fmt: skip

    @staticmethod
    def shown(session: Session) -> dict[str, Any]:
        """Return what the form shows first."""
        wall = Wall.of(session)
        return {
            "day": wall.starts.date(),
            "starts": wall.starts.time(),
            "ends": wall.ends.time(),
            "place": label_of_place(session.venue) if session.venue else "",
            "room": session.room,
            "trainer": session.trainer,
            "is_online": session.is_online,
        }

    def change(self) -> SessionChange:
        """Return what was typed."""
        typed = self.cleaned_data
        return SessionChange(
            day=typed["day"],
            starts=typed["starts"],
            ends=typed["ends"],
            venue_id=typed["place"].pk if typed["place"] else None,
            room=typed["room"],
            trainer=typed["trainer"],
            is_online=typed["is_online"],
            reason=self.given_reason,
        )


class LookForm(forms.Form):
    """What was shown before saving: that it was seen, and why two bookings may clash."""

    seen = forms.MultipleChoiceField(
        label=_("Is this right?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    why = forms.CharField(
        label=_("Why both may be booked at the same time"),
        required=False,
        max_length=300,
        help_text=_("Kept with the date, for those who plan."),
    )

    def __init__(self, refusal: NeedsLook, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.lines = refusal.lines
        choices = [(refusal.digest, _("I have seen this. Save it all the same."))]
        self.fields["seen"] = forms.MultipleChoiceField(
            label=_("Is this right?"), choices=choices, widget=forms.CheckboxSelectMultiple, required=False
        )
        self.order_fields(["seen", "why"])
        if not refusal.asks_why:
            del self.fields["why"]
