"""What enrolment does when a person's data are erased: places become free, numbers stay without a name."""

from datetime import datetime

from django.dispatch import receiver

from learningcity.core.actors import Actor
from learningcity.core.personal import ErasedPart
from learningcity.enrolment.actions.forgetting import forget_person
from learningcity.people.models import Person
from learningcity.people.signals import person_erased


@receiver(person_erased, dispatch_uid="enrolment.erasing")
def erase_own(sender: object, *, person: Person, by: Actor, at: datetime, **more: object) -> list[ErasedPart]:
    """Give back what is still to come, delete or cut the rest; say what stays and why."""
    return forget_person(person, by=by, at=at)
