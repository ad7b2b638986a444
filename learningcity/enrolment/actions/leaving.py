"""Enrolments that end without a wish of their own: somebody is erased, or the organiser ends one."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.enrolment.actions.moves import locked, move
from learningcity.enrolment.actions.queue import give_free_places
from learningcity.enrolment.actions.refusals import AlreadyOver
from learningcity.enrolment.actions.telling import tell_everybody
from learningcity.enrolment.models import LIVING, Enrolment
from learningcity.enrolment.permissions.places import can_keep_places
from learningcity.enrolment.queries.terms import is_past, terms_of

State = Enrolment.State


def leave(enrolment: Enrolment, *, reason: str, by: Actor, at: datetime) -> bool:
    """End an enrolment that is still living and offer its place; return whether there was anything to end.

    What has taken place stays as it was. Called by actions that have checked the right to act, inside their
    transaction.
    """
    place = locked(enrolment.intake)
    there = Enrolment.objects.select_related("person", "guest", "party").get(pk=enrolment.pk)
    if there.state not in LIVING:
        return False
    if there.state == State.ENROLLED and is_past(terms_of(place), at):
        return False
    move(there, State.CANCELLED, intake=place, reason=reason, by=by, at=at)
    give_free_places(place, by=by, at=at)
    return True


@transaction.atomic
def call_off(enrolment: Enrolment, *, by: Actor, at: datetime) -> Enrolment:
    """End one enrolment as the organiser; the person is told, and the place is offered to whoever is next.

    Raises PermissionDenied, or AlreadyOver.
    """
    if not can_keep_places(by, enrolment.intake, at):
        raise PermissionDenied
    place = locked(enrolment.intake)
    there = Enrolment.objects.select_related("person", "guest", "party").get(pk=enrolment.pk)
    if there.state not in LIVING:
        raise AlreadyOver(place)
    move(there, State.CALLED_OFF, intake=place, reason="organiser", by=by, at=at)
    record("enrolment.called_off", by=by, about=there, at=at)
    tell_everybody([there], "enrolment/messages/called_off", place, by=by, at=at)
    give_free_places(place, by=by, at=at)
    return there
