"""Who offers learning, and where the records come from."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """Where records come from: the city's own desk, a file, a feed; with its licence."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    licence = models.CharField(max_length=120, blank=True)
    attribution = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=500, blank=True)
    is_synthetic = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.key


class ImportRun(models.Model):
    """One import of a source, and what it did."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="imports")
    new = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    same = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    imported_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["source", "imported_at"], name="import_of_source")]

    def __str__(self) -> str:
        return str(self.public_id)


class Provider(models.Model):
    """The public face of an organisation that offers learning."""

    organisation = models.OneToOneField(
        "people.Organisation", on_delete=models.PROTECT, related_name="provider"
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="providers")
    source_key = models.CharField(max_length=200)
    summary = models.TextField(blank=True, max_length=2000)
    language = models.CharField(_("language of the text"), max_length=12, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "source_key"], name="provider_known_once")]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.source_key}"

    def get_absolute_url(self) -> str:
        return reverse("catalogue:provider_detail", args=[self.organisation.public_id])
