"""What the schedule does for data that nobody needs any more."""

from datetime import datetime

from learningcity.core.actors import Channel, operator
from learningcity.core.files import sweep_files
from learningcity.core.schedule import every
from learningcity.people.actions.rest import settle_resting
from learningcity.people.actions.retention import delete_overdue

A_DAY = 24 * 60


@every(minutes=A_DAY, name="people.settle_resting", lease_minutes=60)
def settle(at: datetime) -> None:
    """Warn people who have not been here for years, and make their data anonymous in the end."""
    settle_resting(by=operator(Channel.TASK), at=at)


@every(minutes=A_DAY, name="people.delete_overdue", lease_minutes=60)
def tidy(at: datetime) -> None:
    """Delete what is older than the periods that the city publishes."""
    delete_overdue(by=operator(Channel.TASK), at=at)


@every(minutes=A_DAY, name="people.sweep_files", lease_minutes=60)
def sweep(at: datetime) -> None:
    """Delete files that no record names any more."""
    sweep_files(at=at)
