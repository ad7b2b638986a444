"""Periodic work about overlaps: tell people who have two places at one time, once for each pair."""

from datetime import datetime
from functools import partial

from learningcity.core.actors import Channel, operator
from learningcity.core.piecework import each, in_order
from learningcity.core.schedule import due_since, every
from learningcity.enrolment.actions.overlap_notes import tell_overlaps
from learningcity.enrolment.queries.overlaps import persons_who_moved

JOB = "enrolment.tell_overlaps"


@every(minutes=5, name=JOB)
def tell(at: datetime) -> None:
    """Look at those who got a place since the last run, and tell them what overlaps."""
    moved = persons_who_moved(at, since=due_since(JOB, at=at))
    each(in_order(moved), partial(tell_overlaps, by=operator(Channel.TASK), at=at))
