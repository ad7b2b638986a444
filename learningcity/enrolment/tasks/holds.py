"""Periodic work about places: holds that are over, guests whose time is over, decisions, places left."""

from datetime import datetime
from functools import partial

from learningcity.core.actors import Channel, operator
from learningcity.core.piecework import each, in_order
from learningcity.core.schedule import every
from learningcity.enrolment.actions.deciding import ask_to_decide
from learningcity.enrolment.actions.guests import end_guest
from learningcity.enrolment.actions.places import release_holds
from learningcity.enrolment.actions.places_left import tell_places_left
from learningcity.enrolment.queries.guests import guests_over
from learningcity.enrolment.queries.places import intakes_to_ask_about
from learningcity.enrolment.queries.scene import intakes_with_holds_over


@every(seconds=20, name="enrolment.free_holds")
def free_holds(at: datetime) -> None:
    """Free the places whose hold is over, each intake in a transaction of its own."""
    each(in_order(intakes_with_holds_over(at)), partial(release_holds, by=operator(Channel.TASK), at=at))


# Whoever takes the last place looks at the list next; with nothing to tell, a run is one question.
@every(seconds=2, name="enrolment.tell_places_left")
def tell_left(at: datetime) -> None:
    """Tell the catalogue how many places are left."""
    tell_places_left(by=operator(Channel.TASK), at=at)


@every(minutes=60, name="enrolment.end_guests")
def end_guests(at: datetime) -> None:
    """Delete what is known of guests whose time is over."""
    each(in_order(guests_over(at), by="ends_at"), partial(end_guest, by=operator(Channel.TASK), at=at))


@every(minutes=60, name="enrolment.ask_to_decide")
def ask(at: datetime) -> None:
    """Ask organisers to decide where too few are enrolled; each is asked once."""
    each(intakes_to_ask_about(at), partial(ask_to_decide, by=operator(Channel.TASK), at=at))
