"""What enrolment does when the catalogue changes a date: everybody enrolled or waiting is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from learningcity.catalogue.models import Session
from learningcity.catalogue.signals import session_changed
from learningcity.core.actors import Actor
from learningcity.enrolment.actions.reminders import note_session_news


@receiver(session_changed, dispatch_uid="enrolment.session_news")
def note_news(
    sender: object, *, session: Session, before: Mapping[str, Any], by: Actor, at: datetime, **more: object
) -> None:
    """Note what changed; the schedule tells everybody within seconds."""
    note_session_news(session, before=before, by=by, at=at)
