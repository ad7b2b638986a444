"""Filters of enrolment."""
