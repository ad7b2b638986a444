"""Periodic work around signing in."""

from datetime import datetime

from learningcity.core.actors import Channel, operator
from learningcity.core.schedule import every
from learningcity.people.actions.sign_in import clear_attempts


@every(minutes=60, name="people.clear_attempts")
def clear(at: datetime) -> None:
    """Forget attempts to sign in that no longer count."""
    clear_attempts(by=operator(Channel.TASK), at=at)
