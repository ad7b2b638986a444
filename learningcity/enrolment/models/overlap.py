"""What a person chose when two of their enrolments overlap."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class OverlapChoice(models.Model):
    """The person's answer to one overlap of two enrolments. Written once."""

    class Choice(models.TextChoices):
        KEEP = "keep", _("keep both")
        SWAP = "swap", _("leave the earlier one")
        STOP = "stop", _("do not enrol")

    earlier = models.ForeignKey(
        "enrolment.Enrolment", on_delete=models.CASCADE, related_name="overlaps_as_earlier"
    )
    later = models.ForeignKey(
        "enrolment.Enrolment", on_delete=models.CASCADE, related_name="overlaps_as_later"
    )
    choice = models.CharField(max_length=4, choices=Choice)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["earlier", "later"], name="overlap_answered_once"),
            models.CheckConstraint(condition=~Q(earlier=F("later")), name="overlap_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id} {self.later_id} {self.choice}"
