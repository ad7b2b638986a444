"""Periodic work of enrolment."""

from learningcity.enrolment.tasks import completion, holds, reminders

__all__ = ["completion", "holds", "reminders"]
