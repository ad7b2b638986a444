"""Who may make log-ins and invite."""

from learningcity.core.actors import Actor


def can_invite(by: Actor) -> bool:
    """Only the operator, who has the machine in hand, may invite an administrator."""
    return by.is_operator


def can_open_demo_login(by: Actor) -> bool:
    """Only the operator makes log-ins whose passwords are public."""
    return by.is_operator
