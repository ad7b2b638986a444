"""The runs of periodic work."""

from django.db import models


class ScheduledRun(models.Model):
    """When a piece of periodic work is due next, and who holds the lease to run it now."""

    job = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    holder = models.CharField(max_length=40, blank=True)
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(job=""), name="scheduled_run_names_its_job"),
        ]

    def __str__(self) -> str:
        return self.job
