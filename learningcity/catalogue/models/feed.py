"""What imports leave behind: rows that were not right, and the city's words that the source spoke against."""

from django.db import models
from django.db.models import Q


class RejectedRow(models.Model):
    """A row of a run that was not imported, or was imported with a remark: its field, why, and the remedy."""

    run = models.ForeignKey("catalogue.ImportRun", on_delete=models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField()
    field = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=1000)
    is_remark = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="rejected_row_says_why")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.row}"


class FieldCorrection(models.Model):
    """A field of an imported offer that staff corrected: it holds until the source says something else there.

    `source_digest` stands for what the source said when staff corrected it. When the source says something
    else, its word is written and `conflict_at` set: `value` keeps what staff had written.
    """

    offer = models.ForeignKey("catalogue.Offer", on_delete=models.CASCADE, related_name="corrections")
    field = models.CharField(max_length=20)
    value = models.JSONField(null=True)
    source_digest = models.CharField(max_length=64)
    corrected_at = models.DateTimeField()
    conflict_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "field"], name="correction_once_a_field"),
            models.CheckConstraint(condition=~Q(field=""), name="correction_names_its_field"),
        ]
        indexes = [models.Index(fields=["conflict_at"], name="correction_conflicts")]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.field}"
