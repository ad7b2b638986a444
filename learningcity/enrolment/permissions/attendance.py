"""Who may take attendance, correct it, sign in by code, and say what was completed."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.models import Session
from learningcity.core.actors import Actor
from learningcity.core.scopes import Scope, register_scope
from learningcity.enrolment.models import Enrolment
from learningcity.enrolment.permissions.places import TEACHING, can_take_places, serves
from learningcity.people.models import Organisation, Person
from learningcity.people.permissions import is_own
from learningcity.people.permissions.organisations import is_key_of
from learningcity.people.queries.actors import has_role


def can_take_attendance(by: Actor, session: Session, at: datetime) -> bool:
    """Those who teach at the organisation that offers, keep its places or its desk; and its keys.

    What a key may do is the question of its scopes.
    """
    return teaches(by, session.series.offer.provider.organisation, at)


def can_say_completed(by: Actor, enrolment: Enrolment, at: datetime) -> bool:
    """The same people say what somebody completed, where the teacher decides."""
    return teaches(by, enrolment.intake.series.offer.provider.organisation, at)


def teaches(by: Actor, organisation: Organisation, at: datetime) -> bool:
    """Whether somebody teaches at the organisation or keeps its places; or a key of it acts."""
    return is_key_of(by, organisation) or serves(by, organisation, TEACHING, at)


def can_take_any_attendance(by: Actor, at: datetime) -> bool:
    """Whether somebody teaches, or keeps places, at the organisation for which they act."""
    return has_role(by, *TEACHING, at=at)


def can_use_code(by: Actor, person: Person, at: datetime) -> bool:
    """Themselves, of any age; a guardian within limits, a helper with a mandate for places."""
    return is_own(by, person) or can_take_places(by, person, at)


def can_choose_reminders(by: Actor, person: Person, at: datetime) -> bool:
    """The same people choose when the person is reminded, read the calendar, and end its address."""
    return is_own(by, person) or can_take_places(by, person, at)


def can_make_calendar_address(by: Actor, person: Person) -> bool:
    """Only the person: the address opens by itself, also when nobody may act for them any more."""
    return is_own(by, person)


def can_enter_past(by: Actor) -> bool:
    """Only the operator enters what invented people did."""
    return by.is_operator


def fill_scopes() -> None:
    """Enter what a key may be made for here."""
    register_scope(Scope("attendance.read", _("see who is enrolled at a date and who was there"), 60))
    register_scope(Scope("attendance.write", _("enter and correct who was there"), 61))
