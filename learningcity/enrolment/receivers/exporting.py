"""What enrolment answers when a person asks for their data."""

from django.dispatch import receiver

from learningcity.core.personal import ExportPart
from learningcity.enrolment.queries.holdings import HOLDINGS
from learningcity.people.models import Person
from learningcity.people.queries.holding import concerned, part_of
from learningcity.people.signals import person_exported


@receiver(person_exported, dispatch_uid="enrolment.exporting")
def tell_own(sender: object, *, person: Person, **more: object) -> list[ExportPart]:
    """Return what enrolment holds about a person."""
    who = concerned(person)
    return [part_of(holding, who) for holding in HOLDINGS]
