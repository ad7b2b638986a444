"""Periodic work of people."""
