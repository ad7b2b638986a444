"""Who may make log-ins and invite."""

from learningcity.core.actors import Actor, Right
from learningcity.people.models import Person
from learningcity.people.permissions.acting import is_own


def can_invite(by: Actor) -> bool:
    """Only the operator, who has the machine in hand, may invite an administrator."""
    return by.is_operator


def can_open_account(by: Actor) -> bool:
    """Anybody who has not signed in may open an account for themselves, and the operator for them."""
    return by.is_operator or by.right is Right.VISITOR


def can_confirm_particulars(by: Actor, person: Person) -> bool:
    """What an authority says of a person comes with that person's own proven sign-in, or by the operator."""
    return by.is_operator or is_own(by, person)


def can_open_demo_login(by: Actor) -> bool:
    """Only the operator makes log-ins whose passwords are public."""
    return by.is_operator
