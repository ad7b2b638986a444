"""Periodic work of enrolment."""

from learningcity.enrolment.tasks import completion, reminders

__all__ = ["completion", "reminders"]
