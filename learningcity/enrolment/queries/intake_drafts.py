"""Everything that can be said of how the places of a series or a date are given, before it is saved."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from learningcity.enrolment.models import Criterion, Intake


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    """A reason for which somebody comes earlier in a list by need."""

    key: str
    kind: str
    words: str
    points: int
    from_on: date
    until_on: date | None = None
    least: int | None = None
    most: int | None = None
    area: str = ""


@dataclass(frozen=True, slots=True)
class IntakeDraft:
    """All settings of an intake. No `places` means no limit; a draw or a list by need needs `draws_at`."""

    places: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    minimum: int = 0
    decide_on: date | None = None
    rule: str = Intake.Rule.ARRIVAL
    draws_at: datetime | None = None
    hold_minutes: int = 15
    answer_hours: int = 48
    largest_party: int = 6
    most_companions: int = 1
    companions_take_places: bool = False
    allows_guests: bool = False
    checks_age: bool = True
    cancel_hours: int = 0
    completing: str = Intake.Completing.SHARE
    completing_percent: int = 80
    criteria: tuple[CriterionDraft, ...] = ()

    @property
    def is_drawn(self) -> bool:
        """Whether the order is drawn."""
        return self.rule != Intake.Rule.ARRIVAL


SETTINGS = tuple(field.name for field in fields(IntakeDraft) if field.name != "criteria")
OF_A_CRITERION = tuple(field.name for field in fields(CriterionDraft))


def draft_of(intake: Intake) -> IntakeDraft:
    """Return the settings that an intake has."""
    criteria = Criterion.objects.filter(intake=intake).order_by("pk").values_list(*OF_A_CRITERION)
    settings = {name: getattr(intake, name) for name in SETTINGS}
    return IntakeDraft(**settings, criteria=tuple(CriterionDraft(*row) for row in criteria))
