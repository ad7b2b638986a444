"""Periodic work: what ended and is complete."""

from datetime import datetime

from learningcity.core.actors import Channel, operator
from learningcity.core.schedule import every
from learningcity.enrolment.actions.completion import settle_over


@every(minutes=24 * 60, name="enrolment.settle_completions", lease_minutes=60)
def settle(at: datetime) -> None:
    """Settle what ended of late, where nobody entered the last date."""
    settle_over(by=operator(Channel.TASK), at=at)
