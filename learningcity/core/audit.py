"""The audit trail: record what was done, by whom, for whom, under which right, through which channel."""

from datetime import datetime

from django.db import models

from learningcity.core.actors import Actor
from learningcity.core.models import AuditLine


def record(action: str, *, by: Actor, about: models.Model | None = None, at: datetime) -> None:
    """Write one line of the audit trail, inside the caller's transaction.

    `action` is a code (`city.bundle_loaded`); `about` is the record touched, written as label and opaque id.
    """
    AuditLine.objects.create(
        at=at,
        action=action,
        person=by.person,
        on_behalf_of=by.on_behalf_of,
        organisation=by.organisation,
        right=by.right,
        channel=by.channel,
        about=subject_of(about),
    )


def subject_of(about: models.Model | None) -> str:
    """Return the label and opaque id under which the trail names a record, or nothing."""
    if about is None:
        return ""
    return f"{about._meta.label_lower}:{getattr(about, 'public_id', about.pk)}"
