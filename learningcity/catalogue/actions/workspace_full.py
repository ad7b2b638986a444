"""Dates that are full, where those who offer them count the places elsewhere."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.field_corrections import keep_corrections
from learningcity.catalogue.actions.offers import mark_changed
from learningcity.catalogue.actions.rows import update
from learningcity.catalogue.actions.workspace_sessions import Scope, chosen_sessions, reason_for
from learningcity.catalogue.models import Offer, Session
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused


class PlacesCounted(Refused):
    """The places of the date are counted here: the number says whether it is full."""

    code = "places_counted"


@transaction.atomic
def fill_sessions(
    session: Session, *, scope: Scope = Scope.THIS, reason: str, by: Actor, at: datetime
) -> list[Session]:
    """Say that a date, and perhaps others of its series, is full, and why. Return those that are.

    Raises PermissionDenied, DateOver, ReasonNeeded, or PlacesCounted where places are taken here.
    """
    offer, here, chosen = chosen_sessions(session, scope, by=by, at=at)
    if any(is_counted(one) for one in chosen):
        raise PlacesCounted(
            _("The places of this date are counted here. Change their number, or close the list, instead.")
        )
    why = reason_for(offer, reason)
    write_full(offer, chosen, is_full=True, reason=why, at=at)
    record("catalogue.dates_full", by=by, about=here, at=at)
    return chosen


@transaction.atomic
def free_sessions(session: Session, *, scope: Scope = Scope.THIS, by: Actor, at: datetime) -> list[Session]:
    """Say that there are places again; return the dates that were full.

    Raises PermissionDenied or DateOver.
    """
    offer, here, chosen = chosen_sessions(session, scope, by=by, at=at)
    full = [one for one in chosen if one.is_full]
    write_full(offer, full, is_full=False, reason="", at=at)
    record("catalogue.dates_free", by=by, about=here, at=at)
    return full


def is_counted(one: Session) -> bool:
    """Return whether places of a date, or of its run, are counted here."""
    return any(part.places_left is not None or part.has_no_limit for part in (one, one.series))


def write_full(offer: Offer, chosen: list[Session], *, is_full: bool, reason: str, at: datetime) -> None:
    """Write what dates say of their places."""
    keep_corrections(offer, with_series=True, at=at)
    update(Session, ("is_full", "reason"), [(is_full, reason, one.pk) for one in chosen])
    mark_changed(offer, at)
