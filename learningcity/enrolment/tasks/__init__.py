"""Periodic work of enrolment."""

from learningcity.enrolment.tasks import completion, holds, queue, reminders

__all__ = ["completion", "holds", "queue", "reminders"]
