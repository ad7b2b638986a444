"""What enrolment does when the catalogue changes a date or lays something over it: all concerned are told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from learningcity.catalogue.models import Overlay, Session
from learningcity.catalogue.signals import session_changed, sessions_overlaid
from learningcity.core.actors import Actor
from learningcity.enrolment.actions.session_news import note_overlay_news, note_session_news


@receiver(session_changed, dispatch_uid="enrolment.session_news")
def note_news(
    sender: object, *, session: Session, before: Mapping[str, Any], by: Actor, at: datetime, **more: object
) -> None:
    """Note what changed; the schedule tells everybody within seconds."""
    note_session_news(session, before=before, by=by, at=at)


@receiver(sessions_overlaid, dispatch_uid="enrolment.overlay_news")
def note_layer(
    sender: object, *, overlay: Overlay, sessions: Sequence[int], by: Actor, at: datetime, **more: object
) -> None:
    """Note what a layer over dates, or its end, means; the schedule tells everybody within seconds."""
    note_overlay_news(overlay, sessions, by=by, at=at)
