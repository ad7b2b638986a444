"""Who may change what is known of the city."""

from learningcity.core.actors import Actor


def can_load_city(by: Actor) -> bool:
    """The operator of the machine and the city's own staff may load the city's data and measure it."""
    return by.is_operator or by.is_staff


def can_add_venue(by: Actor) -> bool:
    """The operator (imports, the schedule) and the city's own staff may add places."""
    return by.is_operator or by.is_staff
