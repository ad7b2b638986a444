"""Periodic work: say to those who got places that they have them."""

from datetime import datetime

from learningcity.core.actors import Channel, operator
from learningcity.core.schedule import every
from learningcity.enrolment.actions.confirming import confirm_places


@every(seconds=10, name="enrolment.confirm_places")
def confirm(at: datetime) -> None:
    """Say to those who got places of late when and where they are."""
    confirm_places(by=operator(Channel.TASK), at=at)
