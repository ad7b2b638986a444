"""Who may print a form for a person, see it, and enter what came back on paper."""

from datetime import datetime

from learningcity.core.actors import Actor, Right
from learningcity.core.models import PaperForm
from learningcity.core.paper import PaperTwin
from learningcity.people.models import Person, Purpose
from learningcity.people.permissions.acting import can_act_for, is_own
from learningcity.people.permissions.desk import can_open_person, can_use_desk


def can_print(by: Actor, person: Person | None, twin: PaperTwin, at: datetime) -> bool:
    """Whoever may do for the person what the form is for, and a desk that has the person's page open.

    A form for nobody in particular is printed by a desk, unless its entry begins at a person's page.
    """
    if person is None:
        return "owner" not in twin.entry_takes and can_use_desk(by, at)
    return can_do_for(by, person, twin, at) or can_open_person(by, person, at)


def can_see_paper(by: Actor, form: PaperForm, person: Person | None, twin: PaperTwin, at: datetime) -> bool:
    """Who printed it, whoever may do what it is for, and any desk: its helpers hold the paper in hand."""
    if by.person and by.person == form.printed_by:
        return True
    if person is not None and can_do_for(by, person, twin, at):
        return True
    return can_enter_paper(by, at)


def can_enter_paper(by: Actor, at: datetime) -> bool:
    """Helpers at a desk, also while they act for a person. What the form asks for, its own page decides."""
    return by.right is Right.MANDATE or can_use_desk(by, at)


def can_do_for(by: Actor, person: Person, twin: PaperTwin, at: datetime) -> bool:
    """Whoever may do for the person what the form is for; a form without a purpose, the person alone."""
    if not twin.purpose:
        return is_own(by, person) and person.is_here
    return can_act_for(by, person, Purpose(twin.purpose), at)
