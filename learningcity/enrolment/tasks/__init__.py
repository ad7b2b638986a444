"""Periodic work of enrolment."""

from learningcity.enrolment.tasks import completion, holds, overlaps, queue, reminders

__all__ = ["completion", "holds", "overlaps", "queue", "reminders"]
