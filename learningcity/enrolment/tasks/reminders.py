"""Periodic work: reminders of dates, and news about dates."""

from datetime import datetime, timedelta

from learningcity.core.actors import Channel, operator
from learningcity.core.schedule import due_since, every
from learningcity.enrolment.actions.reminders import remind_all
from learningcity.enrolment.actions.session_news import tell_news

REMIND = "enrolment.remind"
WHOLE = 12
"""In a run that begins before this minute of an hour everybody is looked through."""


@every(minutes=10, name=REMIND, lease_minutes=30)
def remind(at: datetime) -> None:
    """Remind everybody of the dates that come, as long before as each of them chose.

    Once an hour everybody is looked through, else only those whose reminder became due since the last run.
    """
    since = None if at.minute < WHOLE else due_since(REMIND, at=at) - 2 * timedelta(minutes=10)
    remind_all(since=since, by=operator(Channel.TASK), at=at)


@every(seconds=10, name="enrolment.tell_news")
def tell(at: datetime) -> None:
    """Tell everybody concerned what changed about their dates."""
    tell_news(by=operator(Channel.TASK), at=at)
