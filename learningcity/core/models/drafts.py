"""Forms that are half filled in, and forms on paper."""

import uuid

from django.db import models


class Draft(models.Model):
    """What somebody has typed so far in one form; `owner` is the opaque id of the person it is about."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.CharField(max_length=40)
    form = models.CharField(max_length=80)
    subject = models.CharField(max_length=80, blank=True)
    data = models.JSONField()
    kept_by = models.CharField(max_length=40)
    kept_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="draft_by_end")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "form", "subject"], name="draft_of_a_form_once"),
            models.CheckConstraint(condition=~models.Q(owner=""), name="draft_has_an_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.form} of {self.owner}"


class PaperForm(models.Model):
    """A form printed for one person; its code brings the entry back under the same rules."""

    code = models.CharField(max_length=16, unique=True)
    form = models.CharField(max_length=80)
    owner = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    printed_by = models.CharField(max_length=40)
    printed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner"], name="paper_form_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("printed_at")), name="paper_form_lasts"
            )
        ]

    def __str__(self) -> str:
        return self.code
