"""Periodic work around signing in."""

from datetime import datetime

from learningcity.core.actors import Channel, operator
from learningcity.core.schedule import every
from learningcity.people.actions.sign_in import clear_traces


@every(minutes=60, name="people.clear_sign_in_traces")
def clear(at: datetime) -> None:
    """Forget sessions that have ended, and attempts to sign in that no longer count."""
    clear_traces(by=operator(Channel.TASK), at=at)
