"""Periodic work of enrolment."""
