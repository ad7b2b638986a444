"""Tell people that two of their places are at one time."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from learningcity.core.actors import Actor
from learningcity.enrolment.actions.telling import readers
from learningcity.enrolment.queries.overlaps import open_overlaps
from learningcity.people.actions.messages import notify
from learningcity.people.models import Person


@transaction.atomic
def tell_overlaps(person: Person, *, by: Actor, at: datetime) -> int:
    """Post one message for each pair of a person's places that overlap; return how many pairs there are.

    A pair is told once. Raises PermissionDenied unless the operator or the schedule asks.
    """
    if not by.is_operator:
        raise PermissionDenied
    pairs = open_overlaps(person, at)
    for pair in pairs:
        words = {
            "name": person.name,
            "earlier": pair.earlier.intake.series.offer.title,
            "later": pair.later.intake.series.offer.title,
            "page": reverse("enrolment:overlaps"),
        }
        key = f"enrolment.overlap:{pair.earlier.public_id}:{pair.later.public_id}"
        for reader in readers(pair.later, at):
            notify(
                reader,
                "enrolment/messages/overlap",
                words,
                key=f"{key}:{reader.public_id}",
                by=by,
                at=at,
            )
    return len(pairs)
