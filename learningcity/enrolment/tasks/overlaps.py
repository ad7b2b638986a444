"""Periodic work about overlaps: tell people who have two places at one time, once for each pair."""

from datetime import datetime

from learningcity.core.actors import Channel, operator
from learningcity.core.schedule import every
from learningcity.enrolment.actions.overlap_notes import tell_overlaps
from learningcity.enrolment.queries.overlaps import persons_who_moved


@every(minutes=5, name="enrolment.tell_overlaps")
def tell(at: datetime) -> None:
    """Look at those who got a place of late, and tell them what overlaps."""
    for person in persons_who_moved(at):
        tell_overlaps(person, by=operator(Channel.TASK), at=at)
