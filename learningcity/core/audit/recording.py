"""Write lines of the audit trail."""

from datetime import datetime

from django.db import models

from learningcity.core.actors import Actor
from learningcity.core.models import AuditLine
from learningcity.core.statements import Insert

NEW_LINE = Insert(AuditLine)


def record(action: str, *, by: Actor, about: models.Model | None = None, at: datetime) -> None:
    """Write one line of the audit trail, inside the caller's transaction.

    `action` is a code (`city.bundle_loaded`); `about` is the record touched, written as label and opaque id.
    Raises ValueError for text that is no code and no id.
    """
    line = AuditLine(
        at=at,
        action=action,
        person=by.person,
        on_behalf_of=by.on_behalf_of,
        organisation=by.organisation,
        right=by.right,
        channel=by.channel,
        about=subject_of(about),
    )
    words = (line.action, line.person, line.on_behalf_of, line.organisation, line.about)
    # The canonical form of a line parts its fields by a control character.
    if not "".join(words).isprintable():
        raise ValueError(f"The audit trail holds codes and ids only, not {words!r}.")
    NEW_LINE.write(line)


def subject_of(about: models.Model | None) -> str:
    """Return the label and opaque id under which the trail names a record, or nothing."""
    if about is None:
        return ""
    return f"{about._meta.label_lower}:{getattr(about, 'public_id', about.pk)}"
