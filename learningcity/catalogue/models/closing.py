"""Closing days, bookings that clash on purpose, and what places were called before."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ClosingDay(models.Model):
    """A day on which a place is closed; without a place, on which every place of the city is."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    venue = models.ForeignKey("city.Venue", null=True, on_delete=models.CASCADE, related_name="closing_days")
    on = models.DateField()
    words = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "on"], name="closing_day_once_a_place"),
            models.UniqueConstraint(
                fields=["on"], condition=Q(venue__isnull=True), name="closing_day_once_for_all"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="closing_day_says_why"),
        ]
        indexes = [models.Index(fields=["on", "id"], name="closing_day_by_day")]

    def __str__(self) -> str:
        return str(self.public_id)


class AcceptedClash(models.Model):
    """Two dates that share a room or a trainer at the same time, and why that was accepted."""

    class Kind(models.TextChoices):
        ROOM = "room", _("room")
        TRAINER = "trainer", _("trainer")

    session = models.ForeignKey(
        "catalogue.Session", on_delete=models.CASCADE, related_name="accepted_clashes"
    )
    other = models.ForeignKey("catalogue.Session", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    reason = models.CharField(max_length=300)
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="clash_accepted_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.kind} {self.other_id}"


class PlaceBefore(models.Model):
    """The name and address that a place had until a moment: dates that were over by then were held there."""

    venue = models.ForeignKey("city.Venue", on_delete=models.CASCADE, related_name="before")
    name = models.CharField(max_length=255)
    address = models.CharField(max_length=300, blank=True)
    until_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["venue", "until_at"], name="place_before_a_moment")]

    def __str__(self) -> str:
        return f"{self.venue_id} until {self.until_at:%Y-%m-%d}"
