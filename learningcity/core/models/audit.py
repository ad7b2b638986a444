"""The append-only audit trail: lines, and the batches that seal them into a chain."""

from django.db import models


class AuditLine(models.Model):
    """One act. Written once, never changed; opaque ids and codes, no names and no free text."""

    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    person = models.CharField(max_length=40, blank=True)
    on_behalf_of = models.CharField(max_length=40, blank=True)
    organisation = models.CharField(max_length=40, blank=True)
    right = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    about = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["on_behalf_of", "id"], name="audit_line_for_whom"),
            models.Index(fields=["person", "id"], name="audit_line_by_whom"),
            models.Index(fields=["about", "id"], name="audit_line_about"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.action} {self.about}"


class AuditWaiting(models.Model):
    """A line that no batch has sealed yet. A trigger of the database writes it together with the line.

    It stands for order that ids cannot give: on PostgreSQL a line may become visible after lines with higher
    ids were sealed.
    """

    line = models.OneToOneField(AuditLine, on_delete=models.PROTECT, primary_key=True, related_name="waiting")

    def __str__(self) -> str:
        return str(self.line_id)


class AuditBatch(models.Model):
    """A sealed batch of lines: their ids and digests, chained to the batch before. Never changed."""

    sealed_at = models.DateTimeField()
    first_line = models.BigIntegerField()
    last_line = models.BigIntegerField()
    lines = models.PositiveIntegerField()
    members = models.BinaryField()
    previous = models.CharField(max_length=64)
    head = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(lines__gt=0), name="audit_batch_seals_lines"),
            models.UniqueConstraint(fields=["previous"], name="audit_batch_follows_one"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.head[:12]}"
