"""What enrolment does when two offers become one, and when they are parted again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from learningcity.catalogue.signals import merge_undone, offers_merged
from learningcity.core.actors import Actor
from learningcity.enrolment.actions.following import follow_offers, put_back

FOLLOWED = "enrolment.followed"


@receiver(offers_merged, dispatch_uid="enrolment.offers")
def follow(
    sender: object,
    *,
    series: Mapping[int, int],
    sessions: Mapping[int, int],
    by: Actor,
    at: datetime,
    **more: object,
) -> dict[str, Any]:
    """Let places, people and presence follow to what stays."""
    return {FOLLOWED: follow_offers(series, sessions, by=by, at=at).as_data()}


@receiver(merge_undone, dispatch_uid="enrolment.offers")
def give_back(sender: object, *, moved: Mapping[str, Any], by: Actor, at: datetime, **more: object) -> None:
    """Put back what followed."""
    put_back(moved.get(FOLLOWED, {}), by=by, at=at)
