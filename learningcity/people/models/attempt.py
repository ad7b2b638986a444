"""Counters of attempts to sign in, shared by all processes of a city."""

from django.db import models


class Attempt(models.Model):
    """One entry of Django's cache in the database; written by the cache alone, and gone when it ends.

    The key holds a digest of the address that was tried, or the number of the machine that tried.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"until {self.expires:%Y-%m-%d %H:%M}"
