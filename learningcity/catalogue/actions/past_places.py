"""Remember what a place was called, and where it was, for the dates that are over."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.catalogue.models import PlaceBefore, Session
from learningcity.core.actors import Actor

TOGETHER = 400


@transaction.atomic
def keep_places_before(was: Mapping[int, tuple[str, str]], *, by: Actor, at: datetime) -> None:
    """Keep the former name and address of places at which something was held; `was`: by row of the place.

    Only the machine itself does, when it hears of the change. Raises PermissionDenied.
    """
    if not by.is_operator:
        raise PermissionDenied
    for start in range(0, len(was), TOGETHER):
        some = sorted(was)[start : start + TOGETHER]
        over = Session.objects.filter(venue__in=some, ends_at__lte=at)
        PlaceBefore.objects.bulk_create(
            PlaceBefore(venue_id=venue, name=was[venue][0], address=was[venue][1], until_at=at)
            for venue in sorted(set(over.values_list("venue", flat=True)))
        )
