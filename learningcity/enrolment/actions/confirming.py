"""Say to everybody who got a place when and where it is, and how to give it back; each is told once."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from operator import itemgetter

from django.core.exceptions import PermissionDenied

from learningcity.core.actors import Actor
from learningcity.core.piecework import each, in_parts
from learningcity.enrolment.actions.reminders import send
from learningcity.enrolment.models import Enrolment
from learningcity.enrolment.queries.confirming import (
    AT_ONCE,
    dates_to_come,
    to_confirm,
    words_of_confirmation,
)
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
    parts = in_parts(to_confirm(), size=AT_ONCE)
    return sum(each(parts, partial(confirm_some, by=by, at=at), about=itemgetter(0)))


def confirm_some(enrolments: Sequence[Enrolment], *, by: Actor, at: datetime) -> int:
    """Post what is owed to some, and note who was told; return how many messages were meant.

    Of what has begun, or has no dates, there is nothing to say beyond its page. Called by actions that have
    checked the right to act.
    """
    dates, receivers = dates_to_come(enrolments, at), receivers_of(enrolments, at)

    def confirm_one(one: Enrolment) -> tuple[int, int]:
        to_tell = receivers[one.pk] if dates[one.pk] else []
        for to in to_tell:
            key = f"enrolment.place_taken:{one.public_id}:{to.key}"
            send(to, CONFIRMED, words_of_confirmation(one, dates[one.pk], to), key=key, by=by, at=at)
        return one.pk, len(to_tell)

    told = dict(each(enrolments, confirm_one))
    Enrolment.objects.filter(pk__in=list(told)).update(told_at=at)
    return sum(told.values())
