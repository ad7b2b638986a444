"""Say to everybody who got a place when and where it is, and how to give it back; each is told once."""

from datetime import datetime

from django.core.exceptions import PermissionDenied

from learningcity.core.actors import Actor
from learningcity.enrolment.actions.reminders import send
from learningcity.enrolment.models import Enrolment
from learningcity.enrolment.queries.confirming import dates_to_come, to_confirm, words_of_confirmation
from learningcity.enrolment.queries.receiving import receivers_of

CONFIRMED = "enrolment/messages/place_taken"


def confirm_places(*, by: Actor, at: datetime) -> int:
    """Post the messages that are owed to those who got places; return how many were meant.

    Not in the transaction in which a place is taken: everybody else waits for that one. It can be stopped and
    run again, and nobody is told twice; who wants no messages gets none. Raises PermissionDenied for anybody
    but the schedule and the operator.
    """
    if not by.is_operator:
        raise PermissionDenied
    enrolments = to_confirm()
    if not enrolments:
        return 0
    dates, receivers = dates_to_come(enrolments, at), receivers_of(enrolments, at)
    # Of what has begun, or has no dates, there is nothing to say beyond its page.
    owed = [(one, to) for one in enrolments if dates[one.pk] for to in receivers[one.pk]]
    for one, to in owed:
        key = f"enrolment.place_taken:{one.public_id}:{to.key}"
        send(to, CONFIRMED, words_of_confirmation(one, dates[one.pk], to), key=key, by=by, at=at)
    Enrolment.objects.filter(pk__in=[one.pk for one in enrolments]).update(told_at=at)
    return len(owed)
