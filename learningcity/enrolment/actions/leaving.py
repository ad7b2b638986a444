"""Enrolments that end without a wish of their own: somebody is erased, or the organiser ends one."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

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
    if there.state == State.ENROLLED and is_past(terms_of(place, at), at):
        return False
    move(there, State.CANCELLED, intake=place, reason=reason, by=by, at=at)
    give_free_places(place, by=by, at=at)
    return True


class CallOffReason(TextChoices):
    """Why an organiser ends the enrolment of one person; the person reads it."""

    ASKED = "asked", _("the person asked for it")
    AWAY = "away", _("did not come and did not say so")
    NOT_FOR = "not_for", _("this is not for the person, by its published rules")
    ORGANISER = "organiser", _("another reason: ask the organiser")


@transaction.atomic
def call_off(
    enrolment: Enrolment, *, reason: str = CallOffReason.ORGANISER, by: Actor, at: datetime
) -> Enrolment:
    """End one enrolment as the organiser; the person is told, and the place is offered to whoever is next.

    Raises PermissionDenied, AlreadyOver, or ValueError for what is no `CallOffReason`.
    """
    why = CallOffReason(reason)
    if not can_keep_places(by, enrolment.intake, at):
        raise PermissionDenied
    place = locked(enrolment.intake)
    there = Enrolment.objects.select_related("person", "guest", "party").get(pk=enrolment.pk)
    if there.state not in LIVING:
        raise AlreadyOver(place)
    move(there, State.CALLED_OFF, intake=place, reason=why, by=by, at=at)
    record("enrolment.called_off", by=by, about=there, at=at)
    tell_everybody([there], "enrolment/messages/called_off", place, why=str(why.label), by=by, at=at)
    give_free_places(place, by=by, at=at)
    return there
