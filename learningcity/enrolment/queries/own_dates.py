"""The dates of one's place with what was entered of them, as the page of the place shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from learningcity.catalogue.queries.offer_page import SessionFact
from learningcity.enrolment.models import AttendanceCorrection, Completion, Enrolment
from learningcity.enrolment.queries.attendance import OwnEntry, attendance_of, who_entered
from learningcity.enrolment.queries.completion import NOT_HELD
from learningcity.enrolment.queries.own_places import OwnPlace


@dataclass(frozen=True, slots=True)
class OwnDate:
    """One date of a place: what was entered of it, by whom, and each correction with who made it."""

    date: SessionFact
    own: OwnEntry | None = None
    who: str = ""
    corrections: Sequence[tuple[AttendanceCorrection, str]] = ()


@dataclass(frozen=True, slots=True)
class OwnDates:
    """The dates of a place; `now`: the one that takes place now and of which nothing is entered yet."""

    dates: Sequence[OwnDate]
    now: SessionFact | None
    completion: Completion | None


def dates_of_place(place: OwnPlace, at: datetime) -> OwnDates:
    """Return the dates of a place; three questions. The caller asks whether they may be seen."""
    enrolment = place.enrolment
    kept = attendance_of([enrolment], at)[enrolment.pk]
    entries = {one.session.pk: one for one in kept.entries}
    dates = [own_date(date, entries.get(date.pk), enrolment) for date in place.dates]
    taking_place = [
        one.date
        for one in dates
        if one.own is None and one.date.status not in NOT_HELD and one.date.starts_at <= at < one.date.ends_at
    ]
    is_enrolled = enrolment.state == Enrolment.State.ENROLLED
    return OwnDates(dates, next(iter(taking_place), None) if is_enrolled else None, kept.completion)


def own_date(date: SessionFact, own: OwnEntry | None, enrolment: Enrolment) -> OwnDate:
    """Return one date with what was entered."""
    if own is None:
        return OwnDate(date)
    corrections = [(one, who_entered(one, enrolment.person)) for one in own.corrections]
    return OwnDate(date, own, who_entered(own.entry, enrolment.person), corrections)
