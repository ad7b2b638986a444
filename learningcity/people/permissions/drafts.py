"""Who may keep a half-filled form for a person, see it and go on with it."""

from collections.abc import Iterable
from datetime import datetime

from learningcity.core.actors import Actor
from learningcity.core.drafts import DraftForm
from learningcity.people.models import Person, Purpose
from learningcity.people.permissions.acting import can_act_for, is_own


def can_continue(by: Actor, person: Person, form: DraftForm, at: datetime) -> bool:
    """Whoever may do for the person what the form is for; a form without a purpose, the person alone."""
    if not form.purpose:
        return is_own(by, person) and person.is_here
    return can_act_for(by, person, Purpose(form.purpose), at)


def forms_open_to(by: Actor, person: Person, forms: Iterable[DraftForm], at: datetime) -> frozenset[str]:
    """Return the keys of the forms with which the actor may go on, asking once for each purpose."""
    one_each = {form.purpose: form for form in forms}
    allowed = {purpose for purpose, form in one_each.items() if can_continue(by, person, form, at)}
    return frozenset(form.key for form in forms if form.purpose in allowed)
