"""Periodic work about roles: those that are over, those that end soon, those nobody uses."""

from datetime import datetime

from learningcity.core.actors import Channel, operator
from learningcity.core.schedule import every
from learningcity.people.actions.invitations import clear_invitations
from learningcity.people.actions.roles import close_roles_over, let_roles_lapse, warn_of_ending_roles


@every(minutes=60, name="people.keep_roles")
def keep_roles(at: datetime) -> None:
    """Close what is over, warn in time, and let lapse what is not used; a part each hour."""
    by = operator(Channel.TASK)
    close_roles_over(by=by, at=at)
    warn_of_ending_roles(by=by, at=at)
    let_roles_lapse(by=by, at=at)
    clear_invitations(by=by, at=at)
