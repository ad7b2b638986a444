"""Periodic work about mandates: what was not answered in a week lapses."""

from datetime import datetime

from learningcity.core.actors import Channel, operator
from learningcity.core.schedule import every
from learningcity.people.actions.mandates import lapse_mandates


@every(minutes=60, name="people.lapse_mandates")
def lapse(at: datetime) -> None:
    """Close the mandates that nobody answered."""
    lapse_mandates(by=operator(Channel.TASK), at=at)
