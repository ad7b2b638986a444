"""Who may do what with persons, organisations and invitations."""

from learningcity.core.actors import Actor


def is_city_staff(by: Actor) -> bool:
    """Whether the city itself acts: a member of its staff, or the operator of its machine."""
    return by.is_staff or by.is_operator


def can_invite(by: Actor) -> bool:
    """Only the operator, who has the machine in hand, may invite an administrator."""
    return by.is_operator


def can_found_organisation(by: Actor) -> bool:
    """The city enters organisations; applying as a provider comes with the provider's own pages."""
    return is_city_staff(by)


def can_open_demo_login(by: Actor) -> bool:
    """Only the operator makes log-ins whose passwords are public."""
    return by.is_operator
