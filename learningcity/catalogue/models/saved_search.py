"""Searches that somebody keeps, to hear of what is new."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedSearch(models.Model):
    """A search of one person: its address, what was understood, and how often they want to hear of it."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("once a day")
        WEEKLY = "weekly", _("once a week")
        NEVER = "never", _("not at all")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="saved_searches")
    label = models.CharField(max_length=200)
    query = models.CharField(max_length=2000, blank=True)
    criteria = models.JSONField(default=dict)
    rhythm = models.CharField(max_length=8, choices=Rhythm, default=Rhythm.WEEKLY)
    saved_at = models.DateTimeField()
    looked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "query"], name="search_saved_once"),
            models.CheckConstraint(condition=~models.Q(label=""), name="saved_search_has_a_name"),
        ]
        indexes = [models.Index(fields=["rhythm", "looked_at", "id"], name="saved_search_due")]

    def __str__(self) -> str:
        return str(self.public_id)
