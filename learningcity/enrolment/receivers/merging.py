"""What enrolment does when two entries of a person become one, and when they are parted again.

The columns that name a person follow by themselves; where both entries are in one intake, one place is
enough.
"""

from collections.abc import Mapping
from datetime import datetime

from django.dispatch import receiver

from learningcity.core.actors import Actor
from learningcity.enrolment.actions.following import end_doubled
from learningcity.enrolment.models import CalendarAddress, Enrolment, ReminderChoice
from learningcity.people.models import Person
from learningcity.people.queries.followed import Table, follow, rename
from learningcity.people.signals import person_merged, person_unmerged

ENROLMENTS = Table(Enrolment, "person")
DOUBLED = "enrolment.doubled"

follow(ENROLMENTS, Table(ReminderChoice, "person"), Table(CalendarAddress, "person"))


@receiver(person_merged, dispatch_uid="enrolment.merging")
def leave_one_of_two(
    sender: object, *, kept: Person, dropped: Person, by: Actor, at: datetime, **more: object
) -> dict[str, list[int]]:
    """Free the place that a person had twice."""
    return {DOUBLED: end_doubled(kept, dropped, by=by, at=at)}


@receiver(person_unmerged, dispatch_uid="enrolment.merging")
def hand_back(
    sender: object, *, kept: Person, dropped: Person, moved: Mapping[str, list[int]], **more: object
) -> None:
    """Hand back the rows of the dropped entry."""
    rename(ENROLMENTS, moved.get(DOUBLED, []), kept.pk, dropped.pk)
