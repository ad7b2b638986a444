"""Who may answer an offered place and leave a waiting list."""

from datetime import datetime

from learningcity.core.actors import Actor
from learningcity.enrolment.models import Enrolment
from learningcity.enrolment.permissions.places import can_take_places


def can_answer_offer(by: Actor, enrolment: Enrolment, at: datetime) -> bool:
    """The person and whoever acts for them in places; the operator and tasks: what was asked for before.

    Somebody without an account answers by the link in the message, which acts as the operator.
    """
    person = enrolment.person
    return by.is_operator if person is None else can_take_places(by, person, at)
