"""Who may say how places are given, and decide whether something takes place."""

from datetime import datetime

from learningcity.catalogue.models import Series
from learningcity.core.actors import Actor
from learningcity.enrolment.permissions.places import KEEPING, serves
from learningcity.people.permissions import is_city_staff


def can_open_intake(by: Actor, series: Series, at: datetime) -> bool:
    """Those who keep the offers of the organisation, the city's staff, and the operator."""
    if by.is_operator or is_city_staff(by):
        return True
    return serves(by, series.offer.provider.organisation, KEEPING, at)
