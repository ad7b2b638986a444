"""Periodic work about waiting lists: draws that are due, offers that nobody answered."""

import secrets
from datetime import datetime
from functools import partial

from learningcity.core.actors import Channel, operator
from learningcity.core.piecework import each, in_order
from learningcity.core.schedule import every
from learningcity.enrolment.actions.drawing import draw
from learningcity.enrolment.actions.queue import lapse_offers
from learningcity.enrolment.models import Intake
from learningcity.enrolment.queries.queue import intakes_to_draw, intakes_with_offers_over


@every(seconds=30, name="enrolment.move_offers_on")
def move_offers_on(at: datetime) -> None:
    """Let offers whose time is over move on, each list in a transaction of its own."""
    each(in_order(intakes_with_offers_over(at)), partial(lapse_offers, by=operator(Channel.TASK), at=at))


@every(minutes=1, name="enrolment.draw_lists", lease_minutes=30)
def draw_lists(at: datetime) -> None:
    """Draw the lists whose moment has come; chance enters here alone."""

    def draw_one(intake: Intake) -> None:
        draw(intake, entropy=secrets.token_bytes(32), by=operator(Channel.TASK), at=at)

    each(intakes_to_draw(at), draw_one)
