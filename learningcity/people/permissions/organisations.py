"""Who may do what with organisations and roles."""

from learningcity.core.actors import Actor


def is_city_staff(by: Actor) -> bool:
    """Whether the city itself acts: a member of its staff, or the operator of its machine."""
    return by.is_staff or by.is_operator


def can_found_organisation(by: Actor) -> bool:
    """The city enters organisations."""
    return is_city_staff(by)
