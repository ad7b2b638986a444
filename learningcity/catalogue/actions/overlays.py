"""Lay a layer over sessions for now, and lift it again; what lies below is never written over.

Which layer decides, and when, is said in `queries.effective`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.models import Offer, OverlaidSession, Overlay, Session
from learningcity.catalogue.permissions import can_overlay
from learningcity.catalogue.signals import sessions_overlaid
from learningcity.city.models import Venue
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused

LONGEST_KEY = 60
LONGEST_REASON = 300
CHUNK = 500
SAID = ("is_online", "venue", "room", "starts_at", "ends_at", "status")


class OverlayNotRight(Refused):
    """The layer says something that cannot be."""

    code = "overlay_not_right"


class OverlayLifted(Refused):
    """The layer was lifted already."""

    code = "overlay_lifted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForNow:
    """What holds for a session for now: online or at another place, at another time, in another state.

    What is not said stays as planned.
    """

    is_online: bool = False
    venue: Venue | None = None
    room: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    status: str = ""


@transaction.atomic
def overlay_sessions(
    key: str,
    said: Mapping[Session, ForNow],
    *,
    reason: str,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Overlay:
    """Lay the layer `key` over these sessions: those that are planned to begin from `from_at` to `until_at`.

    If a layer with this key lies there, it gets this reason and span; these sessions are added to it, and
    what it said of them before is replaced. Raises PermissionDenied or OverlayNotRight.
    """
    if not can_overlay(by):
        raise PermissionDenied
    _refuse_what_cannot_be(key, said, reason.strip(), from_at, until_at)
    span = {"reason": reason.strip(), "from_at": from_at, "until_at": until_at}
    overlay, is_new = Overlay.objects.select_for_update().get_or_create(
        key=key, lifted_at=None, defaults={**span, "made_at": at}
    )
    if not is_new:
        Overlay.objects.filter(pk=overlay.pk).update(**span)
    OverlaidSession.objects.bulk_create(
        [_row(overlay, session, for_now) for session, for_now in said.items()],
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["overlay", "session"],
        update_fields=SAID,
    )
    _tell(overlay, by=by, at=at)
    record("catalogue.sessions_overlaid", by=by, about=overlay, at=at)
    overlay.refresh_from_db()
    return overlay


@transaction.atomic
def lift_overlay(overlay: Overlay, *, by: Actor, at: datetime) -> None:
    """Lift a layer: from now on what was planned holds again, with what was changed in it meanwhile.

    Raises PermissionDenied or OverlayLifted.
    """
    if not can_overlay(by):
        raise PermissionDenied
    known = Overlay.objects.select_for_update().get(pk=overlay.pk)
    if known.lifted_at is not None:
        raise OverlayLifted(
            _("This was lifted already: what was planned holds again. Nothing is to be done.")
        )
    Overlay.objects.filter(pk=known.pk).update(lifted_at=at)
    _tell(known, by=by, at=at)
    record("catalogue.overlay_lifted", by=by, about=known, at=at)


def move_overlays(sessions: Mapping[int, int]) -> list[int]:
    """Move what layers say from sessions to those that they became one with; return the rows that moved.

    What a layer says of the kept session itself stays.
    """
    moved = []
    for row in OverlaidSession.objects.filter(session__in=sessions).order_by("pk"):
        kept = sessions[row.session_id]
        if not OverlaidSession.objects.filter(overlay=row.overlay_id, session=kept).exists():
            OverlaidSession.objects.filter(pk=row.pk).update(session=kept)
            moved.append(row.pk)
    return moved


def move_overlays_back(rows: Iterable[int], sessions: Mapping[int, int]) -> None:
    """Give what layers say back to the sessions from which it was moved."""
    dropped = {kept: one for one, kept in sessions.items()}
    for row in OverlaidSession.objects.filter(pk__in=list(rows)):
        if row.session_id in dropped:
            OverlaidSession.objects.filter(pk=row.pk).update(session=dropped[row.session_id])


def _refuse_what_cannot_be(
    key: str,
    said: Mapping[Session, ForNow],
    reason: str,
    from_at: datetime | None,
    until_at: datetime | None,
) -> None:
    if not said:
        raise OverlayNotRight(_("No session is chosen. Choose those for which it holds."), field="sessions")
    if not key or len(key) > LONGEST_KEY:
        raise OverlayNotRight(_("Give the layer a key of up to 60 letters and digits."), field="key")
    if not 0 < len(reason) <= LONGEST_REASON:
        raise OverlayNotRight(
            _("Say in up to 300 letters why the plan does not hold; everybody reads it."), field="reason"
        )
    if from_at and until_at and from_at >= until_at:
        raise OverlayNotRight(_("The end is not after the beginning. Change one of them."), field="until_at")
    for for_now in said.values():
        _refuse_one(for_now)


def _refuse_one(for_now: ForNow) -> None:
    if for_now.is_online and (for_now.venue or for_now.room):
        raise OverlayNotRight(_("A date is online or at a place. Take one of the two away."), field="venue")
    if for_now.room and not for_now.venue:
        raise OverlayNotRight(_("Name the place to which the room belongs."), field="venue")
    if (for_now.starts_at is None) != (for_now.ends_at is None):
        raise OverlayNotRight(_("Give both the beginning and the end, or neither."), field="starts_at")
    if for_now.starts_at and for_now.ends_at and for_now.starts_at >= for_now.ends_at:
        raise OverlayNotRight(_("A date ends after it starts. Change one of them."), field="ends_at")
    if for_now.status and for_now.status not in Session.Status.values:
        raise OverlayNotRight(_("There is no such state. Choose one of the list."), field="status")
    if for_now == ForNow():
        raise OverlayNotRight(_("Nothing is different. Say what holds for now."), field="sessions")


def _row(overlay: Overlay, session: Session, for_now: ForNow) -> OverlaidSession:
    is_elsewhere = for_now.is_online or for_now.venue is not None
    return OverlaidSession(
        overlay=overlay,
        session=session,
        is_online=for_now.is_online if is_elsewhere else None,
        venue=for_now.venue,
        room=for_now.room,
        starts_at=for_now.starts_at,
        ends_at=for_now.ends_at,
        status=for_now.status,
    )


def _tell(overlay: Overlay, *, by: Actor, at: datetime) -> None:
    """Let the index, the feeds and the rooms above see the sessions of a layer anew."""
    rows = overlay.sessions.order_by("session_id").values_list("session_id", "session__series__offer_id")
    sessions = [session for session, _offer in rows]
    offers = sorted({offer for _session, offer in rows})
    for start in range(0, len(offers), CHUNK):
        Offer.objects.filter(pk__in=offers[start : start + CHUNK]).update(changed_at=at)
    note_change(offers, at)
    sessions_overlaid.send(sender=Overlay, overlay=overlay, sessions=sessions, by=by, at=at)
