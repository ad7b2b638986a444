"""What can be done with forms on paper: print one, find where it is entered, take it back."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.models import PaperForm
from learningcity.core.paper import (
    AlreadyEntered,
    PaperTwin,
    mark_entered,
    paper_form,
    print_form,
    twin_named,
)
from learningcity.core.refusals import Refused
from learningcity.people.models import Person
from learningcity.people.permissions.paper import can_do_for, can_enter_paper, can_print
from learningcity.people.queries.paper import name_of_enterer
from learningcity.people.queries.persons import person_with_id


class OtherPerson(Refused):
    """The form belongs to somebody for whom the helper does not act at the moment."""

    code = "paper_other_person"


@transaction.atomic
def print_for(
    person: Person | None, key: str, *, subject: str = "", code: str, by: Actor, at: datetime
) -> PaperForm:
    """Print a form for a person, or without one for whoever takes it; chance (`code`) is passed in.

    Raises PermissionDenied, also for a form that has no paper twin.
    """
    twin = twin_named(key)
    if twin is None or not can_print(by, person, twin, at):
        raise PermissionDenied
    owner = str(person.public_id) if person else ""
    return print_form(key, owner=owner, subject=subject, code=code, by=by, at=at)


def bring_back(code: str, *, by: Actor, at: datetime) -> str:
    """Return the address of the page on which a form that came back is entered.

    Raises PermissionDenied, the refusals of `paper_form`, AlreadyEntered, and OtherPerson while the helper
    does not act for the person of the form.
    """
    if not can_enter_paper(by, at):
        raise PermissionDenied
    form = paper_form(code, at=at)
    twin = twin_named(form.form)
    if form.entered_at:
        raise entered_already(form)
    if twin is None:
        raise PermissionDenied
    check_for_whom(form, twin, by=by, at=at)
    return twin.entry_address(form)


def check_for_whom(form: PaperForm, twin: PaperTwin, *, by: Actor, at: datetime) -> None:
    """Raise OtherPerson if one must act for the person of the form, and the helper does not."""
    if not twin.purpose:
        return
    person = person_with_id(form.owner or by.on_behalf_of)
    if person is None or not can_do_for(by, person, twin, at):
        raise OtherPerson(
            _("You do not act for the person of this form, or may not do this for them. Act for them first."),
            field="code",
        )


def take_back_paper(
    code: str, *, key: str, person: Person, subject: str = "", by: Actor, at: datetime
) -> PaperForm:
    """Mark a form that is being entered; called inside the transaction of what it asks for.

    Raises PermissionDenied for a paper of another form or person, the refusals of `paper_form`, and
    AlreadyEntered.
    """
    form = paper_form(code, at=at)
    fits = form.form == key and form.owner in ("", str(person.public_id)) and form.subject in ("", subject)
    if not fits:
        raise PermissionDenied
    try:
        return mark_entered(form, by=by, at=at)
    except AlreadyEntered as refusal:
        raise entered_already(refusal.form) from None


def entered_already(form: PaperForm) -> AlreadyEntered:
    """Return the refusal of a second entry, which says who made the first."""
    return AlreadyEntered(form, by_name=name_of_enterer(form))
