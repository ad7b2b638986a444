"""Feeds that come in."""
