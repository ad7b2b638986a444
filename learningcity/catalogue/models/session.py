"""When and where: a series is one run of an offer, a session one date of it."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Series(models.Model):
    """One run of an offer: its sessions belong together.

    `runs_from_on` and `runs_until_on` are for a run of which only the days are known, not the hours.
    `places` is what its source says; `places_left` is what enrolment says, nothing where it does not know and
    where everybody finds room (`has_no_limit`).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    offer = models.ForeignKey(
        "catalogue.Offer", on_delete=models.CASCADE, related_name="series", db_index=False
    )
    source_key = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    venue = models.ForeignKey("city.Venue", null=True, on_delete=models.PROTECT, related_name="series")
    room = models.CharField(max_length=120, blank=True)
    places = models.PositiveIntegerField(null=True)
    places_left = models.PositiveIntegerField(null=True)
    has_no_limit = models.BooleanField(default=False, db_default=False)
    enrol_from_on = models.DateField(null=True)
    enrol_until_on = models.DateField(null=True)
    runs_from_on = models.DateField(null=True)
    runs_until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "source_key"], name="series_known_once"),
            models.CheckConstraint(
                condition=Q(enrol_from_on__isnull=True)
                | Q(enrol_until_on__isnull=True)
                | Q(enrol_from_on__lte=F("enrol_until_on")),
                name="series_enrolment_days_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(runs_from_on__isnull=True)
                | Q(runs_until_on__isnull=True)
                | Q(runs_from_on__lte=F("runs_until_on")),
                name="series_days_are_in_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Session(models.Model):
    """One date of a series. Moments are stored in UTC; `time_zone` is the zone in which they were planned.

    `room` is empty where it is that of the series; `trainer` is a public name. `is_full` is said by those
    who count its places elsewhere.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        CANCELLED = "cancelled", _("cancelled")
        POSTPONED = "postponed", _("postponed")
        MOVED = "moved", _("moved")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="sessions", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=60)
    venue = models.ForeignKey(
        "city.Venue", null=True, on_delete=models.PROTECT, related_name="sessions", db_index=False
    )
    room = models.CharField(max_length=120, blank=True)
    trainer = models.CharField(max_length=120, blank=True)
    is_online = models.BooleanField(default=False)
    places_left = models.PositiveIntegerField(null=True)
    has_no_limit = models.BooleanField(default=False, db_default=False)
    is_full = models.BooleanField(default=False, db_default=False)
    status = models.CharField(max_length=12, choices=Status, default=Status.PLANNED)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts"
            ),
            models.UniqueConstraint(fields=["series", "starts_at"], name="session_once_a_moment"),
        ]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="session_by_start"),
            models.Index(fields=["venue", "starts_at"], name="session_at_venue"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
