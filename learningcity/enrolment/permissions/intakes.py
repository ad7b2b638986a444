"""Who may say how places are given, and decide whether something takes place."""

from datetime import datetime

from learningcity.catalogue.models import Series
from learningcity.catalogue.permissions import can_keep_offers
from learningcity.core.actors import Actor
from learningcity.enrolment.models import Intake
from learningcity.enrolment.permissions.places import KEEPING, serves
from learningcity.people.permissions import is_city_staff


def can_open_intake(by: Actor, series: Series, at: datetime) -> bool:
    """Those who keep the offers of the organisation, the city's staff, and the operator."""
    if by.is_operator or is_city_staff(by):
        return True
    return serves(by, series.offer.provider.organisation, KEEPING, at)


def can_decide(by: Actor, intake: Intake, decision: str, at: datetime) -> bool:
    """The same people say that it takes place; to call off or postpone dates, those who keep the offers."""
    if not can_open_intake(by, intake.series, at):
        return False
    return decision in (Intake.Decision.GO, Intake.Decision.OPEN) or can_keep_offers(
        by, intake.series.offer.provider, at
    )
