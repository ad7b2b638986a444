"""Periodic work of people."""

from learningcity.people.tasks import duplicates, guardians, idle, mandates, roles

__all__ = ["duplicates", "guardians", "idle", "mandates", "roles"]
