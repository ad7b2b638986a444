"""Festivals and campaigns: offers that somebody put together under a name, for some days."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse


class Programme(models.Model):
    """A festival, a learning week, a campaign. Its offers stay those of their providers."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="programmes"
    )
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=600, blank=True)
    language = models.CharField(max_length=12)
    from_on = models.DateField()
    until_on = models.DateField()
    is_published = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(from_on__lte=F("until_on")), name="programme_days_in_order"),
            models.CheckConstraint(condition=~Q(title=""), name="programme_has_a_title"),
        ]
        indexes = [models.Index(fields=["until_on", "id"], name="programme_by_end")]

    def __str__(self) -> str:
        return str(self.public_id)

    def get_absolute_url(self) -> str:
        return reverse("catalogue:programme_detail", args=[self.public_id])


class ProgrammeOffer(models.Model):
    """One offer of a programme."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="entries")
    offer = models.ForeignKey("catalogue.Offer", on_delete=models.CASCADE, related_name="programmes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "offer"], name="programme_names_an_offer_once")
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.offer_id}"
