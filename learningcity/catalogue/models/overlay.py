"""Layers over the plan: for now a date takes place elsewhere, online, at another hour or not at all."""

import uuid

from django.db import models
from django.db.models import F, Q

from learningcity.catalogue.models.session import Session


class Overlay(models.Model):
    """A named layer over sessions, with its reason. What lies below is never written over.

    It covers the sessions that begin in [`from_at`, `until_at`); an end that is not known stays empty. From
    the moment it is lifted it covers nothing any more but what was over by then: that was held as it says.
    Where several layers cover one session, the one made last decides, for each of place, time and state.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=60)
    reason = models.CharField(max_length=300)
    from_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(lifted_at__isnull=True), name="overlay_key_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="overlay_has_a_reason"),
            models.CheckConstraint(
                condition=Q(from_at__isnull=True) | Q(until_at__isnull=True) | Q(from_at__lt=F("until_at")),
                name="overlay_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class OverlaidSession(models.Model):
    """What a layer says of one session: its place, its time, its state, or several of them.

    `is_online` of None leaves the place as it is; an empty `status` the state.
    """

    overlay = models.ForeignKey(Overlay, on_delete=models.CASCADE, related_name="sessions")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="overlays")
    is_online = models.BooleanField(null=True)
    venue = models.ForeignKey("city.Venue", null=True, on_delete=models.PROTECT, related_name="overlays")
    room = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=12, choices=Session.Status, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["overlay", "session"], name="overlay_covers_a_session_once"),
            models.CheckConstraint(
                condition=Q(is_online=False, venue__isnull=False)
                | (Q(venue__isnull=True, room="") & (Q(is_online=True) | Q(is_online__isnull=True))),
                name="overlay_place_is_online_or_a_venue",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
                name="overlay_session_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(is_online__isnull=False) | Q(starts_at__isnull=False) | ~Q(status=""),
                name="overlay_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.overlay_id} over {self.session_id}"
