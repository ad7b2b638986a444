"""Who may answer an offered place, leave a waiting list, and see the steps of a short one."""

from datetime import datetime

from learningcity.core.actors import Actor
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.enrolment.permissions.places import can_keep_places, can_see_enrolled, can_take_places
from learningcity.enrolment.queries.published import is_public


def can_answer_offer(by: Actor, enrolment: Enrolment, at: datetime) -> bool:
    """The person and whoever acts for them in places; the operator and tasks: what was asked for before.

    Somebody without an account answers by the link in the message, which acts as the operator.
    """
    person = enrolment.person
    return by.is_operator if person is None else can_take_places(by, person, at)


def can_see_list(by: Actor, intake: Intake, at: datetime) -> bool:
    """Everybody, once enough have stood on it; before, those who stand on it and those who keep it.

    In a list of few, somebody who knows who asked could guess whose token is whose.
    """
    if by.is_operator or is_public(intake):
        return True
    if can_keep_places(by, intake, at) or can_see_enrolled(by, intake, at):
        return True
    own = {name for name in (by.person, by.on_behalf_of) if name}
    return bool(own) and intake.enrolments.filter(person__public_id__in=own, turn__isnull=False).exists()
