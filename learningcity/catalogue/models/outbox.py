"""The outbox that feeds the search index."""

from django.db import models


class SearchChange(models.Model):
    """An offer whose entry in the search index has to be written anew or taken out."""

    offer_id = models.BigIntegerField()
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pk}: offer {self.offer_id}"
