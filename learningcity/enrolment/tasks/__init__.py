"""Periodic work of enrolment."""

from learningcity.enrolment.tasks import completion, confirming, holds, overlaps, queue, reminders

__all__ = ["completion", "confirming", "holds", "overlaps", "queue", "reminders"]
