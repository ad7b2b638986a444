"""Periodic work: reminders of dates, and news about dates."""

from datetime import datetime

from learningcity.core.actors import Channel, operator
from learningcity.core.schedule import every
from learningcity.enrolment.actions.reminders import remind_all
from learningcity.enrolment.actions.session_news import tell_news


@every(minutes=10, name="enrolment.remind", lease_minutes=30)
def remind(at: datetime) -> None:
    """Remind everybody of the dates that come, as long before as each of them chose."""
    remind_all(by=operator(Channel.TASK), at=at)


@every(seconds=10, name="enrolment.tell_news")
def tell(at: datetime) -> None:
    """Tell everybody concerned what changed about their dates."""
    tell_news(by=operator(Channel.TASK), at=at)
