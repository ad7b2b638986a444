"""Periodic work of people."""

from learningcity.people.tasks import duplicates, guardians, idle, mandates, roles, sign_in

__all__ = ["duplicates", "guardians", "idle", "mandates", "roles", "sign_in"]
