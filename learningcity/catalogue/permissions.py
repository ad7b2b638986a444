"""Who may do what in the catalogue."""

from datetime import datetime

from learningcity.catalogue.models import Feedback, Provider
from learningcity.core.actors import Actor
from learningcity.people.models import Membership, Organisation
from learningcity.people.permissions import is_city_staff
from learningcity.people.permissions.organisations import is_member_acting
from learningcity.people.queries.actors import has_role

KEEPING = (Membership.Role.ADMINISTRATOR, Membership.Role.EDITOR)


def can_publish(by: Actor) -> bool:
    """The city publishes providers, and the offers of a source."""
    return is_city_staff(by)


def can_import(by: Actor) -> bool:
    """The city brings in the records of a source."""
    return is_city_staff(by)


def can_overlay(by: Actor) -> bool:
    """The city says what holds for now where the plan cannot, and when the plan holds again."""
    return is_city_staff(by)


def can_offer(by: Actor, organisation: Organisation, at: datetime) -> bool:
    """Administrators and editors of an organisation keep its offers; the city's staff keep everybody's."""
    if is_city_staff(by):
        return True
    return is_member_acting(by, organisation) and has_role(by, *KEEPING, at=at)


def can_keep_offers(by: Actor, provider: Provider, at: datetime) -> bool:
    """Those who may offer in the name of an organisation write, publish and withdraw what it offers."""
    return can_offer(by, provider.organisation, at)


def can_see_drafts(by: Actor, organisation: Organisation) -> bool:
    """All who act in a role of an organisation see the workspace of its offers; so do the city's staff."""
    return is_city_staff(by) or is_member_acting(by, organisation)


def can_keep_closing_days(by: Actor) -> bool:
    """The city's staff say when its places are closed."""
    return is_city_staff(by)


def can_note_places(by: Actor) -> bool:
    """Only the machine itself notes what enrolment counted."""
    return by.is_operator


def can_answer_feedback(by: Actor, feedback: Feedback, at: datetime) -> bool:
    """The city answers everything; those who keep an offer answer what is said to be wrong with it."""
    if is_city_staff(by):
        return True
    offer = feedback.offer
    return offer is not None and is_error(feedback) and can_keep_offers(by, offer.provider, at)


def is_error(feedback: Feedback) -> bool:
    """Whether somebody says that something about an offer is wrong."""
    return feedback.kind == Feedback.Kind.ERROR


def can_see_wishes(by: Actor, at: datetime) -> bool:
    """The city's staff, and whoever keeps the offers of an organisation."""
    return is_city_staff(by) or (bool(by.organisation) and has_role(by, *KEEPING, at=at))


def can_run_catalogue(by: Actor) -> bool:
    """Only the machine itself does the periodic work."""
    return by.is_operator
