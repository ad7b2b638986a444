"""Messages to persons, by the channel and in the language that they chose."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.messages.posting import post_once
from learningcity.core.models import Message
from learningcity.people.models import Person
from learningcity.people.queries.contacts import Way, way


@transaction.atomic
def notify(
    person: Person,
    template: str,
    context: Mapping[str, Any],
    *,
    key: str,
    to: Way | None = None,
    is_secret: bool = False,
    by: Actor,
    at: datetime,
) -> Message | None:
    """Post a message to a person; None if they want none, so that the caller can choose another way.

    A secret (a code) goes only to an address that the person has confirmed, or to the one given in `to`.
    Called by actions that have checked the right to act; see `core.messages.post` for template and key.
    """
    chosen = to or way(person)
    if chosen is None or not person.is_here:
        return None
    if is_secret and to is None and not chosen.is_confirmed:
        return None
    message, is_new = post_once(
        template,
        context,
        key=key,
        channel=chosen.channel,
        address=chosen.address,
        language=chosen.language,
        recipient=str(person.public_id),
        is_secret=is_secret,
        at=at,
    )
    if is_new:
        record("people.message_posted", by=by, about=message, at=at)
    return message
