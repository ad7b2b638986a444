"""Who may print and post the letters that the city writes."""

from datetime import datetime

from learningcity.core.actors import Actor
from learningcity.people.permissions.desk import can_use_desk


def can_post_letters(by: Actor, at: datetime) -> bool:
    """Helpers at a desk and administrators of the city itself; no other organisation prints its letters."""
    return by.is_staff and can_use_desk(by, at)
