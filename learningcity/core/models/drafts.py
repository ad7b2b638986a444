"""Forms that are half filled in, and forms on paper."""

import json
import uuid
from hashlib import sha256

from django.db import models


class Draft(models.Model):
    """What somebody has typed so far in one form; `owner` is the opaque id of the person it is about.

    `data` holds lists of texts by the name of the input, as the browser sent them: nothing in it was checked.
    """

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
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("kept_at")), name="draft_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} of {self.owner}"

    @property
    def version(self) -> str:
        """What a page remembers of the draft it was filled from: it changes with every keeping."""
        told = [str(self.public_id), self.kept_by, self.kept_at.timestamp(), self.data]
        return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


class PaperForm(models.Model):
    """A form printed for one person; its code brings the entry back under the same rules.

    Without an owner it was printed for whoever takes it.
    """

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
        indexes = [
            models.Index(fields=["owner"], name="paper_form_of_person"),
            models.Index(fields=["expires_at"], name="paper_form_by_end"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("printed_at")), name="paper_form_lasts"
            ),
            models.CheckConstraint(
                condition=models.Q(entered_at__isnull=False) | models.Q(entered_by=""),
                name="paper_form_entered_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"paper form {self.pk}"
